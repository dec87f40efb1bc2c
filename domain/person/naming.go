package person

import "github.com/usher-engine/usher/domain"

// ChangeName corrects what an employee is called. The last name may be empty.
type ChangeName struct {
	FirstName, LastName string
	Confirmed           []domain.Doubt // why the name looks wrong
}

const NameChangedType domain.EventType = "person.name_changed"

// NameChanged says what an employee is called from now on.
type NameChanged struct {
	Person    domain.PersonID `json:"person"`
	Confirmed []domain.Doubt  `json:"confirmed,omitzero"` // why the name looked wrong, which was meant all the same
	Personal  Called          `json:"personal"`
}

// Called is what somebody is called.
type Called struct {
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"` // empty for people with one name
}

func (NameChanged) Type() domain.EventType { return NameChangedType }

func (e NameChanged) About() domain.PersonID   { return e.Person }
func (e NameChanged) Subject() domain.PersonID { return e.Person }

func (NameChanged) personEvent()  {}
func (ChangeName) personCommand() {}

func changeName(s State, c ChangeName) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case c.FirstName == s.FirstName && c.LastName == s.LastName:
		return nil, nil
	}
	return []Event{NameChanged{Person: s.Person, Confirmed: c.Confirmed, Personal: Called{FirstName: c.FirstName, LastName: c.LastName}}}, nil
}

func (s State) renamed(e NameChanged) State {
	s.FirstName, s.LastName = e.Personal.FirstName, e.Personal.LastName
	return s
}
