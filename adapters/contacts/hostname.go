package contacts

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

const (
	maxHost  = 253 // bytes
	maxLabel = 63  // bytes
)

// hostName returns a domain name of at least two labels in lower-case ASCII.
// Characters that stand for others, such as full-width letters or the Kelvin
// sign, are refused: who types them must not end up at another domain unseen.
func hostName(text string) (string, bool) {
	if len(text) > maxHost*utf8.UTFMax || !utf8.ValidString(text) {
		return "", false
	}
	composed := norm.NFC.String(text)
	if strings.ContainsFunc(text, standsForASCII) || strings.ContainsFunc(composed, standsForASCII) {
		return "", false
	}
	ascii, err := idna.Registration.ToASCII(norm.NFC.String(strings.ToLower(composed)))
	if err != nil || len(ascii) > maxHost {
		return "", false
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if !isLabel(label) {
			return "", false
		}
	}
	top := labels[len(labels)-1]
	return ascii, len(labels) > 1 && top != "localhost" && strings.ContainsFunc(top, unicode.IsLetter)
}

// standsForASCII reports characters outside ASCII that normalising or
// lower-casing would turn into ASCII.
func standsForASCII(r rune) bool {
	if r < utf8.RuneSelf {
		return false
	}
	composed, _ := utf8.DecodeRuneInString(norm.NFC.String(string(r)))
	return composed < utf8.RuneSelf || unicode.ToLower(r) < utf8.RuneSelf
}

func isLabel(label string) bool {
	if label == "" || len(label) > maxLabel || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
		return false
	}
	return !strings.ContainsFunc(label, func(r rune) bool { return !isLetterOrDigit(r) && r != '-' })
}
