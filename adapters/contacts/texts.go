package contacts

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// Texts implements commands.Texts. It is safe for concurrent use.
type Texts struct {
	countries     map[string]bool
	mailProviders mailProviders
	mobileLengths mobileLengths

	systemNames, besideSystemNames, wellKnown map[string]bool
}

var _ commands.Texts = (*Texts)(nil)

// New makes a reader of what people type.
func New() *Texts {
	return &Texts{
		countries:     phonenumbers.GetSupportedRegions(),
		mailProviders: publicMailProviders(),
		mobileLengths: lengthsOfMobiles(),

		systemNames: looksOf(systemNames), besideSystemNames: looksOf(besideSystemNames), wellKnown: setOf(wellKnown),
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

func dropJoiners(text string) string {
	return strings.Map(func(r rune) rune {
		if domain.IsJoiner(r) {
			return -1
		}
		return r
	}, text)
}

func isSpace(r rune) bool { return unicode.Is(unicode.Zs, r) }

// isInvisible reports characters that show nothing and so only disguise a text.
func isInvisible(r rune) bool {
	switch r {
	case '\u115F', '\u1160', '\u3164', '\uFFA0': // fillers that count as letters
		return true
	}
	return r >= 0xE0000 && r <= 0xE007F // tags
}

func isNonCharacter(r rune) bool { return r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF }
