package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// RegisterDirectly is an inviter registering somebody, who fills in nothing.
type RegisterDirectly struct {
	Slot    domain.Slot
	Inviter domain.PersonID
	// MayApprove says that the inviter may let in who awaits approval.
	MayApprove bool
	// WithoutConfirmation mails a generated password; otherwise a link.
	WithoutConfirmation bool
	PasswordExpiresAt   time.Time
	LinkExpiresAt       time.Time
	Department          domain.DepartmentID // zero means the root
	Workgroups          []domain.WorkgroupID
	Confirmed           []domain.Doubt // why the contact or a name looks wrong
	Details             Colleague
}

const RegisteredDirectlyType domain.EventType = "person.registered_directly"

// RegisteredDirectly says that an inviter registered the person, who filled in nothing.
type RegisteredDirectly struct {
	Person              domain.PersonID `json:"person"`
	Tenure              int             `json:"tenure"`
	Inviter             domain.PersonID `json:"inviter"`
	WithoutConfirmation bool            `json:"without_confirmation"`
	Confirmed           []domain.Doubt  `json:"confirmed,omitzero"` // why the contact or a name looked wrong, which was meant all the same
	Personal            Colleague       `json:"personal"`
}

// Colleague is what an inviter says of somebody whom they register.
type Colleague struct {
	Contact   domain.Contact `json:"contact"`
	FirstName string         `json:"first_name"`
	LastName  string         `json:"last_name"`
	JobTitle  string         `json:"job_title"`
}

func (RegisteredDirectly) Type() domain.EventType { return RegisteredDirectlyType }

func (e RegisteredDirectly) About() domain.PersonID { return e.Person }

func (e RegisteredDirectly) Subject() domain.PersonID { return e.Person }

func (RegisteredDirectly) personEvent() {}

func (RegisterDirectly) personCommand() {}

func registerDirectly(s State, c RegisterDirectly) ([]Event, error) {
	switch {
	case s.Employment.Active:
		return nil, errAlreadyEmployed()
	case s.awaitsApproval() && !c.MayApprove:
		return nil, errAlreadyRegistered()
	}
	person := s.PersonIn(c.Slot)
	events := append(s.supersedeEverything(),
		RegisteredDirectly{
			Person: person, Tenure: s.tenure(), Inviter: c.Inviter,
			WithoutConfirmation: c.WithoutConfirmation, Confirmed: c.Confirmed, Personal: c.Details,
		},
		s.employ(person, Basis{Kind: DirectRegistration, Inviter: c.Inviter}).placed(c.Department, c.Workgroups, Missing{}))
	counter := s.Credential.Counter + 1
	if c.WithoutConfirmation {
		return append(events, PasswordGenerated{Person: person, Counter: counter, ExpiresAt: c.PasswordExpiresAt}), nil
	}
	return append(events, PasswordLinkIssued{Person: person, Counter: counter, ExpiresAt: c.LinkExpiresAt}), nil
}

func (s State) registeredDirectly(e RegisteredDirectly) State {
	s.Tenure, s.Person, s.Contact = e.Tenure, e.Person, e.Personal.Contact
	s.FirstName, s.LastName, s.JobTitle = e.Personal.FirstName, e.Personal.LastName, e.Personal.JobTitle
	return s
}
