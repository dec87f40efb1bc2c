package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// A claim is what the field calls a reservation: it holds a contact in that
// contact's own stream until the stream of whoever wants it has decided (login.go).

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
		Confirmed  []domain.Doubt // why the contact looks wrong
		ExpiresAt  time.Time
	}

	// ReleaseLogin gives the contact free. It comes after the person's own stream
	// has ended the claim.
	ReleaseLogin struct{ Claim domain.ClaimID }
)

const (
	LoginClaimedType  domain.EventType = "person.login_claimed"
	LoginReleasedType domain.EventType = "person.login_released"
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
		Confirmed  []domain.Doubt      `json:"confirmed,omitzero"` // why the contact looked wrong, which was meant all the same
		Personal   Invitee             `json:"personal"`
	}

	// LoginReleased gives this contact free.
	LoginReleased struct {
		By    domain.PersonID `json:"by"`
		Claim domain.ClaimID  `json:"claim"`
	}
)

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

func (LoginClaimed) Type() domain.EventType  { return LoginClaimedType }
func (LoginReleased) Type() domain.EventType { return LoginReleasedType }

func (e LoginClaimed) About() domain.PersonID  { return e.By }
func (e LoginReleased) About() domain.PersonID { return e.By }

func (e LoginClaimed) Subject() domain.PersonID { return e.By }

func (LoginClaimed) personEvent()  {}
func (LoginReleased) personEvent() {}

func (ClaimLogin) personCommand()   {}
func (ReleaseLogin) personCommand() {}

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
		ExpiresAt: c.ExpiresAt, Confirmed: c.Confirmed, Personal: Invitee{Contact: c.Contact},
	}), nil
}

func releaseLogin(s State, c ReleaseLogin) ([]Event, error) {
	if !s.Claim.Open || s.Claim.ID != c.Claim {
		return nil, nil
	}
	return []Event{LoginReleased{By: s.Claim.By, Claim: c.Claim}}, nil
}

// CheckClaim returns why claimer, who has claimed the contact, cannot prove it by the
// numbered link: not_found, link_superseded, link_used or link_expired; nil where they can.
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

func errContactHeld() error {
	return domain.Refuse(domain.ContactHeld, "this contact belongs to somebody of the company, or is about to")
}
