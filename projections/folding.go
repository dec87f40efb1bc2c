package projections

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/usher-engine/usher/domain"
)

// fold leaves of a text what people type who look for it: letters without case,
// width and accents, so that "Nguyen" finds "Nguyễn". Marks that are vowels or
// consonants of their own, as those of India and Thailand, stay.
func fold(text string) string {
	if folded, plain := foldASCII(text); plain {
		return folded
	}
	letters := norm.NFKD.String(strings.Map(usual, strings.ToValidUTF8(text, "\uFFFD")))
	letters = norm.NFKD.String(strings.ToLower(letters))
	var folded strings.Builder
	folded.Grow(len(letters))
	for _, letter := range letters {
		switch {
		case unicode.IsSpace(letter):
			folded.WriteByte(' ')
		case isDropped(letter):
		default:
			folded.WriteString(spelt(usual(letter)))
		}
	}
	return norm.NFC.String(folded.String())
}

// foldASCII is fold of a text of ASCII alone, as most are; false for others.
func foldASCII(text string) (string, bool) {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return "", false
		}
	}
	return strings.Map(func(letter rune) rune {
		switch {
		case 'A' <= letter && letter <= 'Z':
			return letter + 'a' - 'A'
		case unicode.IsSpace(letter):
			return ' '
		case unicode.IsControl(letter):
			return -1
		}
		return usual(letter)
	}, text), true
}

// usual is the character that keyboards have for what is also written otherwise:
// an apostrophe, a dash, a quotation mark.
func usual(letter rune) rune {
	switch letter {
	case '`', '\u00B4', '\u02B9', '\u02BB', '\u02BC', '\u02BD', '\u02BE', '\u02BF', '\u02C8', '\u02CA', '\u02CB', '\u055A', '\u05F3',
		'\u1FBD', '\u1FBF', '\u2018', '\u2019', '\u201A', '\u201B', '\u2032', '\u2035', '\uA78B', '\uA78C', '\uFF07':
		return '\''
	case '\u05F4', '\u201C', '\u201D', '\u201E', '\u201F', '\u2033', '\u00AB', '\u00BB', '\uFF02':
		return '"'
	case '\u2043', '\u2212':
		return '-'
	case '\u30FB', '\uFF65': // between the names of foreigners in Japan
		return ' '
	}
	if unicode.Is(unicode.Pd, letter) {
		return '-'
	}
	return letter
}

// isDropped reports what is not looked at in a decomposed text.
func isDropped(letter rune) bool {
	if unicode.IsControl(letter) || domain.IsUnseen(letter) || letter == '\u0640' { // the Arabic dash that stretches a word
		return true
	}
	return unicode.Is(unicode.Mn, letter) && isAccent(letter)
}

// isAccent tells the marks that only modify a letter from those that stand for a
// sound of their own (vowel signs, viramas, nuktas, voicing, the tones of Thailand):
// by where they are put, which Unicode numbers as classes.
func isAccent(mark rune) bool {
	switch class := norm.NFD.PropertiesString(string(mark)).CCC(); {
	case class == 0:
		return unicode.Is(unicode.Variation_Selector, mark) || mark == '\u034F'
	case class == 1, class >= 200: // across the letter; above, below and beside it
		return true
	default:
		return 10 <= class && class <= 36 // the vowel points of Hebrew, Arabic and Syriac
	}
}

// spelt is how a letter is typed by those whose keyboard does not have it, where
// Unicode does not decompose it.
func spelt(letter rune) string {
	if spelling, known := spellings[letter]; known {
		return spelling
	}
	return string(letter)
}

var spellings = map[rune]string{ //nolint:gochecknoglobals // because a constant table has no other form
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ĳ': "ij", // Latin
	'ø': "o", 'ɵ': "o", 'ɔ': "o", 'ð': "d", 'đ': "d", 'ɖ': "d", 'ɗ': "d", 'ł': "l", 'ƚ': "l", 'ħ': "h", 'ŧ': "t", 'ƫ': "t", 'ƭ': "t",
	'ı': "i", 'ɨ': "i", 'ŋ': "n", 'ɲ': "n", 'ƞ': "n", 'ĸ': "k", 'ƙ': "k", 'ƀ': "b", 'ɓ': "b", 'ƈ': "c", 'ə': "e", 'ǝ': "e", 'ɛ': "e",
	'ƒ': "f", 'ɠ': "g", 'ǥ': "g", 'ɣ': "g", 'ƥ': "p", 'ʉ': "u", 'ʋ': "v", 'ƴ': "y", 'ƶ': "z",
	'ς': "σ", 'ґ': "г", // Greek, Cyrillic
	'ى': "ي", 'ی': "ي", 'ک': "ك", 'ة': "ه", 'ہ': "ه", 'ھ': "ه", 'ٱ': "ا", // Arabic, which neighbours write otherwise
	'ൺ': "ണ്", 'ൻ': "ന്", 'ർ': "ര്", 'ൽ': "ല്", 'ൾ': "ള്", 'ൿ': "ക്", // Malayalam, as it was encoded before
	'\u00B7': "", // the Catalan point
}
