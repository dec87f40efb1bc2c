package person

import (
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
)

// What becomes of an invitation between the day it is sent and the day it is
// redeemed. Commands name the invitation that was seen, so that a stale click
// does nothing to a newer one.

type (
	// Expire puts on record that an invitation's time has run out.
	Expire struct{ Invitation int }

	// Resend sends the last invitation again, with a link of its own; the older
	// link is dead.
	Resend struct {
		Invitation int
		By         domain.PersonID
		ExpiresAt  time.Time
		Apart      bool // its batch was revoked
	}

	// Revoke ends the last invitation; zero means whichever is open.
	Revoke struct {
		Invitation int
		By         domain.PersonID // zero where a batch was revoked
		Why        Revocation
	}

	// Decline is the invitee saying no.
	Decline struct{ Invitation int }

	// AskAgain is the holder of a dead link asking for a new one.
	AskAgain struct{ Invitation int }

	// Correct says that the contact was mistyped: the invitation ends here, and
	// another person is invited by the right one.
	Correct struct {
		Invitation int
		To         domain.PersonID
		By         domain.PersonID
		Contact    domain.Contact
	}

	// RefuseCorrection records that the right contact could not be invited.
	RefuseCorrection struct {
		Invitation int
		Code       domain.Code
	}
)

const (
	InvitationRevokedType  domain.EventType = "person.invitation_revoked"
	InvitationDeclinedType domain.EventType = "person.invitation_declined"
	NewInvitationAskedType domain.EventType = "person.new_invitation_asked"
	ContactCorrectedType   domain.EventType = "person.contact_corrected"
	CorrectionRefusedType  domain.EventType = "person.correction_refused"
)

type (
	// InvitationRevoked ends an invitation because somebody took it back.
	InvitationRevoked struct {
		Person     domain.PersonID `json:"person"`
		Invitation int             `json:"invitation"`
		By         domain.PersonID `json:"by,omitzero"`
		Why        Revocation      `json:"why"`
	}

	// InvitationDeclined says that the invitee does not want to come.
	InvitationDeclined struct {
		Person     domain.PersonID `json:"person"`
		Invitation int             `json:"invitation"`
	}

	// NewInvitationAsked says that the holder of a dead link would like to come.
	NewInvitationAsked struct {
		Person     domain.PersonID `json:"person"`
		Invitation int             `json:"invitation"`
	}

	// ContactCorrected ends an invitation that went to a mistyped contact.
	ContactCorrected struct {
		Person     domain.PersonID `json:"person"`
		Invitation int             `json:"invitation"`
		To         domain.PersonID `json:"to"` // who is invited by the right contact
		By         domain.PersonID `json:"by"`
		Personal   Invitee         `json:"personal"` // the right contact
	}

	// CorrectionRefused says why the right contact could not be invited.
	CorrectionRefused struct {
		Person     domain.PersonID `json:"person"`
		Invitation int             `json:"invitation"`
		Code       string          `json:"code"` // of the refusal
	}
)

// Revocation is on which occasion an invitation was revoked.
type Revocation string

const (
	RevokedAlone   Revocation = "revoked"
	BatchRevoked   Revocation = "batch_revoked"
	InviterRevoked Revocation = "inviter_revoked"
)

func (e ContactCorrected) Subject() domain.PersonID { return e.Person }

func (InvitationRevoked) Type() domain.EventType  { return InvitationRevokedType }
func (InvitationDeclined) Type() domain.EventType { return InvitationDeclinedType }
func (NewInvitationAsked) Type() domain.EventType { return NewInvitationAskedType }
func (ContactCorrected) Type() domain.EventType   { return ContactCorrectedType }
func (CorrectionRefused) Type() domain.EventType  { return CorrectionRefusedType }

func (InvitationRevoked) personEvent()  {}
func (InvitationDeclined) personEvent() {}
func (NewInvitationAsked) personEvent() {}
func (ContactCorrected) personEvent()   {}
func (CorrectionRefused) personEvent()  {}

func (Expire) personCommand()           {}
func (Resend) personCommand()           {}
func (Revoke) personCommand()           {}
func (Decline) personCommand()          {}
func (AskAgain) personCommand()         {}
func (Correct) personCommand()          {}
func (RefuseCorrection) personCommand() {}

func expire(now time.Time, s State, c Expire) ([]Event, error) {
	live := s.LiveInvitation()
	if live == 0 || live != c.Invitation || now.Before(s.Invitations[live-1].ExpiresAt) {
		return nil, nil
	}
	return []Event{InvitationExpired{Person: s.Person, Invitation: live}}, nil
}

func resend(s State, c Resend) ([]Event, error) {
	last, err := s.lastInvitation(c.Invitation, Live, StatusExpired, StatusDeclined)
	switch {
	case len(s.Invitations) > 1 && s.Invitations[len(s.Invitations)-1].Resent == c.Invitation:
		return nil, nil
	case s.Employment.Active:
		return nil, errAlreadyEmployed()
	case s.awaitsApproval():
		return nil, errAlreadyRegistered()
	case err != nil:
		return nil, err
	}
	var events []Event
	if last.Status == Live {
		events = append(events, InvitationSuperseded{Person: s.Person, Invitation: c.Invitation})
	}
	return append(events, byChannel(InvitedByEmail{
		Person: s.Person, Tenure: s.tenure(), Invitation: len(s.Invitations) + 1, Inviter: last.Inviter, Batch: last.Batch,
		Department: last.Department, Workgroups: last.Workgroups,
		ExpiresAt: c.ExpiresAt, Resent: c.Invitation, By: c.By, Apart: c.Apart || last.Apart, Personal: Invitee{Contact: last.Contact},
	})), nil
}

// byChannel is an invitation as it travels to its contact: one by SMS places nobody.
func byChannel(e InvitedByEmail) Event {
	if e.Personal.Contact.Kind != domain.ContactPhone {
		return e
	}
	return InvitedBySMS{
		Person: e.Person, Tenure: e.Tenure, Invitation: e.Invitation, Inviter: e.Inviter, Batch: e.Batch,
		ExpiresAt: e.ExpiresAt, Resent: e.Resent, By: e.By, Apart: e.Apart, Corrects: e.Corrects, Personal: e.Personal,
	}
}

func revoke(s State, c Revoke) ([]Event, error) {
	number := c.Invitation
	if number == 0 {
		number = s.LiveInvitation()
	}
	if n := number; n > 0 && n <= len(s.Invitations) && s.Invitations[n-1].Status == StatusRevoked && !s.Invitations[n-1].Asked {
		return nil, nil
	}
	last, err := s.lastInvitation(number, Live, StatusExpired, StatusDeclined)
	if err != nil || last.Apart && c.Why == BatchRevoked {
		return nil, err
	}
	return []Event{InvitationRevoked{Person: s.Person, Invitation: number, By: c.By, Why: c.Why}}, nil
}

func decline(now time.Time, s State, c Decline) ([]Event, error) {
	if err := s.CheckInvitation(now, c.Invitation); err != nil {
		return nil, err
	}
	return []Event{InvitationDeclined{Person: s.Person, Invitation: c.Invitation}}, nil
}

func askAgain(now time.Time, s State, c AskAgain) ([]Event, error) {
	if err := s.CheckAsking(now, c.Invitation); err != nil {
		return nil, err
	}
	last := len(s.Invitations)
	if s.Invitations[last-1].Asked {
		return nil, nil
	}
	var events []Event
	if live := s.LiveInvitation(); live != 0 {
		events = append(events, InvitationExpired{Person: s.Person, Invitation: live})
	}
	return append(events, NewInvitationAsked{Person: s.Person, Invitation: last}), nil
}

func correct(s State, c Correct) ([]Event, error) {
	if c.Invitation == len(s.Invitations) && s.WasCorrectedTo(c.To) {
		return nil, nil
	}
	if _, err := s.lastInvitation(c.Invitation, Live, StatusExpired, StatusDeclined); err != nil {
		return nil, err
	}
	if s.Employment.Active || s.awaitsApproval() {
		return nil, errInvitationChanged()
	}
	return []Event{ContactCorrected{
		Person: s.Person, Invitation: c.Invitation, To: c.To, By: c.By, Personal: Invitee{Contact: c.Contact},
	}}, nil
}

// WasCorrectedTo reports whether the last invitation ended because another person
// was meant.
func (s State) WasCorrectedTo(to domain.PersonID) bool {
	last := len(s.Invitations)
	return last > 0 && !to.IsZero() && s.Invitations[last-1].Corrected == to
}

func refuseCorrection(s State, c RefuseCorrection) ([]Event, error) {
	n := c.Invitation
	if n < 1 || n > len(s.Invitations) || s.Invitations[n-1].Status != StatusCorrected || s.Invitations[n-1].Refused != "" {
		return nil, nil
	}
	return []Event{CorrectionRefused{Person: s.Person, Invitation: n, Code: string(c.Code)}}, nil
}

// lastInvitation is the last one, where it has the number that was seen and one
// of some states, or was asked for again.
func (s State) lastInvitation(number int, states ...InvitationStatus) (Invitation, error) {
	if number < 1 || number != len(s.Invitations) {
		return Invitation{}, errInvitationChanged()
	}
	last := s.Invitations[number-1]
	if !last.Asked && !slices.Contains(states, last.Status) {
		return Invitation{}, errInvitationChanged()
	}
	return last, nil
}

// stands reports whether somebody can come by the invitation, or has.
func (i Invitation) stands() bool { return i.Status == Live || i.Status == StatusRedeemed }

// turnInvitation is the state with one invitation changed.
func (s State) turnInvitation(number int, turn func(*Invitation)) State {
	if number < 1 || number > len(s.Invitations) {
		return s
	}
	s.Invitations = slices.Clone(s.Invitations)
	turn(&s.Invitations[number-1])
	return s
}

func errInvitationChanged() error {
	return domain.Refuse(domain.InvitationChanged, "this invitation is not open any more, or a newer one was sent; look at the list again")
}
