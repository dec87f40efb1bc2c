package contacts

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/usher-engine/usher/domain"
)

// typedPhone is how a number was written: runs of digits, with what stands in front
// of each. It is judged before the digits are joined, for afterwards nobody sees what
// was one number and what two.
type typedPhone struct {
	signs string // the text, as phoneSign sees it
	plus  bool
	runs  []string
	gaps  []string
	more  bool // what follows the last run belongs to no number
}

// What may stand in front of a number, between its runs, and behind it.
var (
	phoneRuns   = regexp.MustCompile(`([^0-9]*)([0-9]+)`)
	phoneStart  = regexp.MustCompile(`^[ (]*\+?[ (]*$`)
	phoneGap    = regexp.MustCompile(`^ *\)? *(?:-+|\.+|/+)? *\(? *$`)
	phoneEnd    = regexp.MustCompile(`^[ )]*$`)
	shortened   = regexp.MustCompile(`^\+?[0-9]+(?:[.,][0-9]+)? ?e ?[-+]?[0-9]+$`)
	callingCode = regexp.MustCompile(`^(?:\+|00|011)[1-9][0-9]{0,2}$`)
)

// readTypedPhone reads as far as the text can be a number. Letters are not read as
// keys of a telephone, and whatever has a meaning of its own in a dial string, such
// as ; , # * or x, ends the number.
func readTypedPhone(text string) typedPhone {
	if scheme, rest, found := strings.Cut(text, ":"); found && strings.EqualFold(scheme, "tel") {
		text = rest
	}
	t := typedPhone{signs: strings.Map(phoneSign, text)}
	end, open := 0, 0
	for _, at := range phoneRuns.FindAllStringSubmatchIndex(t.signs, -1) {
		gap, run := t.signs[at[2]:at[3]], t.signs[at[4]:at[5]]
		open += strings.Count(gap, "(") - strings.Count(gap, ")")
		if !t.fits(gap) || open < 0 || open > 1 {
			t.more = true
			return t
		}
		end = at[5]
		inBrackets := strings.HasSuffix(strings.TrimRight(gap, " "), "(") && strings.HasPrefix(strings.TrimLeft(t.signs[end:], " "), ")")
		if run == "0" && inBrackets && len(t.runs) > 0 { // a zero in brackets is not dialled from abroad
			if !callingCode.MatchString(t.digits(len(t.runs))) {
				t.more = true
				return t
			}
			continue
		}
		t.plus = t.plus || strings.Contains(gap, "+")
		t.runs, t.gaps = append(t.runs, run), append(t.gaps, gap)
	}
	behind := t.signs[end:]
	t.more = !phoneEnd.MatchString(behind) || strings.Count(behind, ")") != open
	return t
}

func (t typedPhone) fits(gap string) bool {
	if len(t.runs) == 0 {
		return phoneStart.MatchString(gap)
	}
	return phoneGap.MatchString(gap)
}

// digits joins the first runs.
func (t typedPhone) digits(count int) string {
	joined := strings.Join(t.runs[:count], "")
	if t.plus {
		return "+" + joined
	}
	return joined
}

// isShortened reports scientific notation.
func (t typedPhone) isShortened() bool { return shortened.MatchString(t.signs) }

// goesPastNumber reports whether a complete number ends before the text does. Where
// plans have numbers of several lengths, a shorter one is complete in the midst of a
// longer one: there the way it is written tells whether it goes on.
func (t typedPhone) goesPastNumber(whole phoneNumber, country string) bool {
	for count := 1; count < len(t.runs) || count == len(t.runs) && t.more; count++ {
		if count < len(t.runs) && !t.more && whole.isComplete() && t.goesOnEvenly(count) {
			continue
		}
		part, err := parsePhone(t.digits(count), country)
		if err == nil && part.isComplete() && (t.more || part.takesSMS() || whole.takesSMS()) {
			return true
		}
	}
	return false
}

// goesOnEvenly reports whether the runs on both sides of a place are blocks of one
// number: of about one length and with the same between them, which is no slash
// or bracket. The codes in front may be written otherwise.
func (t typedPhone) goesOnEvenly(count int) bool {
	codes := 1
	if callingCode.MatchString(t.digits(1)) {
		codes = 2
	}
	first := min(codes, count-1)
	shortest, longest := len(t.runs[first]), len(t.runs[first])
	for i := first + 1; i < len(t.runs); i++ {
		shortest, longest = min(shortest, len(t.runs[i])), max(longest, len(t.runs[i]))
		if t.gaps[i] != t.gaps[first+1] || strings.ContainsAny(t.gaps[i], "/(") {
			return false
		}
	}
	return longest-shortest <= 1
}

// phoneSign is what a character says in a number, in ASCII; ? for nothing.
func phoneSign(r rune) rune {
	if digit, ok := decimal(r); ok {
		return rune(digit)
	}
	switch r {
	case '(', ')', '+', '.', '/', ',', 'e':
		return r
	case '（', '）', '＋', '．', '／':
		return r - '（' + '('
	case 'E', 'Ｅ', 'ｅ':
		return 'e'
	case '，':
		return ','
	case '\u2212', 'ー': // the sign of subtraction, and the long vowel, which Japanese keyboards give
		return '-'
	}
	switch {
	case isSpace(r):
		return ' '
	case unicode.Is(unicode.Pd, r):
		return '-'
	case domain.IsUnseen(r):
		return -1
	}
	return '?'
}

// decimal is the ASCII form of a decimal digit of any script. Unicode keeps the
// digits of a script together, zero first.
func decimal(r rune) (byte, bool) {
	if r >= '0' && r <= '9' {
		return byte(r), true
	}
	for _, set := range unicode.Nd.R16 {
		if r >= rune(set.Lo) && r <= rune(set.Hi) {
			return "0123456789"[(r-rune(set.Lo))%10], true
		}
	}
	return 0, false
}
