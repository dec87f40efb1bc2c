package commands

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

const proofLasts = 24 * time.Hour

// Link is what a link shows before anything is asked.
type Link struct {
	Kind     LinkKind
	Slug     string
	Name     string // of the company
	Greeting string
	Login    string // the contact that the link is bound to; empty for the join link
	// Registrant is who filled in the form that a proof is asked for; empty otherwise.
	Registrant string
	// PasswordLength is how many characters a password has at least.
	PasswordLength int
}

// LinkKind is what a link is for, as the public side says it.
type LinkKind string

const (
	LinkJoin        LinkKind = "join_link"
	LinkSMS         LinkKind = "sms"
	LinkEmail       LinkKind = "email"
	LinkSetPassword LinkKind = "set_password"
	LinkProof       LinkKind = "proof"
	LinkLogin       LinkKind = "login"
	LinkReset       LinkKind = "reset_password"
)

// ShowLink returns what a link is for, and consumes nothing. It refuses with not_found
// what is no link of ours, and a dead one with why it is dead: link_expired,
// link_revoked, link_superseded, link_used, link_declined, link_disabled, link_full,
// account_closed. Of a dead one it returns, besides, its kind and the company.
func (a *App) ShowLink(ctx context.Context, token string) (Link, error) {
	link, err := a.openLink(ctx, token)
	if err != nil && domain.CodeOf(err) != domain.AccountClosed {
		return Link{}, err
	}
	shown := Link{Kind: link.kind(), Slug: link.company.Slug, Name: link.company.Name}
	if err == nil {
		err = link.check(a.Now())
	}
	if err == nil && link.Purpose == links.Join && link.company.JoinLink.IsFull() {
		err = account.ErrLinkFull()
	}
	if err == nil {
		err = a.checkBatch(ctx, link)
	}
	if err != nil {
		return shown, err
	}
	shown.Greeting, shown.Login, shown.Registrant = link.company.Greeting, link.login(), link.registrant()
	shown.PasswordLength = link.company.Passwords.MinimumLength
	return shown, nil
}

// UseLink is the form behind a link. Which fields count depends on the link.
type UseLink struct {
	Token     string
	FirstName string
	LastName  string
	Password  string
	Email     string   // for the join link only
	Confirmed []string // the address and names that look wrong and are meant
}

// LinkUsed is the answer to UseLink.
type LinkUsed struct {
	Done
	Person domain.PersonID
	Status LinkStatus
}

// LinkStatus is where using a link has led.
type LinkStatus string

const (
	NowEmployed         LinkStatus = "employed"
	NowAwaitingApproval LinkStatus = "awaiting_approval"
	NowAwaitingProof    LinkStatus = "awaiting_proof"
	NowLogin            LinkStatus = "login_changed"
)

// UseLink registers, proves an address or a login, or sets a password, as the link is
// for. It refuses links as ShowLink does; of what was filled in invalid_email,
// invalid_name and what is wrong with the password; who registers with
// already_employed, already_registered, contact_held, or the limit that is reached;
// and with contended what others have changed meanwhile.
func (a *App) UseLink(ctx context.Context, request Request, c UseLink) (LinkUsed, error) {
	link, err := a.openLink(ctx, c.Token)
	if err != nil {
		return LinkUsed{}, err
	}
	request.Account, request.Caller = link.company.Account, LinkHolder()
	if link.Purpose == links.Invitation || link.Purpose == links.Proof {
		if _, err := a.endRevoked(execution.Within(ctx, request), request.Account, link.slot); err != nil {
			return LinkUsed{}, err
		}
	}
	used, err := a.useOpened(ctx, request, link, c)
	if err == nil && link.Purpose != links.Join { // whoever has a link that was sent to somebody is them
		err = a.rememberNetwork(ctx, used.Person, request.Network)
	}
	return used, err
}

func (a *App) useOpened(ctx context.Context, request Request, link opened, c UseLink) (LinkUsed, error) {
	switch link.Purpose {
	case links.Join:
		return a.register(ctx, request, link, c)
	case links.Invitation:
		return a.redeem(ctx, request, link, c)
	case links.SetPassword:
		return a.setPassword(ctx, request, link, c)
	case links.Proof:
		return a.prove(ctx, request, link, c)
	case links.Login:
		return a.proveLogin(ctx, request, link)
	case links.Reset:
		return a.resetPassword(ctx, request, link, c)
	}
	return LinkUsed{}, errNoLink()
}

// registrant reads what people say of themselves.
func (a *App) registrant(ctx context.Context, q *asking, c UseLink, company account.State, login string) (first, last string, err error) {
	first, last, err1 := q.person(ctx, "", c.FirstName, c.LastName, a.ports.Texts.LastName, company.Name)
	err2 := a.ports.Passwords.Judge(c.Password, company.Passwords.MinimumLength, []string{c.FirstName, c.LastName, login, company.Name, company.Slug})
	return first, last, errors.Join(err1, in("password", err2))
}

// register is the form of the join link. The answer depends on the settings
// as they stand when it is sent.
func (a *App) register(ctx context.Context, request Request, link opened, c UseLink) (LinkUsed, error) {
	if err := a.checkJoinUnlessRepeated(ctx, request, link, c.Email); err != nil {
		return LinkUsed{}, err
	}
	q := a.asks(request, c.Confirmed)
	email, err1 := q.contact(ctx, c.Email, a.ports.Texts.Email)
	first, last, err2 := a.registrant(ctx, q, c, link.company, c.Email)
	if err := errors.Join(in("email", err1), err2); err != nil {
		return LinkUsed{}, err
	}
	slot, err := a.SlotOf(ctx, request.Account, email)
	if err != nil {
		return LinkUsed{}, err
	}
	if err := a.mayRegister(ctx, request, link, slot); err != nil {
		return LinkUsed{}, err
	}
	seat, err := a.takeSeat(ctx, request, link, slot)
	if err != nil {
		return LinkUsed{}, err
	}
	credential := domain.CredentialFor(request.Command)
	build := func(ctx context.Context, _ loadedPerson) (person.Command, error) {
		company, err := a.company(ctx, request.Account)
		if err != nil {
			return nil, err
		}
		link.company = company
		if seat == 0 && company.JoinLink.MaxUses > 0 {
			return nil, domain.Refuse(domain.Contended, "the link has been limited meanwhile; try again")
		}
		return person.RegisterByJoinLink{
			Slot: slot, Generation: link.Counter, Seat: seat, Department: company.JoinLink.Department, ProveBy: a.Now().Add(proofLasts), Credential: credential,
			InForce: a.inForce(company, email.Domain()), Confirmed: q.settled,
			Details: person.Registrant{Contact: email, FirstName: first, LastName: last},
		}, link.checkJoin(a.Now())
	}
	return a.useLink(ctx, request, slot, "person.register_by_join_link", build, func(ctx context.Context) error {
		return a.savePassword(ctx, request, credential, c.Password)
	})
}

// redeem is the form of a personal link.
func (a *App) redeem(ctx context.Context, request Request, link opened, c UseLink) (LinkUsed, error) {
	if err := a.checkUnlessRepeated(ctx, request, link); err != nil {
		return LinkUsed{}, err
	}
	q := a.asks(request, c.Confirmed)
	first, last, err := a.registrant(ctx, q, c, link.company, link.person.Contact.Address)
	if err != nil {
		return LinkUsed{}, err
	}
	credential := domain.CredentialFor(request.Command)
	build := func(ctx context.Context, now loadedPerson) (person.Command, error) {
		company, err := a.company(ctx, request.Account)
		if err != nil {
			return nil, err
		}
		link.person = now.State
		if err := a.checkBatch(ctx, link); err != nil {
			return nil, err
		}
		concern, err := a.concernOf(ctx, company, now)
		return person.Redeem{
			Invitation: link.number(), InForce: a.inForce(company, ""), Concern: concern,
			Credential: credential, Confirmed: q.settled, FirstName: first, LastName: last,
		}, err
	}
	return a.useLink(ctx, request, link.slot, "person.redeem", build, func(ctx context.Context) error {
		if err := a.savePassword(ctx, request, credential, c.Password); err != nil {
			return err
		}
		return a.limits.Answered(ctx, link.company, link.person.Contact)
	})
}

// prove takes a registrant's word that an address is their own. Whoever reads the
// address's mail may choose the password: what the form's sender typed is void then.
func (a *App) prove(ctx context.Context, request Request, link opened, c UseLink) (LinkUsed, error) {
	if err := a.checkUnlessRepeated(ctx, request, link); err != nil {
		return LinkUsed{}, err
	}
	var credential domain.CredentialID
	var save func(context.Context) error
	if c.Password != "" {
		if err := a.ports.Passwords.Judge(c.Password, link.company.Passwords.MinimumLength, append(ownWords(link.person, link.company), link.registrant())); err != nil {
			return LinkUsed{}, in("password", err)
		}
		credential = domain.CredentialFor(request.Command)
		save = func(ctx context.Context) error { return a.savePassword(ctx, request, credential, c.Password) }
	}
	build := func(ctx context.Context, now loadedPerson) (person.Command, error) {
		company, err := a.company(ctx, request.Account)
		if err != nil {
			return nil, err
		}
		if _, revoked, err := a.revokedBatchOf(ctx, now.State, now.State.LiveInvitation()); err != nil || revoked {
			return nil, cmp.Or[error](err, domain.Refuse(domain.Contended, "the invitation was taken back at this moment; try again"))
		}
		concern, err := a.concernOf(ctx, company, now)
		return person.Prove{Registration: link.number(), Concern: concern, Credential: credential}, err
	}
	return a.useLink(ctx, request, link.slot, "person.prove", build, save)
}

// setPassword takes the first password of somebody registered by a colleague.
func (a *App) setPassword(ctx context.Context, request Request, link opened, c UseLink) (LinkUsed, error) {
	if err := a.checkUnlessRepeated(ctx, request, link); err != nil {
		return LinkUsed{}, err
	}
	if err := a.ports.Passwords.Judge(c.Password, link.company.Passwords.MinimumLength, ownWords(link.person, link.company)); err != nil {
		return LinkUsed{}, in("password", err)
	}
	credential := domain.CredentialFor(request.Command)
	build := func(context.Context, loadedPerson) (person.Command, error) {
		return person.SetPassword{Counter: link.number(), Credential: credential}, nil
	}
	return a.useLink(ctx, request, link.slot, "person.set_password", build, func(ctx context.Context) error {
		return a.savePassword(ctx, request, credential, c.Password)
	})
}

// checkBatch refuses the link of a batch that was revoked.
func (a *App) checkBatch(ctx context.Context, link opened) error {
	if link.Purpose != links.Invitation {
		return nil
	}
	_, revoked, err := a.revokedBatchOf(ctx, link.person, link.number())
	if revoked {
		err = domain.Refuse(domain.LinkRevoked, "this invitation was taken back; you can ask for a new one").Offering(domain.NewInvitation)
	}
	return err
}

// checkUnlessRepeated refuses a dead link before anything costly is done, but
// lets a request through that has killed the link itself and comes again.
func (a *App) checkUnlessRepeated(ctx context.Context, request Request, link opened) error {
	somebody, err := a.people.Load(ctx, domain.PersonStream(link.slot))
	if err != nil {
		return err
	}
	if somebody.Knows(request.Command) {
		return nil
	}
	return link.check(a.Now())
}

// checkJoinUnlessRepeated is the same for the join link, by which people register for
// themselves.
func (a *App) checkJoinUnlessRepeated(ctx context.Context, request Request, link opened, typed string) error {
	dead := link.checkJoin(a.Now())
	email, unreadable := a.ports.Texts.Contact(typed, "")
	if dead == nil || unreadable != nil {
		return dead
	}
	slot, err := a.SlotOf(ctx, request.Account, email)
	if err != nil {
		return err
	}
	somebody, err := a.people.Load(ctx, domain.PersonStream(slot))
	if err != nil || somebody.Knows(request.Command) {
		return err
	}
	return dead
}

// mayRegister counts a registration by the join link, but not one that comes again.
func (a *App) mayRegister(ctx context.Context, request Request, link opened, slot domain.Slot) error {
	somebody, err := a.people.Load(ctx, domain.PersonStream(slot))
	if err != nil || somebody.Knows(request.Command) {
		return err
	}
	return a.limits.Registers(ctx, request.Account, link.Counter, request.Network)
}

func (a *App) useLink(ctx context.Context, request Request, slot domain.Slot, name string,
	build func(context.Context, loadedPerson) (person.Command, error), prepare func(context.Context) error,
) (LinkUsed, error) {
	result, err := a.letIn(ctx, slot, personCall{
		Name: name, Stream: domain.PersonStream(slot), Request: request,
		Authorise: a.whileOpen(request.Account), Prepare: prepare, Sends: true,
		Build: func(ctx context.Context, now loadedPerson) (person.Command, error) {
			command, err := build(ctx, now)
			if err != nil {
				return nil, err
			}
			return a.placing(ctx, request.Account, now.State, command)
		},
	})
	if err != nil {
		return LinkUsed{}, err
	}
	return LinkUsed{
		Done: Done{Position: result.Position}, Person: result.State.Person, Status: statusAfter(result.Events),
	}, nil
}

// savePassword hashes a password into the vault. Each command has a credential
// of its own, so a loser of a race never replaces the winner's.
func (a *App) savePassword(ctx context.Context, request Request, id domain.CredentialID, password string) error {
	hash, err := a.ports.Passwords.Hash(ctx, hashesFor(request), password)
	if err != nil {
		return err
	}
	return a.ports.Vault.SaveCredential(ctx, id, hash, a.Now())
}

// hashesFor is for whom the password of a command is hashed. Whoever is signed in is known.
func hashesFor(request Request) HashFor {
	known := request.Caller.Kind == domain.ActorPerson || request.Caller.Kind == domain.ActorOperator
	return HashFor{Account: request.Account, Network: request.Network, Known: known}
}

func ownWords(p person.State, company account.State) []string {
	return []string{p.FirstName, p.LastName, p.Contact.Address, company.Name, company.Slug}
}

func errNoLink() error {
	return domain.Refuse(domain.NotFound, "this link is not one of ours; check that it was copied whole")
}
