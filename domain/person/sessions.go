package person

import (
	"strconv"

	"github.com/usher-engine/usher/domain"
)

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
func (SessionsEnded) personEvent()           {}
func (EndSessions) personCommand()           {}

func endSessions(s State, c EndSessions) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case s.Employment.Epoch != c.Epoch:
		return nil, nil // they are void already
	}
	return []Event{SessionsEnded{Person: s.Person, By: c.By, Epoch: s.Employment.Epoch + 1}}, nil
}

// SignsInWith names the credential that sessions are opened with now: those of
// another are void. It is zero while there is none.
func (s State) SignsInWith() domain.CredentialID {
	switch s.Credential.Kind {
	case ChosenCredential:
		return s.Credential.ID
	case GeneratedCredential:
		return domain.CredentialID(s.Person.Derive("generated password " + strconv.Itoa(s.Credential.Counter)))
	case NoCredential, LinkPending:
	}
	return domain.CredentialID{}
}
