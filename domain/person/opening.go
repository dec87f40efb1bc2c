package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// OpenInvitation is somebody beginning to fill in the form behind a personal link.
type OpenInvitation struct{ Invitation int }

const InvitationOpenedType domain.EventType = "person.invitation_opened"

// InvitationOpened says that somebody began to fill in the form behind the invitation's
// link: a person, and no program that only follows links.
type InvitationOpened struct {
	Person     domain.PersonID `json:"person"`
	Invitation int             `json:"invitation"`
}

func (InvitationOpened) Type() domain.EventType { return InvitationOpenedType }

func (e InvitationOpened) About() domain.PersonID { return e.Person }

func (InvitationOpened) personEvent() {}

func (OpenInvitation) personCommand() {}

func openInvitation(now time.Time, s State, c OpenInvitation) ([]Event, error) {
	if err := s.CheckInvitation(now, c.Invitation); err != nil || s.Invitations[c.Invitation-1].Opened {
		return nil, err
	}
	return []Event{InvitationOpened{Person: s.Person, Invitation: c.Invitation}}, nil
}

func (s State) opened(e InvitationOpened) State {
	return s.turnInvitation(e.Invitation, func(i *Invitation) { i.Opened = true })
}
