package contacts

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// lookalikes are the Cyrillic and Greek letters that pass for a Latin one, each
// followed by the letter it passes for. They are those that matter for fraud,
// not all of Unicode's.
const lookalikes = "аaсcԁdеeһhіiјjӏlмmоoрpԛqѕsтtхxуyԝwкkвbнh" + "αaεeιiκkνvοoρpτtυuχxγyμmηn"

// skeleton is how a text looks: width, case, accents and script are gone.
func skeleton(text string) string {
	pairs := []rune(lookalikes)
	folded := norm.NFKD.String(cases.Fold().String(norm.NFKC.String(text)))
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == r {
				return pairs[i+1]
			}
		}
		return r
	}, folded)
}

// imitatesLatin reports a label of a domain name that is not Latin and looks as
// if it were, wholly or in part.
func imitatesLatin(label string) bool {
	var latin, other bool
	for _, r := range label {
		latin = latin || unicode.Is(unicode.Latin, r)
		other = other || unicode.In(r, unicode.Cyrillic, unicode.Greek)
	}
	return other && (latin || isASCII(skeleton(label)))
}
