package passwords

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// leastOfOthers is how many letters a password needs besides own words.
	leastOfOthers = 4
	// phoneEnd is how many digits at a phone number's end give it away.
	phoneEnd = 6
)

// isMadeOf reports whether a folded password holds some of the words, and of
// other letters next to none. It sees through m4ria, ma-ri-a and MARIA.
func isMadeOf(folded string, words []string) bool {
	typed := strings.Map(keepTelling, folded)
	look := looksLike(typed)
	own := make([]bool, len(look)) // by byte; typed and look have the same places
	found := false
	for _, part := range ownParts(words) {
		found = mark(own, look, looksLike(part)) || found
	}
	others := 0
	for i, r := range typed {
		if !own[i] && (unicode.IsLetter(r) || unicode.Is(unicode.So, r)) {
			others++
		}
	}
	return found && others < leastOfOthers
}

// keepTelling drops what only separates.
func keepTelling(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.So, r) || isDisguise(r) {
		return r
	}
	return -1
}

// looksLike replaces disguises, and makes one of i and l, for both of which 1
// stands. It keeps the number of bytes.
func looksLike(text string) string {
	return strings.Map(func(r rune) rune {
		if r == 'l' {
			return 'i'
		}
		return undisguise(r)
	}, text)
}

// mark marks every place in a text where the part stands, and reports whether
// there is one.
func mark(places []bool, text, part string) bool {
	found := false
	for start := 0; start+len(part) <= len(text); start++ {
		if text[start:start+len(part)] != part {
			continue
		}
		found = true
		for i := range part {
			places[start+i] = true
		}
	}
	return found
}

// ownParts are the words and their parts, folded, without those so short that
// they stand in any text.
func ownParts(words []string) []string {
	var parts []string
	for _, word := range words {
		folded := fold(strings.ToValidUTF8(word, " "))
		pieces := strings.FieldsFunc(folded, isSeparator)
		for _, piece := range append(pieces, strings.Join(pieces, "")) {
			if isNumber(piece) {
				piece = piece[max(0, len(piece)-phoneEnd):]
			}
			if isLongEnough(piece) {
				parts = append(parts, piece)
			}
		}
	}
	return parts
}

func isSeparator(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

func isNumber(part string) bool { return strings.Trim(part, "0123456789") == "" }

// isLongEnough asks for three letters, or two of a script where that is a name,
// or the end of a phone number.
func isLongEnough(part string) bool {
	switch {
	case isNumber(part):
		return len(part) >= phoneEnd
	case part[0] < utf8.RuneSelf:
		return len(part) >= 3
	default:
		return utf8.RuneCountInString(part) >= 2
	}
}
