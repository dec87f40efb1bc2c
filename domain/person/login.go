package person

import (
	"slices"

	"github.com/usher-engine/usher/domain"
)

// A change of login concerns two streams. The new contact's is held by a claim,
// so that nobody else comes by it (claims.go); the person's own decides. The new
// contact signs in only while the person's own stream says so.

type (
	// ChangeLogin makes a claimed contact, which was proved, the person's login, if
	// all is still as it was when it was claimed: a claim made with a stolen
	// password dies with that password.
	ChangeLogin struct {
		Claim         domain.ClaimID
		Slot          domain.Slot
		Tenure, Epoch int
		Credential    domain.CredentialID
		Contact       domain.Contact
	}

	// AbandonLoginChange makes sure that a claim will never decide. A claim that
	// has decided stays.
	AbandonLoginChange struct {
		Claim domain.ClaimID
		Slot  domain.Slot // of the claimed contact
	}
)

const (
	LoginChangedType         domain.EventType = "person.login_changed"
	LoginChangeAbandonedType domain.EventType = "person.login_change_abandoned"
)

type (
	// LoginChanged says that the person signs in by another contact from now on.
	LoginChanged struct {
		Person   domain.PersonID `json:"person"`
		Claim    domain.ClaimID  `json:"claim"`
		Slot     domain.Slot     `json:"slot"` // where the contact is held
		Personal ChangedLogin    `json:"personal"`
	}

	// LoginChangeAbandoned says that the claim will never decide.
	LoginChangeAbandoned struct {
		Person domain.PersonID `json:"person"`
		Claim  domain.ClaimID  `json:"claim"`
		Slot   domain.Slot     `json:"slot"` // where the contact is held
	}
)

// Login is by which other contact the person signs in; zero where it is the
// slot's own.
type Login struct {
	Slot    domain.Slot
	Claim   domain.ClaimID
	Contact domain.Contact // the other one
	// Ended is the claims that will never decide, or not any more. Their contacts
	// are to be released.
	Ended []HeldContact
}

// HeldContact is a claim, and where the contact is that it holds.
type HeldContact struct {
	Slot  domain.Slot
	Claim domain.ClaimID
}

// ChangedLogin is the new login, and the one before, which is told.
type ChangedLogin struct {
	Contact domain.Contact `json:"contact"`
	Before  domain.Contact `json:"before"`
}

func (LoginChanged) Type() domain.EventType         { return LoginChangedType }
func (LoginChangeAbandoned) Type() domain.EventType { return LoginChangeAbandonedType }

func (e LoginChanged) About() domain.PersonID         { return e.Person }
func (e LoginChangeAbandoned) About() domain.PersonID { return e.Person }

func (e LoginChanged) Subject() domain.PersonID { return e.Person }

func (LoginChanged) personEvent()         {}
func (LoginChangeAbandoned) personEvent() {}

func (ChangeLogin) personCommand()        {}
func (AbandonLoginChange) personCommand() {}

func changeLogin(s State, c ChangeLogin) ([]Event, error) {
	switch {
	case s.Login.Claim == c.Claim:
		return nil, nil
	case !s.CanProve(Claim{ID: c.Claim, Tenure: c.Tenure, Epoch: c.Epoch, Credential: c.Credential}):
		return nil, domain.Refuse(domain.LinkRevoked, "this login cannot be taken any more; sign in and ask for it again")
	}
	return []Event{LoginChanged{
		Person: s.Person, Claim: c.Claim, Slot: c.Slot,
		Personal: ChangedLogin{Contact: c.Contact, Before: s.Contact},
	}}, nil
}

func abandonLoginChange(s State, c AbandonLoginChange) ([]Event, error) {
	if s.Login.Claim == c.Claim || s.Login.ended(c.Claim) {
		return nil, nil
	}
	return []Event{LoginChangeAbandoned{Person: s.Person, Claim: c.Claim, Slot: c.Slot}}, nil
}

// CanProve reports whether a claim can still become the person's login: all is as
// it was when the contact was claimed.
func (s State) CanProve(claim Claim) bool {
	return !s.Login.ended(claim.ID) && s.Employment.Active &&
		s.Tenure == claim.Tenure && s.Employment.Epoch == claim.Epoch && s.SignsInWith() == claim.Credential
}

// LoginSlot returns the slot of the contact by which the person of a slot signs in.
func (s State) LoginSlot(own domain.Slot) domain.Slot {
	if s.Login.Claim.IsZero() {
		return own
	}
	return s.Login.Slot
}

// ended reports whether a claim can decide no more.
func (l Login) ended(claim domain.ClaimID) bool {
	return slices.ContainsFunc(l.Ended, func(held HeldContact) bool { return held.Claim == claim })
}

// end is the login after a claim has ended.
func (l Login) end(slot domain.Slot, claim domain.ClaimID) Login {
	if !claim.IsZero() && !l.ended(claim) {
		l.Ended = append(slices.Clone(l.Ended), HeldContact{Slot: slot, Claim: claim})
	}
	return l
}

// own is the login of somebody who comes back by the contact that they came by.
func (l Login) own() Login {
	if l.Claim.IsZero() {
		return l
	}
	return Login{Ended: l.end(l.Slot, l.Claim).Ended}
}

func (s State) loginChanged(e LoginChanged) State {
	s.Login = s.Login.end(s.Login.Slot, s.Login.Claim)
	s.Login.Slot, s.Login.Claim, s.Login.Contact, s.Contact = e.Slot, e.Claim, e.Personal.Contact, e.Personal.Contact
	return s
}

func (s State) loginChangeAbandoned(e LoginChangeAbandoned) State {
	s.Login = s.Login.end(e.Slot, e.Claim)
	return s
}
