package pasted

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	bullet   = regexp.MustCompile(`^\s*(?:[-–—*•◦▪▫●○■□►▶‣⁃·✓✔☐☑→>]|\[[ xX]?\])+\s+`)
	numbered = regexp.MustCompile(`^\s*\(?([0-9]{1,5})(?:\.\)|[.):])\s+`)
)

// unlisted takes away what makes a list of lines: bullets, and numbers that count. A number
// that does not count on from the line before may belong to a phone number.
func unlisted(lines []line) []line {
	for i, one := range lines {
		lines[i].text = strings.TrimPrefix(one.text, bullet.FindString(one.text))
	}
	counts := make([]bool, len(lines))
	before := -1
	for i, one := range lines {
		number := numberOf(one.text)
		if number >= 0 && before >= 0 && number == before+1 {
			counts[i-1], counts[i] = true, true
		}
		before = number
	}
	for i, one := range lines {
		mark := numbered.FindString(one.text)
		if rest := one.text[len(mark):]; saysAnything(rest) && (counts[i] || strings.Contains(rest, "@") || strings.HasPrefix(rest, "+")) {
			lines[i].text = rest
		}
	}
	return lines
}

// numberOf is the number before a line of a list; -1 where there is none.
func numberOf(text string) int {
	match := numbered.FindStringSubmatch(text)
	if match == nil {
		return -1
	}
	number, err := strconv.Atoi(match[1])
	if err != nil {
		return -1
	}
	return number
}
