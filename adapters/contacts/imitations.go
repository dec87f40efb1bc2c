package contacts

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

const (
	// wellKnown are names that strangers like to pass for.
	wellKnown = `google gmail apple icloud microsoft office outlook amazon paypal facebook instagram whatsapp telegram linkedin twitter netflix ebay
visa mastercard bank fedex adobe dropbox github gitlab slack zoom openai samsung tesla yahoo hotmail booking airbnb uber spotify stripe`

	shortestImitation = 4 // letters: shorter ones are the beginnings of many words
)

// Imitates returns as what a name begins that is in letters of another script: as a
// well-known one in Latin letters, or one that is known to whoever asks; empty where it
// begins as none. Of an e-mail domain or a rule, its labels are looked at.
func (t *Texts) Imitates(name string, known func(string) bool) string {
	shown, err := idna.Punycode.ToUnicode(name)
	if err != nil {
		shown = name
	}
	for _, word := range strings.FieldsFunc(shown, func(r rune) bool { return r == '.' || isSpace(r) }) {
		look := latinLook(word)
		for end := len(look); end >= shortestImitation; end-- {
			if start := look[:end]; t.wellKnown[start] || known(start) {
				return start
			}
		}
	}
	return ""
}

// latinLook is the letters in front of a word that look like Latin ones, where some
// are not.
func latinLook(word string) string {
	var look strings.Builder
	foreign := false
	for _, r := range word {
		seen := skeleton(string(r))
		if seen == "" { // an accent
			continue
		}
		if !isASCII(seen) || !isLetterOrDigit(rune(seen[0])) {
			break
		}
		foreign = foreign || unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r)
		look.WriteString(seen)
	}
	if !foreign {
		return ""
	}
	return look.String()
}
