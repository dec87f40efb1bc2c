package person

import (
	"slices"

	"github.com/usher-engine/usher/domain"
)

type (
	// Approve is an administrator letting a registrant in. Registration zero
	// means the one that waits now; where several wait, one must be named.
	Approve struct {
		Registration int
		By           domain.PersonID
		Missing      Missing
	}

	// Reject is an administrator not letting a registrant in. Registration zero
	// means all that wait now.
	Reject struct {
		Registration int
		By           domain.PersonID
		Reason       string
	}
)

const (
	RegistrationApprovedType domain.EventType = "person.registration_approved"
	RegistrationRejectedType domain.EventType = "person.registration_rejected"
)

type (
	// RegistrationApproved says that an administrator let the registrant in.
	RegistrationApproved struct {
		Person       domain.PersonID `json:"person"`
		Registration int             `json:"registration"`
		By           domain.PersonID `json:"by"`
	}

	// RegistrationRejected says that an administrator did not.
	RegistrationRejected struct {
		Person       domain.PersonID `json:"person"`
		Registration int             `json:"registration"`
		By           domain.PersonID `json:"by"`
		Personal     Rejection       `json:"personal"`
	}
)

// Rejection is why an administrator did not approve.
type Rejection struct {
	Reason string `json:"reason"`
}

func (RegistrationApproved) Type() domain.EventType { return RegistrationApprovedType }
func (RegistrationRejected) Type() domain.EventType { return RegistrationRejectedType }

func (e RegistrationApproved) About() domain.PersonID { return e.Person }
func (e RegistrationRejected) About() domain.PersonID { return e.Person }

func (e RegistrationRejected) Subject() domain.PersonID { return e.Person }

func (RegistrationApproved) personEvent() {}
func (RegistrationRejected) personEvent() {}

func (Approve) personCommand() {}
func (Reject) personCommand()  {}

func approve(s State, c Approve) ([]Event, error) {
	number, err := s.decided(c.Registration, Admitted)
	if number == 0 {
		return nil, err
	}
	events := s.supersedeRegistrations(number)
	basis := Basis{Kind: ApprovedByAdmin, Registration: number, Approver: c.By}
	registration := s.Registrations[number-1]
	basis.Generation = registration.Generation
	placement := Invitation{Department: registration.Department}
	if n := registration.Invitation; n > 0 && n <= len(s.Invitations) && s.Invitations[n-1].stands() {
		placement = s.Invitations[n-1]
		basis.Invitation, basis.Inviter, basis.Batch = registration.Invitation, placement.Inviter, placement.Batch
	}
	if live := s.LiveInvitation(); live != 0 {
		events = append(events, InvitationSuperseded{Person: s.Person, Invitation: live})
	}
	employed := s.employ(s.Person, basis).placed(placement.Department, placement.Workgroups, c.Missing)
	return append(events, RegistrationApproved{Person: s.Person, Registration: number, By: c.By}, employed), nil
}

func reject(s State, c Reject) ([]Event, error) {
	var events []Event
	if waiting := s.Waiting(); c.Registration == 0 && len(waiting) > 1 { // one no is for all of them, and told once
		c.Registration = waiting[len(waiting)-1]
		events = s.supersedeRegistrations(c.Registration)
	}
	number, err := s.decided(c.Registration, Rejected)
	if number == 0 {
		return nil, err
	}
	return append(events, RegistrationRejected{
		Person: s.Person, Registration: number, By: c.By, Personal: Rejection{Reason: c.Reason},
	}), nil
}

// decided is the number of the waiting registration that an approval or a
// rejection means; zero and no error where it has been decided that way already.
func (s State) decided(number int, already RegistrationStatus) (int, error) {
	waiting := s.Waiting()
	switch {
	case number == 0 && len(waiting) == 0:
		return 0, domain.Refuse(domain.NothingToApprove, "no registration of this person waits for a decision")
	case number == 0 && len(waiting) == 1:
		return waiting[0], nil
	case number == 0:
		return 0, domain.Refuse(domain.RegistrationChanged, "several registrations of this contact wait; look at the list and name one").In("registration")
	case slices.Contains(waiting, number):
		return number, nil
	case number > 0 && number <= len(s.Registrations) && s.Registrations[number-1].Status == already:
		return 0, nil
	default:
		return 0, domain.Refuse(domain.RegistrationChanged, "this registration does not wait any more; look at the list again").In("registration")
	}
}

func (s State) approved(e RegistrationApproved) State {
	return s.endRegistration(e.Registration, Admitted).takeDetails(e.Registration)
}
