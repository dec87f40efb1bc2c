package person

import (
	"strconv"
	"time"

	"github.com/usher-engine/usher/domain"
)

type (
	// SetPassword is somebody choosing a first password by the mailed link.
	SetPassword struct {
		Counter    int
		Credential domain.CredentialID
	}

	// ChangePassword replaces the password of somebody who knew the old one.
	ChangePassword struct {
		Credential domain.CredentialID
	}
)

const (
	PasswordSetType        domain.EventType = "person.password_set"
	PasswordChangedType    domain.EventType = "person.password_changed"
	PasswordGeneratedType  domain.EventType = "person.password_generated"
	PasswordLinkIssuedType domain.EventType = "person.password_link_issued"
)

type (
	// PasswordSet says that the person chose the first password.
	PasswordSet struct {
		Person     domain.PersonID     `json:"person"`
		Credential domain.CredentialID `json:"credential"`
	}

	// PasswordChanged says that the person replaced the password.
	PasswordChanged struct {
		Person     domain.PersonID     `json:"person"`
		Credential domain.CredentialID `json:"credential"`
	}

	// PasswordGenerated says that a random password is mailed, to be changed at the first login.
	PasswordGenerated struct {
		Person    domain.PersonID `json:"person"`
		Counter   int             `json:"counter"`
		ExpiresAt time.Time       `json:"expires_at"`
	}

	// PasswordLinkIssued says that a link is mailed with which the person chooses a password.
	PasswordLinkIssued struct {
		Person    domain.PersonID `json:"person"`
		Counter   int             `json:"counter"`
		ExpiresAt time.Time       `json:"expires_at"`
	}
)

// Credential is with what the person signs in.
type Credential struct {
	Kind      CredentialKind
	ID        domain.CredentialID // of a chosen password
	Counter   int                 // of the last generated password or link
	ExpiresAt time.Time
}

// CredentialKind is one of the constants below.
type CredentialKind string

const (
	NoCredential        CredentialKind = ""
	LinkPending         CredentialKind = "pending"
	GeneratedCredential CredentialKind = "generated"
	ChosenCredential    CredentialKind = "set"
)

func (PasswordSet) Type() domain.EventType        { return PasswordSetType }
func (PasswordChanged) Type() domain.EventType    { return PasswordChangedType }
func (PasswordGenerated) Type() domain.EventType  { return PasswordGeneratedType }
func (PasswordLinkIssued) Type() domain.EventType { return PasswordLinkIssuedType }

func (e PasswordSet) About() domain.PersonID        { return e.Person }
func (e PasswordChanged) About() domain.PersonID    { return e.Person }
func (e PasswordGenerated) About() domain.PersonID  { return e.Person }
func (e PasswordLinkIssued) About() domain.PersonID { return e.Person }

func (PasswordSet) personEvent()        {}
func (PasswordChanged) personEvent()    {}
func (PasswordGenerated) personEvent()  {}
func (PasswordLinkIssued) personEvent() {}

func (SetPassword) personCommand()    {}
func (ChangePassword) personCommand() {}

func setPassword(now time.Time, s State, c SetPassword) ([]Event, error) {
	if err := s.CheckPasswordLink(now, c.Counter); err != nil {
		return nil, err
	}
	return []Event{PasswordSet{Person: s.Person, Credential: c.Credential}}, nil
}

func changePassword(now time.Time, s State, c ChangePassword) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, domain.Refuse(domain.NotEmployed, "only somebody with access has a password to change")
	case !s.Credential.works(now):
		return nil, domain.Refuse(domain.PasswordWrong, "there is no password to change yet, or its time has run out; use the link that was mailed").In("current")
	case s.Credential.Kind == ChosenCredential && s.Credential.ID == c.Credential:
		return nil, nil
	}
	return []Event{PasswordChanged{Person: s.Person, Credential: c.Credential}}, nil
}

// CheckPasswordLink returns why no password can be chosen by the numbered link:
// not_found, link_revoked, link_superseded, link_used or link_expired; nil where one can.
func (s State) CheckPasswordLink(now time.Time, counter int) error {
	switch {
	case counter < 1 || counter > s.Credential.Counter:
		return errNoLink()
	case s.Employment.Dismissed:
		return domain.Refuse(domain.LinkRevoked, "this link does not work any more; ask the company")
	case counter < s.Credential.Counter:
		return errLinkSuperseded()
	case s.Credential.Kind != LinkPending:
		return errLinkUsed()
	case !now.Before(s.Credential.ExpiresAt):
		return errLinkExpired("ask the company for a new one")
	}
	return nil
}

// SignsInWith returns the credential that sessions are opened with now, and zero
// while there is none: sessions of another are void.
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

// works reports whether somebody can sign in with it.
func (c Credential) works(now time.Time) bool {
	switch c.Kind {
	case ChosenCredential:
		return true
	case GeneratedCredential:
		return now.Before(c.ExpiresAt)
	case NoCredential, LinkPending:
	}
	return false
}

func (s State) passwordChosen(id domain.CredentialID) State {
	s.Credential.Kind, s.Credential.ID = ChosenCredential, id
	return s
}

func (s State) passwordGenerated(e PasswordGenerated) State {
	s.Credential = Credential{Kind: GeneratedCredential, Counter: e.Counter, ExpiresAt: e.ExpiresAt}
	return s
}

func (s State) passwordLinkIssued(e PasswordLinkIssued) State {
	s.Credential = Credential{Kind: LinkPending, Counter: e.Counter, ExpiresAt: e.ExpiresAt}
	return s
}
