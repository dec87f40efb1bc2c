package person

import "github.com/usher-engine/usher/domain"

// State is a person as decisions see it.
type State struct {
	Tenure    int // zero before the first event
	Person    domain.PersonID
	Contact   domain.Contact
	FirstName string
	LastName  string
	JobTitle  string

	Invitations   []Invitation   // number n is at index n-1; only the last can be live
	Registrations []Registration // number n is at index n-1
	Employment    Employment
	Credential    Credential
	Reset         Reset
	Tokens        []Token     // that were made and neither revoked nor made void
	Forfeited     []int       // seats of the join link that bring nobody in any more
	Login         Login       // by which the person signs in
	Claim         Claim       // somebody else's, on this contact
	Appointments  int         // how often the person has been made an administrator
	Preferences   Preferences // as they were chosen; see Prefers
}

func (s State) tenure() int { return max(s.Tenure, 1) }

// PersonIn returns the id of the slot's present person, who may be still to come.
func (s State) PersonIn(slot domain.Slot) domain.PersonID {
	return domain.PersonIDFor(slot, s.tenure())
}

// supersedeEverything ends whatever else could still let the person in.
func (s State) supersedeEverything() []Event {
	events := s.supersedeRegistrations(0)
	if live := s.LiveInvitation(); live != 0 {
		events = append(events, InvitationSuperseded{Person: s.Person, Invitation: live})
	}
	return events
}
