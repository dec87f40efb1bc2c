package person

import (
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
)

// A change of login concerns two streams. The new contact's is held by a claim,
// so that nobody else comes by it; the person's own decides. The new contact
// signs in only while the person's own stream says so.

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

// own is the login of somebody who comes back by the contact that he came by.
func (l Login) own() Login {
	if l.Claim.IsZero() {
		return l
	}
	return Login{Ended: l.end(l.Slot, l.Claim).Ended}
}

// Claim is somebody wanting this contact as a login.
type Claim struct {
	ID     domain.ClaimID
	Asked  domain.ClaimID // by the latest asking, as a link can be asked for again
	By     domain.PersonID
	Slot   domain.Slot // of that person
	Tenure int
	Epoch  int
	// Credential is with what the person signed in when the contact was claimed.
	Credential domain.CredentialID
	Contact    domain.Contact
	ExpiresAt  time.Time
	Number     int // of the link that proves the contact; each new one rises
	Open       bool
}

type (
	// ClaimLogin holds the contact for a person of another slot, and sends a link
	// to it. The same person asking anew gets another link for the same claim.
	ClaimLogin struct {
		Claim  domain.ClaimID
		By     domain.PersonID
		Slot   domain.Slot
		Tenure int
		Epoch  int
		// Credential is the password that was given with it.
		Credential domain.CredentialID
		Contact    domain.Contact
		ExpiresAt  time.Time
	}

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

	// ReleaseLogin gives the contact free. It comes after the person's own stream
	// has ended the claim.
	ReleaseLogin struct{ Claim domain.ClaimID }
)

const (
	LoginClaimedType         domain.EventType = "person.login_claimed"
	LoginChangedType         domain.EventType = "person.login_changed"
	LoginChangeAbandonedType domain.EventType = "person.login_change_abandoned"
	LoginReleasedType        domain.EventType = "person.login_released"
)

type (
	// LoginClaimed holds this contact for a person of another slot, who proves it
	// by the link of this number.
	LoginClaimed struct {
		By         domain.PersonID     `json:"by"`
		Slot       domain.Slot         `json:"slot"` // where that person's stream is
		Tenure     int                 `json:"tenure"`
		Epoch      int                 `json:"epoch"`
		Credential domain.CredentialID `json:"credential,omitzero"`
		Claim      domain.ClaimID      `json:"claim"`
		Asked      domain.ClaimID      `json:"asked"` // the claim itself, or what the person asked with again
		Number     int                 `json:"number"`
		ExpiresAt  time.Time           `json:"expires_at"`
		Personal   Invitee             `json:"personal"`
	}

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

	// LoginReleased gives this contact free.
	LoginReleased struct {
		By    domain.PersonID `json:"by"`
		Claim domain.ClaimID  `json:"claim"`
	}
)

// ChangedLogin is the new login, and the one before, which is told.
type ChangedLogin struct {
	Contact domain.Contact `json:"contact"`
	Before  domain.Contact `json:"before"`
}

func (e LoginClaimed) Subject() domain.PersonID { return e.By }
func (e LoginChanged) Subject() domain.PersonID { return e.Person }

func (LoginClaimed) Type() domain.EventType         { return LoginClaimedType }
func (LoginChanged) Type() domain.EventType         { return LoginChangedType }
func (LoginChangeAbandoned) Type() domain.EventType { return LoginChangeAbandonedType }
func (LoginReleased) Type() domain.EventType        { return LoginReleasedType }

func (LoginClaimed) personEvent()         {}
func (LoginChanged) personEvent()         {}
func (LoginChangeAbandoned) personEvent() {}
func (LoginReleased) personEvent()        {}

func (ClaimLogin) personCommand()         {}
func (ChangeLogin) personCommand()        {}
func (AbandonLoginChange) personCommand() {}
func (ReleaseLogin) personCommand()       {}

func claimLogin(now time.Time, s State, c ClaimLogin) ([]Event, error) {
	returning := s.Employment.Active && s.Person == c.By // to the contact that the person came by
	live := s.LiveInvitation()
	switch {
	case s.Claim.Open && s.Claim.By != c.By:
		return nil, errContactHeld()
	case s.Claim.Open && s.Claim.Asked == c.Claim:
		return nil, nil
	case s.Claim.Open && !now.Before(s.Claim.ExpiresAt): // it is ended first, and what ends it must not meet it open again
		return nil, errContactHeld()
	case returning:
	case s.Employment.Epoch > 0, s.awaitsApproval(), live != 0 && now.Before(s.Invitations[live-1].ExpiresAt):
		return nil, errContactHeld()
	}
	var events []Event
	if live != 0 {
		events = append(events, InvitationExpired{Person: s.Person, Invitation: live})
	}
	claim := c.Claim
	if s.Claim.Open {
		claim = s.Claim.ID
	}
	return append(events, LoginClaimed{
		By: c.By, Slot: c.Slot, Tenure: c.Tenure, Epoch: c.Epoch, Credential: c.Credential, Claim: claim, Asked: c.Claim, Number: s.Claim.Number + 1,
		ExpiresAt: c.ExpiresAt, Personal: Invitee{Contact: c.Contact},
	}), nil
}

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

// CanProve reports whether a claim can still become the person's login: all is as
// it was when the contact was claimed.
func (s State) CanProve(claim Claim) bool {
	return !s.Login.ended(claim.ID) && s.Employment.Active &&
		s.Tenure == claim.Tenure && s.Employment.Epoch == claim.Epoch && s.SignsInWith() == claim.Credential
}

func abandonLoginChange(s State, c AbandonLoginChange) ([]Event, error) {
	if s.Login.Claim == c.Claim || s.Login.ended(c.Claim) {
		return nil, nil
	}
	return []Event{LoginChangeAbandoned{Person: s.Person, Claim: c.Claim, Slot: c.Slot}}, nil
}

func releaseLogin(s State, c ReleaseLogin) ([]Event, error) {
	if !s.Claim.Open || s.Claim.ID != c.Claim {
		return nil, nil
	}
	return []Event{LoginReleased{By: s.Claim.By, Claim: c.Claim}}, nil
}

// CheckClaim reports why the contact cannot be proved by the numbered link, for
// whoever has claimed it.
func (s State) CheckClaim(now time.Time, number int, claimer State) error {
	switch {
	case number < 1 || number > s.Claim.Number:
		return errNoLink()
	case number < s.Claim.Number:
		return errLinkSuperseded()
	case claimer.Login.Claim == s.Claim.ID:
		return errLinkUsed()
	case !s.Claim.Open || !now.Before(s.Claim.ExpiresAt):
		return errLinkExpired("sign in, and ask for the new login again")
	}
	return nil
}

// LoginSlot is the slot of the contact by which the person of a slot signs in.
func (s State) LoginSlot(own domain.Slot) domain.Slot {
	if s.Login.Claim.IsZero() {
		return own
	}
	return s.Login.Slot
}

// heldByAnother reports whether the contact is the login of a person of another
// slot, or is about to be: nobody else comes by it.
func (s State) heldByAnother() bool { return s.Claim.Open && s.Claim.By != s.Person }

func (s State) claimed(e LoginClaimed) State {
	s.Claim = Claim{
		ID: e.Claim, Asked: e.Asked, By: e.By, Slot: e.Slot, Tenure: e.Tenure, Epoch: e.Epoch, Credential: e.Credential, Contact: e.Personal.Contact,
		ExpiresAt: e.ExpiresAt, Number: e.Number, Open: true,
	}
	return s
}

func (s State) released(e LoginReleased) State {
	if s.Claim.ID == e.Claim {
		s.Claim.Open = false
	}
	return s
}

func (s State) loginChanged(e LoginChanged) State {
	s.Login = s.Login.end(s.Login.Slot, s.Login.Claim)
	s.Login.Slot, s.Login.Claim, s.Login.Contact, s.Contact = e.Slot, e.Claim, e.Personal.Contact, e.Personal.Contact
	return s
}

func errContactHeld() error {
	return domain.Refuse(domain.ContactHeld, "this contact belongs to somebody of the company, or is about to")
}
