package passwords

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/ccojocar/zxcvbn-go"
	"github.com/ccojocar/zxcvbn-go/matching"
)

const (
	// commonBits is the estimate below which a password counts as common:
	// sixteen million guesses. A word with a number stays below it, three
	// unrelated words or twelve random characters are far above.
	commonBits = 24.0
	// foreignBits is what a different character outside ASCII adds. The
	// estimator knows no words of other scripts, so this is little.
	foreignBits = 3.5
	// estimated bounds the characters that are estimated at once, since the
	// estimator's work grows with their square.
	estimated = 40
)

// isCommon reports whether a folded password is soon guessed: a well-known
// one, a word with the usual additions, a row of keys, a repetition. A long one
// is not common where its beginning or its end is not.
func isCommon(folded string) bool {
	characters := []rune(period(folded))
	if len(characters) <= estimated {
		return isGuessable(string(characters))
	}
	return isGuessable(string(characters[:estimated])) && isGuessable(string(characters[len(characters)-estimated:]))
}

// isGuessable tries a text as it stands and in the ways that people believe to
// disguise it.
func isGuessable(text string) bool {
	tried := make(map[string]bool)
	for _, look := range []string{text, strings.Map(undisguise, text), withoutYears(text), onLatinKeys(text)} {
		if tried[look] {
			continue
		}
		tried[look] = true
		if bits(period(look)) < commonBits {
			return true
		}
	}
	return false
}

// bits estimates what is to be guessed of a text. What is in ASCII the
// estimator judges; disguises are not its business, as trying all of them
// costs seconds.
func bits(text string) float64 {
	foreign := make(map[rune]bool)
	ascii := strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			return r
		}
		foreign[r] = true
		return -1
	}, text)
	return zxcvbn.PasswordStrength(ascii, nil, matching.FilterL33tMatcher).Entropy + foreignBits*float64(len(foreign))
}

// period is the shortest text of which the whole is a repetition.
func period(text string) string {
	characters := []rune(text)
	borders := make([]int, len(characters)+1) // how much of each beginning is also its end
	for i, matched := 1, 0; i < len(characters); i++ {
		for matched > 0 && characters[i] != characters[matched] {
			matched = borders[matched]
		}
		if characters[i] == characters[matched] {
			matched++
		}
		borders[i+1] = matched
	}
	length := len(characters) - borders[len(characters)]
	if 2*length > len(characters) {
		return text
	}
	return string(characters[:length])
}

var (
	year       = regexp.MustCompile(`(?:19|20)\d\d`)
	exclaiming = regexp.MustCompile(`[!?.]{2,}`)
)

// withoutYears makes Summer2026!! the Summer1! that it is.
func withoutYears(text string) string {
	return exclaiming.ReplaceAllString(year.ReplaceAllString(text, "1"), "!")
}

// onLatinKeys reads Russian letters as the Latin ones on the same keys, by
// which йцукен is qwerty, and пароль a well-known gfhjkm.
func onLatinKeys(text string) string {
	const (
		latin   = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
		russian = "йцукенгшщзхъфывапролджэячсмитьбюё"
	)
	keys := []rune(fold(russian)) // й and ё lose their marks, as in text
	return strings.Map(func(r rune) rune {
		for i, key := range keys {
			if key == r {
				return rune(latin[i])
			}
		}
		return r
	}, text)
}
