package contacts

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/usher-engine/usher/domain"
)

// Longest texts, in characters.
const (
	maxJobTitle = 200
	maxGreeting = 2000
	maxMessage  = 2000
	maxReason   = 1000
)

// linkToken is where a message's link will stand.
const linkToken = "{link}"

// JobTitle reads one line of up to 200 characters without links; it may be empty.
func (t *Texts) JobTitle(text string) (string, error) {
	title, ok := readProse(text, maxJobTitle)
	switch {
	case !ok || strings.Contains(title, "\n"):
		return "", domain.Refuse(domain.InvalidJobTitle, "a job title is one line of at most 200 characters, without control characters")
	case holdsDomain(title):
		return "", domain.Refuse(domain.InvalidJobTitle, "a job title cannot hold links: leave out the addresses of pages, and domains such as example.com")
	}
	return title, nil
}

// Greeting reads the text of the registration page, up to 2,000 characters; it
// may be empty. It holds no addresses of pages, for strangers see it under our
// name, and no {tokens}, for nothing is filled in.
func (t *Texts) Greeting(text string) (string, error) {
	greeting, ok := readProse(text, maxGreeting)
	switch {
	case !ok:
		return "", domain.Refuse(domain.InvalidGreeting, "a greeting has at most 2,000 characters, and no control characters but line breaks")
	case holdsAddress(greeting):
		return "", domain.Refuse(domain.InvalidGreeting, "a greeting cannot hold links: leave out the addresses of pages")
	case strings.ContainsAny(greeting, "{}"):
		return "", domain.Refuse(domain.InvalidGreeting, "a greeting is shown as it is: leave out { and }")
	}
	return greeting, nil
}

// Message reads the text of an invitation: 1 to 2,000 characters, with {link}
// where the link will stand and no other token. It holds no links of its own, for it
// goes to strangers under our name; addresses of people it may hold.
func (t *Texts) Message(text string) (string, error) {
	message, ok := readProse(text, maxMessage)
	switch {
	case !ok || message == "":
		return "", domain.Refuse(domain.InvalidMessage, "a message has 1 to 2,000 characters, and no control characters but line breaks")
	case !strings.Contains(message, linkToken):
		return "", domain.Refuse(domain.InvalidMessage, "write {link} where the link shall stand")
	case holdsAddress(message) || holdsDomain(mailAddress.ReplaceAllString(message, " ")):
		return "", domain.Refuse(domain.InvalidMessage, "a message cannot hold links other than {link}: leave out the addresses of pages and domains such as example.com, and leave a space after each full stop")
	case strings.ContainsAny(strings.ReplaceAll(message, linkToken, ""), "{}"):
		return "", domain.Refuse(domain.InvalidMessage, "{link} is the only token: leave out every other { and }")
	}
	return message, nil
}

// Reason reads why something was done, up to 1,000 characters; it may be empty.
func (t *Texts) Reason(text string) (string, error) {
	reason, ok := readProse(text, maxReason)
	if !ok {
		return "", domain.Refuse(domain.InvalidReason, "a reason has at most 1,000 characters, and no control characters but line breaks")
	}
	return reason, nil
}

// readProse composes a text, makes every line break "\n" and trims the edges;
// false where it is too long or holds what no text should.
func readProse(text string, most int) (string, bool) {
	composed, ok := compose(text, most)
	if !ok {
		return "", false
	}
	lines := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(composed)
	prose := domain.TrimPasted(lines)
	return prose, utf8.RuneCountInString(prose) <= most && !strings.ContainsFunc(prose, isUnfitForProse)
}

// isUnfitForProse reports control characters, and those that turn the reading
// direction of what follows. HTML is text like any other: it is escaped where
// it is shown.
func isUnfitForProse(r rune) bool {
	switch {
	case r == '\n':
		return false
	case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069', r == '\uFEFF':
		return true
	}
	return unicode.IsControl(r) || isNonCharacter(r)
}
