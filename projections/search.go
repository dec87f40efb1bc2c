package projections

import (
	"cmp"
	"slices"
	"strings"

	"github.com/usher-engine/usher/domain"
)

// Search is what somebody looks for, in every way in which rows may have it: as it
// was typed, or as the phone number that it means. One of them is enough.
type Search []string

// Words are found where a row's search text has each of them, in any order.
type Words []string

// maxWords bounds what is looked for in each row.
const maxWords = 20

// words is what is looked for in rows, none where nothing is.
func (s Search) words() (sought []Words, err error) {
	for _, way := range s {
		words := wordsOf(way)
		if len(words) > maxWords {
			return nil, domain.Refuse(domain.InvalidRequest, "search for at most 20 words").In("search")
		}
		if len(words) == 0 {
			return nil, nil // which every row has
		}
		if !slices.ContainsFunc(sought, func(other Words) bool { return slices.Equal(other, words) }) {
			sought = append(sought, words)
		}
	}
	return sought, nil
}

// HasWords reports whether a search text is found, for stores that look themselves.
func HasWords(text string, sought []Words) bool {
	return len(sought) == 0 || slices.ContainsFunc(sought, func(words Words) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
	})
}

// wordsOf is the words of a text without those that others have within them. The
// longest, which the fewest rows have, are first.
func wordsOf(text string) Words {
	words := strings.FieldsFunc(SearchText(text), isBetweenWords)
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var kept Words
	for _, word := range words {
		if !slices.ContainsFunc(kept, func(longer string) bool { return strings.Contains(longer, word) }) {
			kept = append(kept, word)
		}
	}
	return kept
}

func isBetweenWords(r rune) bool {
	switch r {
	case ' ', ',', ';', '\u060C', '\u061B', '\u3001':
		return true
	}
	return false
}
