package commands

import (
	"context"
	"errors"
	"time"

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

// ShowLink says what a link is for, and consumes nothing. A dead link is
// refused with why it is dead.
func (a *App) ShowLink(ctx context.Context, token string) (Link, error) {
	link, err := a.openLink(ctx, token)
	if err != nil {
		return Link{}, err
	}
	if err := link.check(a.Now()); err != nil {
		return Link{}, err
	}
	if link.Purpose == links.Join && link.company.JoinLink.IsFull() {
		return Link{}, account.ErrLinkFull()
	}
	if err := a.checkBatch(ctx, link); err != nil {
		return Link{}, err
	}
	return Link{
		Kind: link.kind(), Slug: link.company.Slug, Name: link.company.Name,
		Greeting: link.company.Greeting, Login: link.login(), Registrant: link.registrant(),
	}, nil
}

// UseLink is the form behind a link. Which fields count depends on the link.
type UseLink struct {
	Token     string
	FirstName string
	LastName  string
	Password  string
	Email     string // for the join link only
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

// UseLink registers, proves an address or sets a password, as the link is for.
func (a *App) UseLink(ctx context.Context, request Request, c UseLink) (LinkUsed, error) {
	link, err := a.openLink(ctx, c.Token)
	if err != nil {
		return LinkUsed{}, err
	}
	request.Account, request.Caller = link.company.Account, LinkHolder()
	if link.Purpose == links.Invitation || link.Purpose == links.Proof {
		if _, err := a.endRevoked(ctx, request.Account, link.slot); err != nil {
			return LinkUsed{}, err
		}
	}
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

// registrant reads what somebody says of himself.
func (a *App) registrant(c UseLink, company account.State, login string) (first, last string, err error) {
	first, err1 := a.Texts.PersonName(c.FirstName)
	last, err2 := a.Texts.PersonName(c.LastName)
	err3 := a.Passwords.Judge(c.Password, company.Passwords.MinimumLength, []string{c.FirstName, c.LastName, login, company.Name, company.Slug})
	return first, last, errors.Join(in("first_name", err1), in("last_name", err2), in("password", err3))
}

// register is the form of the join link. The answer depends on the settings
// as they stand when it is sent.
func (a *App) register(ctx context.Context, request Request, link opened, c UseLink) (LinkUsed, error) {
	if err := a.checkJoinUnlessRepeated(ctx, request, link, c.Email); err != nil {
		return LinkUsed{}, err
	}
	email, err1 := a.Texts.Email(c.Email)
	first, last, err2 := a.registrant(c, link.company, c.Email)
	if err := errors.Join(in("email", err1), err2); err != nil {
		return LinkUsed{}, err
	}
	slot, err := a.SlotOf(ctx, request.Account, email)
	if err != nil {
		return LinkUsed{}, err
	}
	seat, err := a.takeSeat(ctx, request, link, slot)
	if err != nil {
		return LinkUsed{}, err
	}
	credential := domain.CredentialFor(request.Command)
	build := func(ctx context.Context, _ loaded[person.State]) (person.Command, error) {
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
			Judged:  a.judged(company, email.Domain()),
			Details: person.Registrant{Contact: email, FirstName: first, LastName: last},
		}, link.checkJoin(a.Now())
	}
	return a.useLink(ctx, request, slot, build, func(ctx context.Context) error {
		return a.savePassword(ctx, credential, c.Password)
	})
}

// redeem is the form of a personal link.
func (a *App) redeem(ctx context.Context, request Request, link opened, c UseLink) (LinkUsed, error) {
	if err := a.checkUnlessRepeated(ctx, request, link); err != nil {
		return LinkUsed{}, err
	}
	first, last, err := a.registrant(c, link.company, link.person.Contact.Address)
	if err != nil {
		return LinkUsed{}, err
	}
	credential := domain.CredentialFor(request.Command)
	build := func(ctx context.Context, now loaded[person.State]) (person.Command, error) {
		company, err := a.company(ctx, request.Account)
		if err != nil {
			return nil, err
		}
		link.person = now.state
		if err := a.checkBatch(ctx, link); err != nil {
			return nil, err
		}
		concern, err := a.concernOf(ctx, company, now)
		return person.Redeem{
			Invitation: link.number(), Judged: a.judged(company, ""), Concern: concern,
			Credential: credential, FirstName: first, LastName: last,
		}, err
	}
	return a.useLink(ctx, request, link.slot, build, func(ctx context.Context) error {
		if err := a.savePassword(ctx, credential, c.Password); err != nil {
			return err
		}
		return a.answered(ctx, link.company, link.person.Contact)
	})
}

// prove takes a registrant's word that an address is his own. Whoever reads the
// address's mail may choose the password: what the form's sender typed is void then.
func (a *App) prove(ctx context.Context, request Request, link opened, c UseLink) (LinkUsed, error) {
	if err := a.checkUnlessRepeated(ctx, request, link); err != nil {
		return LinkUsed{}, err
	}
	var credential domain.CredentialID
	var save func(context.Context) error
	if c.Password != "" {
		if err := a.Passwords.Judge(c.Password, link.company.Passwords.MinimumLength, append(ownWords(link.person, link.company), link.registrant())); err != nil {
			return LinkUsed{}, in("password", err)
		}
		credential = domain.CredentialFor(request.Command)
		save = func(ctx context.Context) error { return a.savePassword(ctx, credential, c.Password) }
	}
	build := func(ctx context.Context, now loaded[person.State]) (person.Command, error) {
		company, err := a.company(ctx, request.Account)
		if err != nil {
			return nil, err
		}
		if _, revoked, err := a.revokedBatchOf(ctx, now.state, now.state.LiveInvitation()); err != nil || revoked {
			return nil, firstError(err, domain.Refuse(domain.Contended, "the invitation was taken back at this moment; try again"))
		}
		concern, err := a.concernOf(ctx, company, now)
		return person.Prove{Registration: link.number(), Concern: concern, Credential: credential}, err
	}
	return a.useLink(ctx, request, link.slot, build, save)
}

// setPassword takes the first password of somebody registered by a colleague.
func (a *App) setPassword(ctx context.Context, request Request, link opened, c UseLink) (LinkUsed, error) {
	if err := a.checkUnlessRepeated(ctx, request, link); err != nil {
		return LinkUsed{}, err
	}
	if err := a.Passwords.Judge(c.Password, link.company.Passwords.MinimumLength, ownWords(link.person, link.company)); err != nil {
		return LinkUsed{}, in("password", err)
	}
	credential := domain.CredentialFor(request.Command)
	build := func(context.Context, loaded[person.State]) (person.Command, error) {
		return person.SetPassword{Counter: link.number(), Credential: credential}, nil
	}
	return a.useLink(ctx, request, link.slot, build, func(ctx context.Context) error {
		return a.savePassword(ctx, credential, c.Password)
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
	somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(link.slot))
	if err != nil {
		return err
	}
	if somebody.causes.Has(request.Command) {
		return nil
	}
	return link.check(a.Now())
}

// checkJoinUnlessRepeated is the same for the join link, by which each registers for
// himself.
func (a *App) checkJoinUnlessRepeated(ctx context.Context, request Request, link opened, typed string) error {
	dead := link.checkJoin(a.Now())
	email, unreadable := a.Texts.Email(typed)
	if dead == nil || unreadable != nil {
		return dead
	}
	slot, err := a.SlotOf(ctx, request.Account, email)
	if err != nil {
		return err
	}
	somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
	if err != nil || somebody.causes.Has(request.Command) {
		return err
	}
	return dead
}

func (a *App) useLink(ctx context.Context, request Request, slot domain.Slot,
	build func(context.Context, loaded[person.State]) (person.Command, error), prepare func(context.Context) error,
) (LinkUsed, error) {
	result, err := a.letIn(ctx, slot, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(slot), command: request.Command, request: request,
		prepare: prepare, sends: true,
		build: func(ctx context.Context, now loaded[person.State]) (person.Command, error) {
			command, err := build(ctx, now)
			if err != nil {
				return nil, err
			}
			return a.placing(ctx, request.Account, now.state, command)
		},
	})
	if err != nil {
		return LinkUsed{}, err
	}
	return LinkUsed{
		Done: Done{Position: result.position}, Person: result.state.Person, Status: statusAfter(result.events),
	}, nil
}

// savePassword hashes a password into the vault. Each command has a credential
// of its own, so a loser of a race never replaces the winner's.
func (a *App) savePassword(ctx context.Context, id domain.CredentialID, password string) error {
	hash, err := a.Passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	return a.Vault.SaveCredential(ctx, id, hash, a.Now())
}

func ownWords(p person.State, company account.State) []string {
	return []string{p.FirstName, p.LastName, p.Contact.Address, company.Name, company.Slug}
}

func errNoLink() error {
	return domain.Refuse(domain.NotFound, "this link is not one of ours; check that it was copied whole")
}
