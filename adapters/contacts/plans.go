package contacts

import (
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// PlansAsOf is the day on which the module of phone numbers last took the world's
// numbering plans from libphonenumber, by its changelog, and plansModule its version.
const (
	PlansAsOf   = "2026-06-01"
	plansModule = "v1.8.1"
)

// mobileLengths is how many digits mobile numbers have, by calling code.
type mobileLengths map[int][]int32

func lengthsOfMobiles() mobileLengths {
	lengths := mobileLengths{}
	plans, err := phonenumbers.MetadataCollection()
	if err != nil { // the library cannot read what it carries, and knows no number at all
		return lengths
	}
	for _, plan := range plans.GetMetadata() {
		some := plan.GetMobile().GetPossibleLength()
		if len(some) == 0 { // as all numbers
			some = plan.GetGeneralDesc().GetPossibleLength()
		}
		if plan.GetId() != worldwide {
			code := int(plan.GetCountryCode())
			lengths[code] = append(lengths[code], some...)
		}
	}
	return lengths
}

// mayBeNew reports a number of a range that no plan lists, as long as mobile numbers
// of its country are.
func (t *Texts) mayBeNew(n phoneNumber) bool {
	return n.kind == phonenumbers.UNKNOWN && slices.Contains(t.mobileLengths[n.code], int32(len(n.significant))) //nolint:gosec // because no number is that long
}

// mobileOf is a number by its calling code and what is dialled within the country;
// false where an SMS does not reach it.
func mobileOf(code int, significant string) (phoneNumber, bool) {
	number, err := parsePhone("+"+strconv.Itoa(code)+significant, "")
	return number, err == nil && number.takesSMS()
}

// asMobile is the mobile number that differs from a landline's by what its country
// writes in front of mobiles: a 9 in Argentina.
func (n phoneNumber) asMobile() (phoneNumber, bool) {
	token := phonenumbers.GetCountryMobileToken(n.code)
	if token == "" || n.kind != phonenumbers.FIXED_LINE {
		return phoneNumber{}, false
	}
	return mobileOf(n.code, token+n.significant)
}

// lacksZero reports a number written as it is dialled within its country, but for the
// zero that everybody there writes: a spreadsheet has taken it, or the digits are from
// elsewhere.
func (t typedPhone) lacksZero(n phoneNumber) bool {
	if t.plus || t.digits(len(t.runs)) != n.significant || n.region == "" {
		return false
	}
	plans, err := phonenumbers.MetadataCollection()
	if err != nil {
		return false
	}
	for _, plan := range plans.GetMetadata() {
		if plan.GetId() == n.region {
			return plan.GetNationalPrefix() == "0" && n.showsZero() && !slices.ContainsFunc(plan.GetNumberFormat(), (*phonenumbers.NumberFormat).GetNationalPrefixOptionalWhenFormatting)
		}
	}
	return false
}

// showsZero reports whether people of its country write the number with a zero.
func (n phoneNumber) showsZero() bool {
	parsed, err := phonenumbers.Parse(n.e164, "")
	return err == nil && strings.HasPrefix(phonenumbers.NormalizeDigitsOnly(phonenumbers.Format(parsed, phonenumbers.NATIONAL)), "0"+n.significant)
}

// elsewhere is whom the same digits reach that were written without a plus: with a plus;
// or with the zero that they may have lost, where they are as long as numbers of the
// North American plan are, which begin with a 1 as mobiles of two large countries do.
func (t typedPhone) elsewhere(n phoneNumber) (phoneNumber, bool) {
	digits := t.digits(len(t.runs))
	if t.plus || strings.HasPrefix(digits, "0") {
		return phoneNumber{}, false
	}
	withPlus, err := parsePhone("+"+digits, "")
	if err == nil && withPlus.takesSMS() && withPlus.e164 != n.e164 && t.mayLackPlus(withPlus, n) {
		return withPlus, true
	}
	if n.code == northAmerica && len(t.runs) == 1 && len(digits) == len("14155550100") {
		for _, code := range []int{germany, china} {
			if mobile, found := mobileOf(code, digits); found {
				return mobile, true
			}
		}
	}
	return phoneNumber{}, false
}

const (
	northAmerica = 1
	germany      = 49
	china        = 86
)

// mayLackPlus reports whether digits are written as they would be behind a plus: what is
// a number here as well is written as one here where it is in blocks of its own. Nearly
// all mobiles of China would be some of North America's with a plus, and nobody is asked
// about each of them.
func (t typedPhone) mayLackPlus(withPlus, here phoneNumber) bool {
	if here.code == china && withPlus.code == northAmerica {
		return !here.takesSMS()
	}
	return !here.takesSMS() || len(t.runs) == 1 || t.runs[0] == strconv.Itoa(withPlus.code)
}
