package domain

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// TrimPasted drops what comes along unseen at both ends of a text that people paste:
// white space, marks of the reading direction, zero-width characters and byte-order
// marks. A joiner behind a virama stays, as names of Malayalam, Bengali, Kannada and
// Sinhala end so (RFC 5892, A.1 and A.2).
func TrimPasted(text string) string {
	text = strings.TrimLeftFunc(text, isDroppedAtEnds)
	for text != "" {
		last, size := utf8.DecodeLastRuneInString(text)
		if !isDroppedAtEnds(last) {
			break
		}
		rest := text[:len(text)-size]
		if before, _ := utf8.DecodeLastRuneInString(rest); IsJoiner(last) && IsVirama(before) {
			break
		}
		text = rest
	}
	return text
}

// DropUnseen drops, anywhere in a text, what IsUnseen reports, but no joiners, which
// mean something within words.
func DropUnseen(text string) string {
	return strings.Map(func(r rune) rune {
		if IsUnseen(r) && !IsJoiner(r) {
			return -1
		}
		return r
	}, text)
}

// IsUnseen reports what shows nothing where it stands: marks of the reading
// direction, zero-width characters, soft hyphens and byte-order marks.
func IsUnseen(r rune) bool {
	switch r {
	case '\u00AD', '\u061C', '\u180E', '\uFEFF':
		return true
	}
	return r >= '\u200B' && r <= '\u200F' || r >= '\u202A' && r <= '\u202E' || r >= '\u2060' && r <= '\u206F'
}

func isDroppedAtEnds(r rune) bool { return unicode.IsSpace(r) || IsUnseen(r) }

// IsJoiner reports the zero-width joiner and non-joiner.
func IsJoiner(r rune) bool { return r == '\u200C' || r == '\u200D' }

// IsVirama reports characters that take a consonant's vowel away: those of Unicode's
// combining class 9.
func IsVirama(r rune) bool { return strings.ContainsRune(viramas, r) }

const viramas = "\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D3B\u0D3C\u0D4D\u0DCA\u0E3A\u0EBA\u0F84\u1039\u103A\u1714" +
	"\u1715\u1734\u17D2\u1A60\u1B44\u1BAA\u1BAB\u1BF2\u1BF3\u2D7F\uA806\uA82C\uA8C4\uA953\uA9C0\uAAF6\uABED" +
	"\U00010A3F\U00011046\U00011070\U0001107F\U000110B9\U00011133\U00011134\U000111C0\U00011235\U000112EA\U0001134D" +
	"\U00011442\U000114C2\U000115BF\U0001163F\U000116B6\U0001172B\U00011839\U0001193D\U0001193E\U000119E0\U00011A34" +
	"\U00011A47\U00011A99\U00011C3F\U00011D44\U00011D45\U00011D97\U00011F41\U00011F42"
