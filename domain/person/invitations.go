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
)

const (
	InvitationSupersededType domain.EventType = "person.invitation_superseded"
	InvitationExpiredType    domain.EventType = "person.invitation_expired"
	InvitationRevokedType    domain.EventType = "person.invitation_revoked"
	InvitationDeclinedType   domain.EventType = "person.invitation_declined"
	NewInvitationAskedType   domain.EventType = "person.new_invitation_asked"
)

type (
	// InvitationSuperseded ends an invitation because something newer replaced it.
	InvitationSuperseded struct {
		Person     domain.PersonID `json:"person"`
		Invitation int             `json:"invitation"`
	}

	// InvitationExpired ends an invitation whose time had run out.
	InvitationExpired struct {
		Person     domain.PersonID `json:"person"`
		Invitation int             `json:"invitation"`
	}

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
)

// Invitation is one personal link.
type Invitation struct {
	Status     InvitationStatus
	Channel    domain.ContactKind
	Contact    domain.Contact
	Inviter    domain.PersonID
	Batch      domain.BatchID
	Department domain.DepartmentID
	Workgroups []domain.WorkgroupID
	ExpiresAt  time.Time
	Resent     int             // the number of the invitation that it repeats
	By         domain.PersonID // who sent it again, or corrected the contact
	Apart      bool            // from its batch, which was revoked before
	Confirmed  []domain.Doubt  // why the contact looked wrong
	Opened     bool            // somebody began to fill in the form behind its link
	Asked      bool            // the holder of its dead link asked for a new one
	Wanted     bool            // the holder had asked when the contact was corrected
	Corrected  domain.PersonID // who was invited instead
	Refused    domain.Code     // why that one was not
}

// InvitationStatus is live, or why an invitation ended.
type InvitationStatus string

const (
	Live             InvitationStatus = "live"
	StatusRedeemed   InvitationStatus = "redeemed"
	StatusSuperseded InvitationStatus = "superseded"
	StatusExpired    InvitationStatus = "expired"
	StatusRevoked    InvitationStatus = "revoked"
	StatusDeclined   InvitationStatus = "declined"

	StatusCorrected InvitationStatus = "corrected"
)

// Revocation is on which occasion an invitation was revoked.
type Revocation string

const (
	RevokedAlone   Revocation = "revoked"
	BatchRevoked   Revocation = "batch_revoked"
	InviterRevoked Revocation = "inviter_revoked"
)

func (InvitationSuperseded) Type() domain.EventType { return InvitationSupersededType }
func (InvitationExpired) Type() domain.EventType    { return InvitationExpiredType }
func (InvitationRevoked) Type() domain.EventType    { return InvitationRevokedType }
func (InvitationDeclined) Type() domain.EventType   { return InvitationDeclinedType }
func (NewInvitationAsked) Type() domain.EventType   { return NewInvitationAskedType }

func (e InvitationSuperseded) About() domain.PersonID { return e.Person }
func (e InvitationExpired) About() domain.PersonID    { return e.Person }
func (e InvitationRevoked) About() domain.PersonID    { return e.Person }
func (e InvitationDeclined) About() domain.PersonID   { return e.Person }
func (e NewInvitationAsked) About() domain.PersonID   { return e.Person }

func (InvitationSuperseded) personEvent() {}
func (InvitationExpired) personEvent()    {}
func (InvitationRevoked) personEvent()    {}
func (InvitationDeclined) personEvent()   {}
func (NewInvitationAsked) personEvent()   {}

func (Expire) personCommand()   {}
func (Revoke) personCommand()   {}
func (Decline) personCommand()  {}
func (AskAgain) personCommand() {}

func expire(now time.Time, s State, c Expire) ([]Event, error) {
	live := s.LiveInvitation()
	if live == 0 || live != c.Invitation || now.Before(s.Invitations[live-1].ExpiresAt) {
		return nil, nil
	}
	return []Event{InvitationExpired{Person: s.Person, Invitation: live}}, nil
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

// CheckAsking returns why the holder of the numbered invitation, which is dead,
// cannot ask for a new one: not_found, link_used or already_invited; nil where they can.
func (s State) CheckAsking(now time.Time, number int) error {
	live := s.LiveInvitation()
	switch {
	case number < 1 || number > len(s.Invitations):
		return errNoLink()
	case s.Employment.Active, s.awaitsApproval(), s.Invitations[len(s.Invitations)-1].Status == StatusRedeemed:
		return errLinkUsed()
	case live != 0 && now.Before(s.Invitations[live-1].ExpiresAt):
		return domain.Refuse(domain.AlreadyInvited, "there is an invitation that is still open; use the latest message")
	}
	return nil
}

// LiveInvitation returns the number of the invitation that can still be redeemed,
// and zero where there is none. Its time may have run out.
func (s State) LiveInvitation() int {
	last := len(s.Invitations)
	if last == 0 || s.Invitations[last-1].Status != Live {
		return 0
	}
	return last
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

func (s State) revoked(e InvitationRevoked) State {
	return s.turnInvitation(e.Invitation, func(i *Invitation) { i.Status, i.Asked = StatusRevoked, false })
}

func (s State) askedAgain(e NewInvitationAsked) State {
	return s.turnInvitation(e.Invitation, func(i *Invitation) { i.Asked = true })
}

func (s State) endInvitation(number int, status InvitationStatus) State {
	return s.turnInvitation(number, func(i *Invitation) { i.Status = status })
}

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
