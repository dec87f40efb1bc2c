package contacts

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"

	"github.com/usher-engine/usher/commands"
)

// Texts implements commands.Texts. It is safe for concurrent use.
type Texts struct {
	countries     map[string]bool
	mailProviders mailProviders
}

var _ commands.Texts = (*Texts)(nil)

// New makes a reader of what people type.
func New() *Texts {
	return &Texts{
		countries:     phonenumbers.GetSupportedRegions(),
		mailProviders: publicMailProviders(),
	}
}

// rawBytesPerCharacter bounds what is looked at for one character of the
// result: decomposed Hangul needs nine bytes, and some must be left for spaces.
const rawBytesPerCharacter = 16

// compose returns the text in Unicode's composed form; false where it is not
// valid UTF-8, or far too long to become at most so many characters.
func compose(text string, most int) (string, bool) {
	if len(text) > most*rawBytesPerCharacter || !utf8.ValidString(text) {
		return "", false
	}
	return norm.NFC.String(text), true
}

// trimSpaces removes spaces of any width from the edges, but no line breaks or
// tabs: who sends those means something else.
func trimSpaces(text string) string { return strings.TrimFunc(text, isSpace) }

func isSpace(r rune) bool { return unicode.Is(unicode.Zs, r) }

// isInvisible reports characters that show nothing and so only disguise a text.
func isInvisible(r rune) bool {
	switch r {
	case '\u115F', '\u1160', '\u3164', '\uFFA0': // fillers that count as letters
		return true
	}
	return false
}

func isNonCharacter(r rune) bool { return r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF }
