package contacts

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"github.com/usher-engine/usher/domain"
)

const (
	maxPhone = 100 // characters, as typed: two numbers in one cell are told as two

	writePhone   = "write the phone number in international form, such as +14155550100"
	writeMobile  = "this number cannot receive an SMS: write a mobile number in international form, such as +14155550100"
	writeAlone   = "something follows a complete number, such as an extension or a second number: write one number alone, without anything after it"
	writePlus    = "nobody gets an SMS at these digits as they are dialled here, but somebody does abroad: write the number in international form, with a plus"
	writeNewForm = "the country has given its numbers other digits since this one was written: write the number of today"

	askReading  = "these digits are a number here, and another one abroad: write it in international form, with a plus, or confirm that it is the one here"
	askZero     = "the zero in front of this number is missing, or the plus: write it in international form, with a plus, or confirm that it is a number here"
	askMobile   = "this is written as a landline's number: write it as the mobile's, or confirm it"
	askRange    = "no numbering plan that Usher knows has this number, though its length is right: check it, or let an administrator confirm it"
	writeInFull = "the spreadsheet has shortened this number: show its column as text, and take the whole number from where it came from"
)

// Phone reads a mobile number and returns it in E.164. Numbers without "+" are
// read as dialled in the country; without a country they are refused, as are
// numbers that an SMS would not reach or that cost extra, and numbers as they were
// before their country changed its own. What follows a complete number is never
// dialled. What may be another number, or none, is asked back.
func (t *Texts) Phone(text, country string) (domain.Contact, error) {
	number, typed, err := t.readPhone(text, country)
	if err != nil {
		return domain.Contact{}, err
	}
	if now, found := number.renumbered(); found {
		return domain.Contact{}, domain.Refuse(domain.InvalidPhone, writeNewForm).Suggesting(now.e164)
	}
	elsewhere, found := typed.elsewhere(number)
	switch {
	case number.takesSMS() && found:
		return number.contact(), domain.AskBack(domain.OtherReading, askReading).Suggesting(elsewhere.e164)
	case number.takesSMS() && typed.lacksZero(number):
		return number.contact(), domain.AskBack(domain.OtherReading, askZero).Suggesting(number.e164)
	case number.takesSMS():
		return number.contact(), nil
	case found:
		return domain.Contact{}, domain.Refuse(domain.InvalidPhone, writePlus).Suggesting(elsewhere.e164)
	}
	if mobile, found := number.asMobile(); found {
		return number.contact(), domain.AskBack(domain.LandlineForm, askMobile).Suggesting(mobile.e164)
	}
	if t.mayBeNew(number) {
		return number.contact(), domain.AskBack(domain.UnknownRange, askRange)
	}
	return domain.Contact{}, domain.Refuse(domain.InvalidPhone, writeMobile)
}

// readPhone reads one number alone, whatever it is for.
func (t *Texts) readPhone(text, country string) (phoneNumber, typedPhone, error) {
	country = strings.ToUpper(country)
	if len(text) > maxPhone*utf8.UTFMax || !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxPhone {
		return phoneNumber{}, typedPhone{}, domain.Refuse(domain.InvalidPhone, writePhone)
	}
	typed := readTypedPhone(domain.TrimPasted(text))
	if typed.isShortened() {
		return phoneNumber{}, typedPhone{}, domain.Refuse(domain.InvalidPhone, writeInFull)
	}
	if len(typed.runs) == 0 || (!typed.plus && !t.countries[country]) {
		return phoneNumber{}, typedPhone{}, domain.Refuse(domain.InvalidPhone, writePhone)
	}
	number, err := parsePhone(typed.digits(len(typed.runs)), country)
	switch {
	case typed.goesPastNumber(number, country):
		return phoneNumber{}, typedPhone{}, domain.Refuse(domain.InvalidPhone, writeAlone)
	case err != nil || typed.more:
		return phoneNumber{}, typedPhone{}, domain.Refuse(domain.InvalidPhone, writePhone)
	}
	return number, typed, nil
}

// phoneNumber is what the numbering plans say about a number.
type phoneNumber struct {
	e164   string
	kind   phonenumbers.PhoneNumberType
	region string

	code        int    // of the country, as dialled
	significant string // what is dialled within the country, without what stands before all numbers
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

		code: int(parsed.GetCountryCode()), significant: phonenumbers.GetNationalSignificantNumber(parsed),
	}, nil
}

// worldwide is the region of numbers that belong to no country: satellites and
// global networks.
const worldwide = "001"

// country is the first of those that share the calling code, where the plans do not tell.
func (n phoneNumber) country() string {
	if n.region == "" {
		return phonenumbers.GetRegionCodeForCountryCode(n.code)
	}
	return n.region
}

func (n phoneNumber) contact() domain.Contact {
	if n.e164 == "" {
		return domain.Contact{}
	}
	return domain.Contact{
		Kind:    domain.ContactPhone,
		Address: n.e164,
		Form:    "v1:phone:" + n.e164,
		Country: n.country(),
	}
}

// isComplete reports whether somebody could have the number.
func (n phoneNumber) isComplete() bool {
	return n.e164 != "" && (n.kind != phonenumbers.UNKNOWN || n.isForDocumentation())
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

// Spaced writes a contact as its country does: a phone number in international form with
// its spaces. What is no phone number stays as it is.
func (t *Texts) Spaced(contact string) (spaced string) {
	if !strings.HasPrefix(contact, "+") {
		return contact
	}
	defer func() {
		if recover() != nil { // as in parsePhone
			spaced = contact
		}
	}()
	parsed, err := phonenumbers.Parse(contact, "")
	if err != nil {
		return contact
	}
	return phonenumbers.Format(parsed, phonenumbers.INTERNATIONAL)
}
