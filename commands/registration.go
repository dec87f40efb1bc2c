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

// opened is a link that was read and is genuine; whether it is alive is for
// check to say.
type opened struct {
	links.Link
	token   string
	company account.State
	slot    domain.Slot  // of a personal link
	person  person.State // of a personal link
	claimer person.State // of a link that proves a new login: whose it would be
}

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
		Greeting: link.company.Greeting, Login: link.login(),
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
		return a.prove(ctx, request, link)
	case links.Login:
		return a.proveLogin(ctx, request, link)
	case links.Reset:
		return a.resetPassword(ctx, request, link, c)
	}
	return LinkUsed{}, errNoLink()
}

// openLink reads a token and loads what it is about.
func (a *App) openLink(ctx context.Context, token string) (opened, error) {
	claimed, err := links.Read(token)
	if err != nil {
		return opened{}, err
	}
	keys, err := a.linkKeys(ctx)
	if err != nil {
		return opened{}, err
	}
	if claimed.Purpose == links.Join {
		id := domain.AccountID(claimed.Subject)
		company, err := a.accounts.load(ctx, a.Store, domain.AccountStream(id))
		if err == nil && (!company.state.Exists() || !keys.Genuine(claimed, links.Owner{Account: id})) {
			err = errNoLink()
		}
		return opened{Link: claimed.Link, token: token, company: company.state}, err
	}
	slot := domain.Slot(claimed.Subject)
	somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
	if err != nil {
		return opened{}, err
	}
	if somebody.next == 0 || !keys.Genuine(claimed, links.Owner{Account: somebody.account, Tenure: somebody.state.Tenure}) {
		return opened{}, errNoLink()
	}
	company, err := a.company(ctx, somebody.account)
	link := opened{Link: claimed.Link, token: token, company: company, slot: slot, person: somebody.state}
	if err == nil && claimed.Purpose == links.Login {
		link.claimer, err = a.claimer(ctx, somebody.state.Claim)
	}
	return link, err
}

// check refuses a dead link with why it is dead.
func (l opened) check(now time.Time) error {
	switch l.Purpose {
	case links.Join:
		return l.checkJoin(now)
	case links.Invitation:
		return l.person.CheckInvitation(now, l.number())
	case links.SetPassword:
		return l.person.CheckPasswordLink(now, l.number())
	case links.Proof:
		return l.person.CheckProof(now, l.number())
	case links.Login:
		return l.person.CheckClaim(now, l.number(), l.claimer)
	case links.Reset:
		return l.person.CheckReset(now, l.number())
	}
	return errNoLink()
}

func (l opened) checkJoin(now time.Time) error { return l.company.JoinLink.Check(now, l.Counter) }

// number is the counter of a personal link; a genuine one is small.
func (l opened) number() int { return int(min(l.Counter, 1<<31)) }

// login is the contact that the link is bound to.
func (l opened) login() string {
	if l.Purpose == links.Login {
		return l.person.Claim.Contact.Address
	}
	return l.person.Contact.Address
}

func (l opened) kind() LinkKind {
	switch l.Purpose {
	case links.Join:
		return LinkJoin
	case links.SetPassword:
		return LinkSetPassword
	case links.Proof:
		return LinkProof
	case links.Login:
		return LinkLogin
	case links.Reset:
		return LinkReset
	case links.Invitation:
	}
	if l.person.Contact.Kind == domain.ContactPhone {
		return LinkSMS
	}
	return LinkEmail
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
	if err := link.checkJoin(a.Now()); err != nil {
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
		return person.RegisterByJoinLink{
			Slot: slot, Generation: link.Counter, Seat: seat, Department: company.JoinLink.Department, ProveBy: a.Now().Add(proofLasts), Credential: credential,
			Judged:  judged(company, email.Domain()),
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
		concern, err := a.concernOf(ctx, company, now)
		return person.Redeem{
			Invitation: link.number(), Judged: judged(company, ""), Concern: concern,
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

// prove takes a registrant's word that an address is his own.
func (a *App) prove(ctx context.Context, request Request, link opened) (LinkUsed, error) {
	build := func(ctx context.Context, now loaded[person.State]) (person.Command, error) {
		company, err := a.company(ctx, request.Account)
		if err != nil {
			return nil, err
		}
		concern, err := a.concernOf(ctx, company, now)
		return person.Prove{Registration: link.number(), Concern: concern}, err
	}
	return a.useLink(ctx, request, link.slot, build, nil)
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
		err = domain.Refuse(domain.LinkRevoked, "this invitation was taken back; you can ask for a new one")
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

// judged is the settings that a registration is judged under. Domain rules are for
// whoever comes by the join link; others have no domain that counts.
func judged(company account.State, emailDomain string) person.Judged {
	return person.Judged{Mode: string(company.Mode), Rule: company.RuleFor(emailDomain), ModerateInvited: company.ModerateInvited}
}

// concernOf is why an invited person waits for approval, if so: by the account's
// settings, or because the inviter has no access any more.
func (a *App) concernOf(ctx context.Context, company account.State, invited loaded[person.State]) (person.Concern, error) {
	live := invited.state.LiveInvitation()
	switch {
	case company.ModerateInvited:
		return person.InvitedWait, nil
	case live == 0:
		return person.NoConcern, nil
	}
	inviter := invited.state.Invitations[live-1].Inviter
	slot, found, err := a.Directory.SlotOf(ctx, company.Account, inviter, invited.position)
	if err != nil || !found {
		return person.InviterGone, err
	}
	current, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
	if err != nil || !current.state.Employment.Active {
		return person.InviterGone, err
	}
	return person.NoConcern, nil
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
