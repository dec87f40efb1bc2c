package views

import (
	"strings"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain/person"
)

// MyselfData is what is shown of one's own account.
type MyselfData struct {
	Me       questions.Myself
	Sessions []questions.OpenSession
	Tokens   []commands.OwnToken
	// Done is what was done just now, by its name in the address.
	Done   string
	Faults Faults
}

// hasOthers reports whether one is signed in elsewhere, too.
func (m MyselfData) hasOthers() bool { return len(m.Sessions) > 1 }

// NameForm is what was filled in.
type NameForm struct {
	FirstName, LastName string
	// Doubted is the name that is asked back, and can be confirmed.
	Doubted string
	Faults  Faults
}

// LoginForm is what was filled in.
type LoginForm struct {
	Login string
	// Doubted is the contact that is asked back, and can be confirmed; DidYouMean is what
	// was probably meant.
	Doubted, DidYouMean string
	Faults              Faults
}

// PasswordForm is what was filled in. The passwords are empty but where they are Shown.
type PasswordForm struct {
	Login        string
	Current, New string
	Shown        bool
	Length       int // how many characters it has at least
	Faults       Faults
}

// TokenForm is what was filled in.
type TokenForm struct {
	Name   string
	Days   string
	Scopes []person.Scope // that are chosen
	May    []person.Scope // that can be chosen
	Faults Faults
}

// device names the browser and the system that a user agent says it is; a program as it
// calls itself.
func device(f Frame, agent string) string {
	if agent == "" {
		return f.UnknownDevice()
	}
	browser := named(agent, browsers())
	if browser == "" {
		return agent
	}
	if system := named(agent, systems()); system != "" {
		return browser + ", " + system
	}
	return browser
}

// sign is what user agents say, and the name of what says it.
type sign struct{ says, name string }

// browsers and systems are in the order in which they are looked for: most say that they
// are others, too.
func browsers() []sign {
	return []sign{
		{"Edg/", "Edge"},
		{"EdgA/", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser/", "Samsung Internet"},
		{"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
}

func systems() []sign {
	return []sign{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"Windows", "Windows"},
		{"CrOS", "ChromeOS"},
		{"Mac OS X", "macOS"},
		{"Linux", "Linux"},
	}
}

func named(text string, signs []sign) string {
	for _, one := range signs {
		if strings.Contains(text, one.says) {
			return one.name
		}
	}
	return ""
}
