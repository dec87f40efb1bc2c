package person

import (
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
)

type (
	// Invite sends a personal link to the contact.
	Invite struct {
		Slot       domain.Slot
		Contact    domain.Contact
		Inviter    domain.PersonID
		Batch      domain.BatchID
		Department domain.DepartmentID
		Workgroups []domain.WorkgroupID
		ExpiresAt  time.Time
		Corrects   domain.PersonID // whose contact was mistyped; zero for nobody's
		By         domain.PersonID // who corrected it
		Apart      bool            // the batch was revoked, which does not concern this one
		Confirmed  []domain.Doubt  // why the contact looked wrong
		FixedText  bool            // by e-mail, whatever text its batch has
	}

	// Resend sends the last invitation again, with a link of its own; the older
	// link is dead.
	Resend struct {
		Invitation int
		By         domain.PersonID
		ExpiresAt  time.Time
		Apart      bool // its batch was revoked
		FixedText  bool // the plan does not allow the text of its batch any more
	}
)

const (
	InvitedBySMSType   domain.EventType = "person.invited_by_sms"
	InvitedByEmailType domain.EventType = "person.invited_by_email"
)

type (
	// InvitedBySMS sends a personal link to a phone number, which becomes the login.
	InvitedBySMS struct {
		Person     domain.PersonID `json:"person"`
		Tenure     int             `json:"tenure"`
		Invitation int             `json:"invitation"` // rises for the life of the stream
		Inviter    domain.PersonID `json:"inviter"`
		Batch      domain.BatchID  `json:"batch"`
		ExpiresAt  time.Time       `json:"expires_at"`
		Resent     int             `json:"resent,omitzero"`    // the invitation that it repeats
		By         domain.PersonID `json:"by,omitzero"`        // who sent it again, or corrected the contact
		Apart      bool            `json:"apart,omitzero"`     // sent after its batch was revoked, which does not end it
		Corrects   domain.PersonID `json:"corrects,omitzero"`  // whose contact was mistyped
		Confirmed  []domain.Doubt  `json:"confirmed,omitzero"` // why the contact looked wrong, which was meant all the same
		Personal   Invitee         `json:"personal"`
	}

	// InvitedByEmail sends a personal link to an e-mail address, which becomes the login.
	InvitedByEmail struct {
		Person     domain.PersonID      `json:"person"`
		Tenure     int                  `json:"tenure"`
		Invitation int                  `json:"invitation"` // rises for the life of the stream
		Inviter    domain.PersonID      `json:"inviter"`
		Batch      domain.BatchID       `json:"batch"`
		Department domain.DepartmentID  `json:"department,omitzero"`
		Workgroups []domain.WorkgroupID `json:"workgroups,omitzero"`
		ExpiresAt  time.Time            `json:"expires_at"`
		Resent     int                  `json:"resent,omitzero"`     // the invitation that it repeats
		By         domain.PersonID      `json:"by,omitzero"`         // who sent it again, or corrected the contact
		Apart      bool                 `json:"apart,omitzero"`      // sent after its batch was revoked, which does not end it
		Corrects   domain.PersonID      `json:"corrects,omitzero"`   // whose contact was mistyped
		Confirmed  []domain.Doubt       `json:"confirmed,omitzero"`  // why the contact looked wrong, which was meant all the same
		FixedText  bool                 `json:"fixed_text,omitzero"` // instead of the edited one of its batch, which the plan allowed no more
		Personal   Invitee              `json:"personal"`
	}
)

// Invitee is all that is known of somebody invited.
type Invitee struct {
	Contact domain.Contact `json:"contact"`
}

func (InvitedBySMS) Type() domain.EventType   { return InvitedBySMSType }
func (InvitedByEmail) Type() domain.EventType { return InvitedByEmailType }

func (e InvitedBySMS) About() domain.PersonID   { return e.Person }
func (e InvitedByEmail) About() domain.PersonID { return e.Person }

func (e InvitedBySMS) Subject() domain.PersonID   { return e.Person }
func (e InvitedByEmail) Subject() domain.PersonID { return e.Person }

func (InvitedBySMS) personEvent()   {}
func (InvitedByEmail) personEvent() {}

func (Invite) personCommand() {}
func (Resend) personCommand() {}

func invite(now time.Time, s State, c Invite) ([]Event, error) {
	live := s.LiveInvitation()
	switch {
	case s.Employment.Active:
		return nil, errAlreadyEmployed()
	case s.awaitsApproval():
		return nil, errAlreadyRegistered()
	case live != 0 && now.Before(s.Invitations[live-1].ExpiresAt):
		return nil, domain.Refuse(domain.AlreadyInvited, "this contact has an invitation that is still open")
	}
	person := s.PersonIn(c.Slot)
	events := s.supersedeRegistrations(0)
	if live != 0 {
		events = append(events, InvitationExpired{Person: person, Invitation: live})
	}
	return append(events, s.send(person, c, 0)), nil
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
	again := last.goesOn(last.Contact, c.By, c.ExpiresAt)
	again.Apart, again.FixedText = again.Apart || c.Apart, c.FixedText
	return append(events, s.send(s.Person, again, c.Invitation)), nil
}

// goesOn is the invitation as it goes on, to its own contact or to the right one:
// whatever its inviter chose comes along, and the term begins anew. A new member of
// an invitation is carried here.
func (i Invitation) goesOn(to domain.Contact, by domain.PersonID, until time.Time) Invite {
	return Invite{
		Contact: to, Inviter: i.Inviter, Batch: i.Batch, Department: i.Department, Workgroups: i.Workgroups,
		Apart: i.Apart, By: by, ExpiresAt: until, Confirmed: i.Confirmed,
	}
}

// send is an invitation that goes out, by the channel of its contact; one by SMS
// places nobody. Whatever goes out is made here, the first time and again.
func (s State) send(to domain.PersonID, c Invite, resent int) Event {
	sent := InvitedByEmail{
		Person: to, Tenure: s.tenure(), Invitation: len(s.Invitations) + 1, Inviter: c.Inviter, Batch: c.Batch,
		Department: c.Department, Workgroups: c.Workgroups, ExpiresAt: c.ExpiresAt,
		Resent: resent, By: c.By, Apart: c.Apart, Corrects: c.Corrects, Confirmed: c.Confirmed, FixedText: c.FixedText, Personal: Invitee{Contact: c.Contact},
	}
	if c.Contact.Kind != domain.ContactPhone {
		return sent
	}
	return InvitedBySMS{
		Person: sent.Person, Tenure: sent.Tenure, Invitation: sent.Invitation, Inviter: sent.Inviter, Batch: sent.Batch,
		ExpiresAt: sent.ExpiresAt, Resent: sent.Resent, By: sent.By, Apart: sent.Apart, Corrects: sent.Corrects, Confirmed: sent.Confirmed, Personal: sent.Personal,
	}
}

func (s State) invitedBySMS(e InvitedBySMS) State {
	return s.invited(e.Tenure, e.Person, Invitation{
		Channel: domain.ContactPhone, Contact: e.Personal.Contact, Inviter: e.Inviter, Batch: e.Batch,
		ExpiresAt: e.ExpiresAt, Resent: e.Resent, By: e.By, Apart: e.Apart, Confirmed: e.Confirmed,
	})
}

func (s State) invitedByEmail(e InvitedByEmail) State {
	return s.invited(e.Tenure, e.Person, Invitation{
		Channel: domain.ContactEmail, Contact: e.Personal.Contact, Inviter: e.Inviter, Batch: e.Batch,
		Department: e.Department, Workgroups: e.Workgroups, ExpiresAt: e.ExpiresAt, Resent: e.Resent, By: e.By, Apart: e.Apart, Confirmed: e.Confirmed,
	})
}

func (s State) invited(tenure int, who domain.PersonID, invitation Invitation) State {
	invitation.Status = Live
	s.Tenure, s.Person, s.Contact = tenure, who, invitation.Contact
	s.Invitations = append(slices.Clone(s.Invitations), invitation)
	return s
}
