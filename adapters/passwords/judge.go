package passwords

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/usher-engine/usher/domain"
)

// Judge refuses a new password with domain.PasswordInvalid, PasswordTooShort,
// PasswordTooLong, PasswordOwnWords or PasswordCommon. The own words are names,
// addresses, numbers and the company's name, as they are; their parts count
// too. There are no rules about kinds of characters.
func (p *Passwords) Judge(password string, minimumLength int, ownWords []string) error {
	normal, err := normalise(password)
	if err != nil {
		return err
	}
	if utf8.RuneCountInString(normal) < minimumLength {
		return domain.Refuse(domain.PasswordTooShort, fmt.Sprintf("a password has at least %d characters: a few words make a good one", minimumLength))
	}
	folded := fold(normal)
	if isMadeOf(folded, append([]string{"usher"}, ownWords...)) {
		return domain.Refuse(domain.PasswordOwnWords, "the password is made of your own name, address or company: choose other words")
	}
	if isCommon(folded) || isDocumented(folded) {
		return domain.Refuse(domain.PasswordCommon, "the password is easy to guess: choose a few words that have nothing to do with each other")
	}
	return nil
}

// isDocumented reports whether a folded password stands in Usher's documents, where
// everybody has read it, whatever separates its words.
func isDocumented(folded string) bool {
	typed := strings.Map(keepTelling, folded)
	for _, known := range []string{
		"correct horse battery staple", "first bread, then coffee", "a long enough password",
	} {
		if typed == strings.Map(keepTelling, fold(known)) {
			return true
		}
	}
	return false
}

// fold takes away what guessing does not stop at: case, width and accents.
func fold(text string) string {
	decomposed := norm.NFKD.String(cases.Fold().String(norm.NFKC.String(text)))
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, decomposed)
}

// The digits and signs that stand for a letter, and the letters in their order.
const (
	disguises = "0134578@$!|"
	disguised = "oieastbasii"
)

func isDisguise(r rune) bool { return strings.ContainsRune(disguises, r) }

func undisguise(r rune) rune {
	if place := strings.IndexRune(disguises, r); place >= 0 {
		return rune(disguised[place])
	}
	return r
}
