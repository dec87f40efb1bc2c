package person

import "github.com/usher-engine/usher/domain"

// RegisterFounder follows the founding of an account.
type RegisterFounder struct {
	Slot       domain.Slot
	Credential domain.CredentialID
	Details    Registrant
}

const FounderRegisteredType domain.EventType = "person.founder_registered"

// FounderRegistered follows the founding of an account in its founder's stream.
type FounderRegistered struct {
	Person   domain.PersonID `json:"person"`
	Tenure   int             `json:"tenure"`
	Personal Registrant      `json:"personal"`
}

func (FounderRegistered) Type() domain.EventType { return FounderRegisteredType }

func (e FounderRegistered) About() domain.PersonID { return e.Person }

func (e FounderRegistered) Subject() domain.PersonID { return e.Person }

func (FounderRegistered) personEvent() {}

func (RegisterFounder) personCommand() {}

func registerFounder(s State, c RegisterFounder) ([]Event, error) {
	if s.Employment.Active || s.Employment.Dismissed {
		return nil, nil
	}
	person := s.PersonIn(c.Slot)
	employed := s.employ(person, Basis{Kind: Founding})
	employed.Role = domain.RoleAdministrator
	return append(s.supersedeEverything(),
		FounderRegistered{Person: person, Tenure: s.tenure(), Personal: c.Details},
		employed,
		PasswordSet{Person: person, Credential: c.Credential},
	), nil
}

func (s State) founderRegistered(e FounderRegistered) State {
	s.Tenure, s.Person, s.Contact = e.Tenure, e.Person, e.Personal.Contact
	s.FirstName, s.LastName = e.Personal.FirstName, e.Personal.LastName
	return s
}
