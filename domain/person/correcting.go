package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// A mistyped contact has a stream of its own, and so has the right one: the first
// ends the invitation, and the second begins it as it was meant.

type (
	// Correct says that the contact was mistyped: the invitation ends here, and
	// another person is invited by the right one.
	Correct struct {
		Invitation int
		To         domain.PersonID
		By         domain.PersonID
		Contact    domain.Contact
		Confirmed  []domain.Doubt // why the right contact looks wrong
	}

	// RefuseCorrection records that the right contact could not be invited.
	RefuseCorrection struct {
		Invitation int
		Code       domain.Code
	}
)

const (
	ContactCorrectedType  domain.EventType = "person.contact_corrected"
	CorrectionRefusedType domain.EventType = "person.correction_refused"
)

type (
	// ContactCorrected ends an invitation that went to a mistyped contact.
	ContactCorrected struct {
		Person     domain.PersonID `json:"person"`
		Invitation int             `json:"invitation"`
		To         domain.PersonID `json:"to"` // who is invited by the right contact
		By         domain.PersonID `json:"by"`
		Confirmed  []domain.Doubt  `json:"confirmed,omitzero"` // why the right contact looked wrong, which was meant all the same
		Personal   Invitee         `json:"personal"`           // the right contact
	}

	// CorrectionRefused says why the right contact could not be invited.
	CorrectionRefused struct {
		Person     domain.PersonID `json:"person"`
		Invitation int             `json:"invitation"`
		Code       string          `json:"code"` // of the refusal
	}
)

func (ContactCorrected) Type() domain.EventType  { return ContactCorrectedType }
func (CorrectionRefused) Type() domain.EventType { return CorrectionRefusedType }

func (e ContactCorrected) About() domain.PersonID  { return e.Person }
func (e CorrectionRefused) About() domain.PersonID { return e.Person }

func (e ContactCorrected) Subject() domain.PersonID { return e.Person }

func (ContactCorrected) personEvent()  {}
func (CorrectionRefused) personEvent() {}

func (Correct) personCommand()          {}
func (RefuseCorrection) personCommand() {}

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
		Person: s.Person, Invitation: c.Invitation, To: c.To, By: c.By, Confirmed: c.Confirmed, Personal: Invitee{Contact: c.Contact},
	}}, nil
}

func refuseCorrection(s State, c RefuseCorrection) ([]Event, error) {
	n := c.Invitation
	if n < 1 || n > len(s.Invitations) || s.Invitations[n-1].Status != StatusCorrected || s.Invitations[n-1].Refused != "" {
		return nil, nil
	}
	return []Event{CorrectionRefused{Person: s.Person, Invitation: n, Code: string(c.Code)}}, nil
}

// WasCorrectedTo reports whether the last invitation ended because another person
// was meant.
func (s State) WasCorrectedTo(to domain.PersonID) bool {
	last := len(s.Invitations)
	return last > 0 && !to.IsZero() && s.Invitations[last-1].Corrected == to
}

// InviteInstead returns the command that invites by the right contact after c: the
// mistyped invitation as it goes on in the stream of slot. Apart says that the batch
// was revoked before.
func (s State) InviteInstead(c ContactCorrected, slot domain.Slot, contact domain.Contact, until time.Time, apart bool) Invite {
	instead := s.Invitations[c.Invitation-1].goesOn(contact, c.By, until)
	instead.Slot, instead.Corrects, instead.Confirmed = slot, s.Person, c.Confirmed
	instead.Apart = instead.Apart || apart
	return instead
}

func (s State) corrected(e ContactCorrected) State {
	return s.turnInvitation(e.Invitation, func(i *Invitation) {
		i.Status, i.Corrected, i.Refused, i.Asked, i.Wanted = StatusCorrected, e.To, "", false, i.Asked
	})
}

func (s State) correctionRefused(e CorrectionRefused) State {
	return s.turnInvitation(e.Invitation, func(i *Invitation) { i.Refused = domain.Code(e.Code) })
}
