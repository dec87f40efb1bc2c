package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// A forgotten password is replaced by a link. Until that is used, the password
// goes on working: whoever asks may be somebody else.

type (
	// AskPasswordReset sends a link or a code for replacing a forgotten password.
	AskPasswordReset struct {
		By        domain.PersonID // zero: whoever says that they are the person
		ExpiresAt time.Time
	}

	// ResetPassword replaces the password by the numbered link or code.
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
	// PasswordResetAsked says that a link or a code is sent for replacing the password; an
	// older one is dead.
	PasswordResetAsked struct {
		Person    domain.PersonID `json:"person"`
		Number    int             `json:"number"`      // rises for the life of the stream
		By        domain.PersonID `json:"by,omitzero"` // an administrator; none: whoever says that they are the person
		ExpiresAt time.Time       `json:"expires_at"`
	}

	// PasswordReset says that the password was replaced so.
	PasswordReset struct {
		Person     domain.PersonID     `json:"person"`
		Number     int                 `json:"number"`
		Credential domain.CredentialID `json:"credential"`
	}
)

// BetweenResets is how long a link that was sent is not sent anew: whoever asks
// may mean harm, or may have to pay for each message.
const BetweenResets = 5 * time.Minute

// Reset is the latest link or code for replacing a forgotten password.
type Reset struct {
	Number    int // zero: none was ever asked for
	By        domain.PersonID
	ExpiresAt time.Time
	Open      bool
}

func (PasswordResetAsked) Type() domain.EventType { return PasswordResetAskedType }
func (PasswordReset) Type() domain.EventType      { return PasswordResetType }

func (e PasswordResetAsked) About() domain.PersonID { return e.Person }
func (e PasswordReset) About() domain.PersonID      { return e.Person }

func (PasswordResetAsked) personEvent() {}
func (PasswordReset) personEvent()      {}

func (AskPasswordReset) personCommand() {}
func (ResetPassword) personCommand()    {}

func askPasswordReset(s State, c AskPasswordReset) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case s.Reset.Open && s.Reset.By == c.By && c.ExpiresAt.Before(s.Reset.ExpiresAt.Add(BetweenResets)):
		return nil, nil // one was sent just now
	}
	return []Event{PasswordResetAsked{Person: s.Person, Number: s.Reset.Number + 1, By: c.By, ExpiresAt: c.ExpiresAt}}, nil
}

func resetPassword(now time.Time, s State, c ResetPassword) ([]Event, error) {
	if err := s.CheckReset(now, c.Number); err != nil {
		return nil, err
	}
	return []Event{PasswordReset{Person: s.Person, Number: c.Number, Credential: c.Credential}}, nil
}

// ByCode reports whether what was asked for is a code instead of a link: a phone
// shows it where it is typed in, and nobody else has to be trusted with a link.
func (s State) ByCode() bool { return s.Contact.Kind == domain.ContactPhone && s.Reset.By.IsZero() }

// CheckReset returns why no password can be replaced by the numbered link or code:
// not_found, link_revoked, link_superseded, link_used or link_expired; nil where one can.
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
		return errLinkExpired("say once more that you forgot the password")
	}
	return nil
}

func (s State) resetAsked(e PasswordResetAsked) State {
	s.Reset = Reset{Number: e.Number, By: e.By, ExpiresAt: e.ExpiresAt, Open: true}
	return s
}

func (s State) passwordReset(e PasswordReset) State {
	s.Reset.Open = false
	return s.passwordChosen(e.Credential)
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
