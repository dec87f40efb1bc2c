package domain

import (
	"strings"
	"unicode/utf8"
)

// MaxExcerpt is the most bytes of what somebody sent that a refusal repeats.
const MaxExcerpt = 200

// Excerpt returns the beginning of what somebody sent, as far as it is worth giving
// back: valid UTF-8 of at most MaxExcerpt bytes.
func Excerpt(text string) string {
	const more = "..."
	whole := len(text) <= MaxExcerpt
	if whole && utf8.ValidString(text) {
		return text
	}
	text = strings.ToValidUTF8(text[:min(len(text), MaxExcerpt)], "?")
	if whole {
		return text
	}
	end := len(text) - len(more)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + more
}
