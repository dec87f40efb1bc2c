package commands

import (
	"context"
	"time"

	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
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

// openLink reads a token and loads what it is about. A genuine one of a closed account is
// refused with account_closed.
func (a *App) openLink(ctx context.Context, token string) (opened, error) {
	link, err := a.readLink(ctx, token)
	if err == nil && link.company.Closed {
		err = account.ErrClosed()
	}
	return link, err
}

func (a *App) readLink(ctx context.Context, token string) (opened, error) {
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
		company, err := a.accounts.Load(ctx, domain.AccountStream(id))
		if err == nil && (!company.State.Exists() || !keys.Genuine(claimed, links.Owner{Account: id})) {
			err = errNoLink()
		}
		return opened{Link: claimed.Link, token: token, company: company.State}, err
	}
	slot := domain.Slot(claimed.Subject)
	somebody, err := a.people.Load(ctx, domain.PersonStream(slot))
	if err != nil {
		return opened{}, err
	}
	owner := links.Owner{Account: somebody.Account, Tenure: somebody.State.Tenure}
	if claimed.Purpose == links.Login { // which is not of whoever comes by the contact
		owner.Tenure = 0
	}
	if somebody.Next == 0 || !keys.Genuine(claimed, owner) {
		return opened{}, errNoLink()
	}
	company, err := a.company(ctx, somebody.Account)
	link := opened{Link: claimed.Link, token: token, company: company, slot: slot, person: somebody.State}
	if err == nil && claimed.Purpose == links.Login {
		link.claimer, err = a.claimer(ctx, somebody.State.Claim)
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

// registrant is who filled in the form that the link proves.
func (l opened) registrant() string {
	if n := l.number(); l.Purpose == links.Proof && n > 0 && n <= len(l.person.Registrations) {
		return l.person.Registrations[n-1].Name()
	}
	return ""
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
