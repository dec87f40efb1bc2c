package person

import (
	"slices"
	"strings"
	"time"

	"github.com/usher-engine/usher/domain"
)

const RegistrationSupersededType domain.EventType = "person.registration_superseded"

// RegistrationSuperseded ends a waiting registration because something
// stronger replaced it; its password is void.
type RegistrationSuperseded struct {
	Person       domain.PersonID `json:"person"`
	Registration int             `json:"registration"`
}

// Registration is one form filled in by a registrant.
type Registration struct {
	Status     RegistrationStatus
	Route      Route
	Generation uint64
	Seat       int // of a limited join link; zero for none
	Department domain.DepartmentID
	Invitation int
	Proved     bool
	ProveBy    time.Time
	InForce    InForce
	Concern    Concern
	Credential domain.CredentialID
	Contact    domain.Contact
	FirstName  string
	LastName   string
}

// RegistrationStatus is one of the constants below.
type RegistrationStatus string

const (
	AwaitingProof    RegistrationStatus = "awaiting_proof"
	AwaitingApproval RegistrationStatus = "awaiting_approval"
	Admitted         RegistrationStatus = "admitted"
	Rejected         RegistrationStatus = "rejected"
	Superseded       RegistrationStatus = "superseded"
)

// Registrant is what people say of themselves.
type Registrant struct {
	Contact   domain.Contact `json:"contact"`
	FirstName string         `json:"first_name"`
	LastName  string         `json:"last_name"`
}

func (RegistrationSuperseded) Type() domain.EventType { return RegistrationSupersededType }

func (e RegistrationSuperseded) About() domain.PersonID { return e.Person }

func (RegistrationSuperseded) personEvent() {}

// Name returns what the registrant is called, by their own word.
func (r Registration) Name() string { return strings.TrimSpace(r.FirstName + " " + r.LastName) }

// isUnproved reports whether the registration waits, and its address is not known
// to be the registrant's own.
func (r Registration) isUnproved() bool {
	return r.Status == AwaitingProof || r.Status == AwaitingApproval && !r.Proved
}

// Waiting returns the numbers of the registrations that wait, the latest last.
func (s State) Waiting() []int {
	var waiting []int
	for i, registration := range s.Registrations {
		if registration.Status == AwaitingProof || registration.Status == AwaitingApproval {
			waiting = append(waiting, i+1)
		}
	}
	return waiting
}

func (s State) awaitsApproval() bool {
	return slices.ContainsFunc(s.Registrations, func(r Registration) bool { return r.Status == AwaitingApproval })
}

// wasRejected reports whether an administrator has ever said no to this person,
// who then does not come in by the join link alone.
func (s State) wasRejected() bool {
	return slices.ContainsFunc(s.Registrations, func(r Registration) bool { return r.Status == Rejected })
}

// supersedeRegistrations ends what waits, but for the number kept.
func (s State) supersedeRegistrations(kept int) []Event {
	var events []Event
	for _, number := range s.Waiting() {
		if number != kept {
			events = append(events, RegistrationSuperseded{Person: s.Person, Registration: number})
		}
	}
	return events
}

// supersedeLapsed ends the oldest of those whose time to prove the address is out,
// so that with one more no more than maxWaiting wait.
func (s State) supersedeLapsed(now time.Time) []Event {
	var events []Event
	waiting := s.Waiting()
	for _, number := range waiting {
		if len(waiting)-len(events) < maxWaiting {
			break
		}
		if one := s.Registrations[number-1]; one.Status == AwaitingProof && !now.Before(one.ProveBy) {
			events = append(events, RegistrationSuperseded{Person: s.Person, Registration: number})
		}
	}
	return events
}

func (s State) endRegistration(number int, status RegistrationStatus) State {
	return s.turnRegistration(number, func(r *Registration) { r.Status = status })
}

func (s State) turnRegistration(number int, turn func(*Registration)) State {
	if number < 1 || number > len(s.Registrations) {
		return s
	}
	s.Registrations = slices.Clone(s.Registrations)
	turn(&s.Registrations[number-1])
	return s
}

// takeDetails makes what the numbered registration says of its person the
// person's own.
func (s State) takeDetails(number int) State {
	if number < 1 || number > len(s.Registrations) {
		return s
	}
	admitted := s.Registrations[number-1]
	s.Contact, s.FirstName, s.LastName = admitted.Contact, admitted.FirstName, admitted.LastName
	return s
}

func statusOf(awaits Awaits) RegistrationStatus {
	switch awaits {
	case Proof:
		return AwaitingProof
	case Approval:
		return AwaitingApproval
	case Nothing:
	}
	return Admitted
}

func errAlreadyRegistered() error {
	return domain.Refuse(domain.AlreadyRegistered, "this contact has registered and waits for approval")
}
