package person

import "github.com/usher-engine/usher/domain"

// NoteLogin is somebody who has logged in, in an epoch.
type NoteLogin struct{ Epoch int }

// EndSessions ends whatever somebody is signed in to: the sessions of an epoch.
type EndSessions struct {
	By    domain.PersonID
	Epoch int
}

const (
	FirstLoginType    domain.EventType = "person.first_login"
	SessionsEndedType domain.EventType = "person.sessions_ended"
)

// FirstLogin says that somebody has logged in for the first time since they were let
// in. Who comes back has a first time again.
type FirstLogin struct {
	Person domain.PersonID `json:"person"`
}

// SessionsEnded ends all of an employee's sessions and API tokens; access stays.
type SessionsEnded struct {
	Person domain.PersonID `json:"person"`
	By     domain.PersonID `json:"by"`
	Epoch  int             `json:"epoch"` // sessions of an earlier one are void
}

func (FirstLogin) Type() domain.EventType    { return FirstLoginType }
func (SessionsEnded) Type() domain.EventType { return SessionsEndedType }

func (e FirstLogin) About() domain.PersonID    { return e.Person }
func (e SessionsEnded) About() domain.PersonID { return e.Person }

func (FirstLogin) personEvent()    {}
func (SessionsEnded) personEvent() {}

func (NoteLogin) personCommand()   {}
func (EndSessions) personCommand() {}

func noteLogin(s State, c NoteLogin) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case s.Employment.LoggedIn, s.Employment.Epoch != c.Epoch: // or whoever did is not signed in any more
		return nil, nil
	}
	return []Event{FirstLogin{Person: s.Person}}, nil
}

func endSessions(s State, c EndSessions) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case s.Employment.Epoch != c.Epoch:
		return nil, nil // they are void already
	}
	return []Event{SessionsEnded{Person: s.Person, By: c.By, Epoch: s.Employment.Epoch + 1}}, nil
}

func (s State) loggedIn() State {
	s.Employment.LoggedIn = true
	return s
}

func (s State) sessionsEnded(e SessionsEnded) State {
	s.Employment.Epoch = e.Epoch
	return s
}
