package pasted

import (
	"regexp"
	"strings"
	"unicode"
)

// fewestDigits is how many a phone number has at least.
const fewestDigits = 5

// phonesIn is the phone numbers of a line, or of a cell. Nothing that belongs to a number
// is cut off: whoever reads the number refuses what follows it.
func phonesIn(text string) []found {
	parts := splitPhones(text)
	var all []found
	var beside []string
	for _, part := range parts {
		switch digits := digitsIn(part); {
		case !saysAnything(part):
		case digits >= fewestDigits:
			all = append(all, phoneAmongWords(part))
		case digits == 0 || strings.Contains(text, "\t"):
			beside = append(beside, strings.TrimSpace(part))
		default:
			all = append(all, found{contact: strings.TrimSpace(part)})
		}
	}
	if len(all) == 0 {
		return []found{{contact: strings.Join(beside, " ")}}
	}
	all[0].beside = strings.TrimSpace(strings.Join(append(beside, all[0].beside), " "))
	return all
}

var (
	nextNumber = regexp.MustCompile(`(\p{Nd}[\p{Nd}() -]{4,})[\s/]+(\+|[Tt][Ee][Ll]:)`)
	parameter  = regexp.MustCompile(`(?i)^\s*(?:ext|isub|phone-context|tsub)\s*=`)
	aNumber    = regexp.MustCompile(`^(\P{Nd}*?)([+＋(（]*[\s(（]*\p{Nd}(?:.*\p{Nd})?\)?)(\P{Nd}*)$`)
)

// splitPhones cuts a line where one number ends and another begins. Spaces, dashes, slashes
// and brackets stand inside of numbers.
func splitPhones(text string) []string {
	text = nextNumber.ReplaceAllString(text, "$1\n$2")
	parts := wholeNumbers(splitOutsideQuotes(text, ";\t|\n"))
	if len(parts) == 1 {
		if some := splitOutsideQuotes(text, ","); haveDigits(some) {
			return some
		}
	}
	return parts
}

// wholeNumbers puts what was cut together again where a piece is no number, and no word:
// it may be an extension.
func wholeNumbers(parts []string) []string {
	var whole []string
	for first := 0; first < len(parts); {
		next := first + 1
		for next < len(parts) && parameter.MatchString(parts[next]) {
			next++
		}
		whole = append(whole, strings.Join(parts[first:next], ";"))
		first = next
	}
	return whole
}

// haveDigits reports whether each piece is a number, or has no digits.
func haveDigits(parts []string) bool {
	for _, part := range parts {
		if digits := digitsIn(part); digits > 0 && digits < fewestDigits {
			return false
		}
	}
	return true
}

// phoneAmongWords is a number without the words before and behind it. Words among the
// digits stay, so that the number is refused.
func phoneAmongWords(text string) found {
	text = strings.TrimSpace(text)
	if len(text) >= len("tel:") && strings.EqualFold(text[:len("tel:")], "tel:") {
		text = strings.TrimSpace(text[len("tel:"):])
	}
	match := aNumber.FindStringSubmatch(text)
	if match == nil {
		return found{contact: text}
	}
	before, number, behind := match[1], match[2], strings.TrimRight(match[3], " \t.,;:!?\"'>")
	if behind != "" && !strings.ContainsFunc(behind, unicode.IsLetter) || before != "" && strings.Trim(before, " \t<\"'") != "" && !strings.ContainsFunc(before, unicode.IsLetter) {
		return found{contact: text}
	}
	words := strings.Trim(before, " \t,:<\"'-–—=")
	if behind = strings.Trim(behind, " \t,:<>\"'()[]-–—"); behind != "" {
		words = strings.TrimSpace(words + " " + behind)
	}
	return found{strings.TrimSpace(number), words}
}

func digitsIn(text string) (count int) {
	for _, r := range text {
		if unicode.Is(unicode.Nd, r) {
			count++
		}
	}
	return count
}
