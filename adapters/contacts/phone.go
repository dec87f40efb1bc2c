package contacts

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"github.com/usher-engine/usher/domain"
)

const (
	maxPhone = 32 // characters, as typed

	writePhone  = "write the phone number in international form, such as +14155550100"
	writeMobile = "this number cannot receive an SMS: write a mobile number in international form, such as +14155550100"
)

// Phone reads a mobile number and returns it in E.164. Numbers without "+" are
// read as dialled in the country; without a country they are refused, as are
// numbers that an SMS would not reach or that cost extra.
func (t *Texts) Phone(text, country string) (domain.Contact, error) {
	typed, ok := dialled(text)
	country = strings.ToUpper(country)
	if !ok || (typed[0] != '+' && !t.countries[country]) {
		return domain.Contact{}, domain.Refuse(domain.InvalidPhone, writePhone)
	}
	number, err := parsePhone(typed, country)
	if err != nil {
		return domain.Contact{}, domain.Refuse(domain.InvalidPhone, writePhone)
	}
	if !number.takesSMS() {
		return domain.Contact{}, domain.Refuse(domain.InvalidPhone, writeMobile)
	}
	return domain.Contact{
		Kind:    domain.ContactPhone,
		Address: number.e164,
		Form:    "v1:phone:" + number.e164,
		Country: number.country(),
	}, nil
}

// dialled reduces a typed number to ASCII digits, with a "+" in front where
// there was one. Letters are refused rather than read as keys of a telephone,
// and so is whatever has a meaning of its own in a dial string: ; , # *
func dialled(text string) (string, bool) {
	if len(text) > maxPhone*utf8.UTFMax || !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxPhone {
		return "", false
	}
	if scheme, rest, found := strings.Cut(text, ":"); found && strings.EqualFold(scheme, "tel") {
		text = rest
	}
	if strings.ContainsAny(text, "+＋") { // a zero in brackets is not dialled from abroad
		text = strings.Replace(text, "(0)", "", 1)
	}
	var number strings.Builder
	for _, r := range text {
		digit, isDigit := decimal(r)
		switch {
		case isDigit:
			number.WriteByte(digit)
		case (r == '+' || r == '＋') && number.Len() == 0:
			number.WriteByte('+')
		case !isPhonePunctuation(r):
			return "", false
		}
	}
	return number.String(), number.Len() > 1
}

// isPhonePunctuation reports what people put between digits, and the invisible
// spaces that come along when a number is copied.
func isPhonePunctuation(r rune) bool {
	switch r {
	case '.', '/', '(', ')', '（', '）', '\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF':
		return true
	}
	return isSpace(r) || unicode.Is(unicode.Pd, r)
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

// phoneNumber is what the numbering plans say about a number.
type phoneNumber struct {
	e164   string
	kind   phonenumbers.PhoneNumberType
	region string
}

// parsePhone asks the numbering plans. A panic of the library, which happened
// in its past, is an error.
func parsePhone(typed, country string) (number phoneNumber, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("phone library: %v", reason)
		}
	}()
	parsed, err := phonenumbers.Parse(typed, country)
	if err != nil {
		return phoneNumber{}, fmt.Errorf("parse phone number: %w", err)
	}
	return phoneNumber{
		e164:   phonenumbers.Format(parsed, phonenumbers.E164),
		kind:   phonenumbers.GetNumberType(parsed),
		region: phonenumbers.GetRegionCodeForNumber(parsed),
	}, nil
}

// worldwide is the region of numbers that belong to no country: satellites and
// global networks.
const worldwide = "001"

// country is empty where the plans do not tell.
func (n phoneNumber) country() string {
	if n.isForDocumentation() {
		return "GB"
	}
	return n.region
}

func (n phoneNumber) takesSMS() bool {
	isMobile := n.kind == phonenumbers.MOBILE || n.kind == phonenumbers.FIXED_LINE_OR_MOBILE
	return isMobile && n.region != worldwide || n.isForDocumentation()
}

// isForDocumentation reports the British mobile numbers that Ofcom keeps for
// drama and examples, 07700 900000 to 900999: no plan lists them, and nobody
// has them.
func (n phoneNumber) isForDocumentation() bool {
	return len(n.e164) == len("+447700900000") && strings.HasPrefix(n.e164, "+447700900")
}
