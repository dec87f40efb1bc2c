package projections

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/usher-engine/usher/domain"
)

// between parts a text is cut for ordering; folded text has no such character.
const separator = "\x1f"

// SearchText folds what people search by, on both sides: the rows' text and
// the words looked for. Folding folded text changes nothing.
func SearchText(parts ...string) string {
	folded := make([]string, 0, len(parts))
	for _, part := range parts {
		folded = append(folded, strings.TrimSpace(fold(part)))
	}
	return strings.Join(slices.DeleteFunc(folded, func(part string) bool { return part == "" }), " ")
}

// SortText orders rows by what people read: by the first part, then the second
// and so on, whatever their case and accents. It is never empty.
func SortText(parts ...string) string {
	var text strings.Builder
	for _, part := range parts {
		text.WriteString(fold(part))
		text.WriteString(separator)
	}
	return text.String()
}

// InLogOrder is a sort text that lists events, or what began with them, in the
// order of the log.
func InLogOrder(position domain.Position) string {
	return fmt.Sprintf("%016x%016x", position.Commit, position.Prepare)
}

// fold makes letters lower case and takes accents off Latin ones, so that
// "Muller" finds "Müller" and "Ångström" stands beside "Angstrom". Control
// characters are dropped.
func fold(text string) string {
	lower := strings.ToLower(text)
	var folded strings.Builder
	folded.Grow(len(lower))
	for _, letter := range lower {
		switch {
		case unicode.IsControl(letter) || letter >= 0x0300 && letter <= 0x036F: // combining accents
		case letter < 0x80 || letter > 0x17F:
			folded.WriteRune(letter)
		default:
			folded.WriteString(withoutAccent(letter))
		}
	}
	return folded.String()
}

func withoutAccent(letter rune) string {
	switch letter {
	case 'à', 'á', 'â', 'ã', 'ä', 'å', 'ā', 'ă', 'ą':
		return "a"
	case 'æ':
		return "ae"
	case 'ç', 'ć', 'ĉ', 'ċ', 'č':
		return "c"
	case 'ď', 'đ', 'ð':
		return "d"
	case 'è', 'é', 'ê', 'ë', 'ē', 'ĕ', 'ė', 'ę', 'ě':
		return "e"
	case 'ĝ', 'ğ', 'ġ', 'ģ':
		return "g"
	case 'ĥ', 'ħ':
		return "h"
	case 'ì', 'í', 'î', 'ï', 'ĩ', 'ī', 'ĭ', 'į', 'ı':
		return "i"
	case 'ĵ':
		return "j"
	case 'ķ':
		return "k"
	case 'ĺ', 'ļ', 'ľ', 'ŀ', 'ł':
		return "l"
	case 'ñ', 'ń', 'ņ', 'ň':
		return "n"
	case 'ò', 'ó', 'ô', 'õ', 'ö', 'ø', 'ō', 'ŏ', 'ő':
		return "o"
	case 'œ':
		return "oe"
	case 'ŕ', 'ŗ', 'ř':
		return "r"
	case 'ś', 'ŝ', 'ş', 'š':
		return "s"
	case 'ß':
		return "ss"
	case 'ţ', 'ť', 'ŧ':
		return "t"
	case 'þ':
		return "th"
	case 'ù', 'ú', 'û', 'ü', 'ũ', 'ū', 'ŭ', 'ů', 'ű', 'ų':
		return "u"
	case 'ŵ':
		return "w"
	case 'ý', 'ÿ', 'ŷ':
		return "y"
	case 'ź', 'ż', 'ž':
		return "z"
	}
	return string(letter)
}
