package person

import "github.com/usher-engine/usher/domain"

// EndSessions ends whatever somebody is signed in to: the sessions of an epoch.
type EndSessions struct {
	By    domain.PersonID
	Epoch int
}

const SessionsEndedType domain.EventType = "person.sessions_ended"

// SessionsEnded ends all of an employee's sessions and API tokens; access stays.
type SessionsEnded struct {
	Person domain.PersonID `json:"person"`
	By     domain.PersonID `json:"by"`
	Epoch  int             `json:"epoch"` // sessions of an earlier one are void
}

func (SessionsEnded) Type() domain.EventType { return SessionsEndedType }

func (e SessionsEnded) About() domain.PersonID { return e.Person }

func (SessionsEnded) personEvent() {}

func (EndSessions) personCommand() {}

func endSessions(s State, c EndSessions) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case s.Employment.Epoch != c.Epoch:
		return nil, nil // they are void already
	}
	return []Event{SessionsEnded{Person: s.Person, By: c.By, Epoch: s.Employment.Epoch + 1}}, nil
}

func (s State) sessionsEnded(e SessionsEnded) State {
	s.Employment.Epoch = e.Epoch
	return s
}
