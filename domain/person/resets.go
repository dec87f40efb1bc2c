package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// A forgotten password is replaced by a link. Until that is used, the password
// goes on working: whoever asks may be somebody else.

// Reset is the latest link for replacing a forgotten password.
type Reset struct {
	Number    int // zero: none was ever asked for
	ExpiresAt time.Time
	Open      bool
}

// betweenResets is how long a link that was sent is not sent anew: whoever asks
// may mean harm, or may have to pay for each message.
const betweenResets = 5 * time.Minute

type (
	// AskPasswordReset sends a link for replacing a forgotten password.
	AskPasswordReset struct{ ExpiresAt time.Time }

	// ResetPassword replaces the password by the numbered link.
	ResetPassword struct {
		Number     int
		Credential domain.CredentialID
	}
)

const (
	PasswordResetAskedType domain.EventType = "person.password_reset_asked"
	PasswordResetType      domain.EventType = "person.password_reset"
)

type (
	// PasswordResetAsked says that a link is sent for replacing the password; an
	// older one is dead.
	PasswordResetAsked struct {
		Person    domain.PersonID `json:"person"`
		Number    int             `json:"number"` // rises for the life of the stream
		ExpiresAt time.Time       `json:"expires_at"`
	}

	// PasswordReset says that the password was replaced by such a link.
	PasswordReset struct {
		Person     domain.PersonID     `json:"person"`
		Number     int                 `json:"number"`
		Credential domain.CredentialID `json:"credential"`
	}
)

func (PasswordResetAsked) Type() domain.EventType { return PasswordResetAskedType }
func (PasswordReset) Type() domain.EventType      { return PasswordResetType }

func (PasswordResetAsked) personEvent() {}
func (PasswordReset) personEvent()      {}

func (AskPasswordReset) personCommand() {}
func (ResetPassword) personCommand()    {}

func askPasswordReset(s State, c AskPasswordReset) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case s.Reset.Open && c.ExpiresAt.Before(s.Reset.ExpiresAt.Add(betweenResets)):
		return nil, nil // one was sent just now
	}
	return []Event{PasswordResetAsked{Person: s.Person, Number: s.Reset.Number + 1, ExpiresAt: c.ExpiresAt}}, nil
}

func resetPassword(now time.Time, s State, c ResetPassword) ([]Event, error) {
	if err := s.CheckReset(now, c.Number); err != nil {
		return nil, err
	}
	return []Event{PasswordReset{Person: s.Person, Number: c.Number, Credential: c.Credential}}, nil
}

// CheckReset reports why no password can be replaced by the numbered link.
func (s State) CheckReset(now time.Time, number int) error {
	switch {
	case number < 1 || number > s.Reset.Number:
		return errNoLink()
	case !s.Employment.Active:
		return domain.Refuse(domain.LinkRevoked, "this link is void; ask an administrator of the company")
	case number < s.Reset.Number:
		return errLinkSuperseded()
	case !s.Reset.Open:
		return errLinkUsed()
	case !now.Before(s.Reset.ExpiresAt):
		return errLinkExpired()
	}
	return nil
}

func (s State) passwordReset(e PasswordReset) State {
	s.Credential.Kind, s.Credential.ID = ChosenCredential, e.Credential
	s.Reset.Open = false
	return s
}

// endsReset reports whether an event makes an open link void: the password or
// whoever reads the messages is another from then on.
func endsReset(event Event) bool {
	switch event.Type() {
	case PasswordSetType, PasswordChangedType, PasswordGeneratedType, PasswordLinkIssuedType, LoginChangedType, DismissedType, EmployedType:
		return true
	}
	return false
}
