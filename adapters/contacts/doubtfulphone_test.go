package contacts_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/domain"
)

// Without a plus these are a number in the country, and somebody else's abroad.
func TestPhoneThatHasLostItsPlusOrZero(t *testing.T) {
	for country, table := range map[string]map[string]string{
		"DE": {"15123456789": "+15123456789", "1711234567": "+491711234567", "171 1234567": "+491711234567", "16093456789": "+16093456789", "17112345678": "+4917112345678"},
		"US": {"15123456789": "+4915123456789", "16093456789": "+4916093456789", "18622345678": "+8618622345678", "4792345678": "+4792345678", "47 92345678": "+4792345678"},
		"CA": {"15122345678": "+4915122345678"},
		"FR": {"612345678": "+33612345678", "6 12 34 56 78": "+33612345678"},
		"GB": {"7911123456": "+447911123456"},
		"AT": {"6641234567": "+436641234567"},
		"CH": {"791234567": "+41791234567"},
		"NL": {"612345678": "+31612345678"},
		"JP": {"9012345678": "+819012345678"},
		"ZA": {"711234567": "+27711234567"},
	} {
		t.Run(country, func(t *testing.T) { asksBack(t, phoneFrom(country), domain.OtherReading, table) })
	}
	for country, table := range map[string]map[string]string{
		"DE": {"0171 1234567": "+491711234567", "+15123456789": "+15123456789"},
		"US": {"1 512 345 6789": "+15123456789", "1-512-345-6789": "+15123456789", "(479) 234-5678": "+14792345678", "479-234-5678": "+14792345678", "5123456789": "+15123456789", "14155550100": "+14155550100"},
		"IN": {"9876543210": "+919876543210", "098765 43210": "+919876543210"}, "ES": {"612345678": "+34612345678"}, "NO": {"92345678": "+4792345678"},
		"BR": {"11987654321": "+5511987654321"}, "PL": {"512345678": "+48512345678"}, "DK": {"20123456": "+4520123456"}, "MX": {"5512345678": "+525512345678"}, "IT": {"3471234567": "+393471234567"},
		"CN": {"13800138000": "+8613800138000"}, "RU": {"9161234567": "+79161234567"}, "SG": {"81234567": "+6581234567"},
	} {
		t.Run(country, func(t *testing.T) {
			for text, want := range table {
				got, err := phoneFrom(country)(text)
				require.NoError(t, err, text)
				require.Equal(t, want, got)
			}
		})
	}
}

// offers is a table of numbers that are refused, and those that are offered instead.
func offers(t *testing.T, country, reason string, table map[string]string) {
	t.Helper()
	for text, want := range table {
		t.Run("given "+text+", it offers "+want, func(t *testing.T) {
			contact, err := contacts.New().Phone(text, country)
			refusal, ok := errors.AsType[*domain.Refusal](err)
			require.True(t, ok, "it became %s", contact.Address)
			require.Equal(t, domain.InvalidPhone, refusal.Code)
			require.Equal(t, want, refusal.DidYouMean)
			require.Contains(t, refusal.Message, reason)
			require.Empty(t, refusal.Doubt, "nobody can confirm it")
			_, err = contacts.New().Phone(want, country)
			require.NoError(t, err, "what is offered is taken")
		})
	}
}

func TestPhoneThatIsOneOnlyWithAPlus(t *testing.T) {
	offers(t, "DE", "with a plus", map[string]string{"4915123456789": "+4915123456789", "49 1512 3456789": "+4915123456789", "33612345678": "+33612345678", "447911123456": "+447911123456", "491711234567": "+491711234567"})
	offers(t, "US", "with a plus", map[string]string{"15223456789": "+4915223456789", "13922345678": "+8613922345678", "4915123456789": "+4915123456789", "447911123456": "+447911123456", "8613800138000": "+8613800138000", "33 6 12 34 56 78": "+33612345678"})
	offers(t, "NO", "with a plus", map[string]string{"46701234567": "+46701234567"})
}

func TestPhoneFromBeforeARenumbering(t *testing.T) {
	const reason = "write the number of today"
	offers(t, "", reason, map[string]string{
		"+229 90 01 12 34": "+2290190011234", "+229 97123456": "+2290197123456",
		"+52 1 55 1234 5678": "+525512345678", "+5215512345678": "+525512345678", "+52 1 33 1234 5678": "+523312345678",
		"+55 11 8765-4321": "+5511987654321", "+55 21 9765-4321": "+5521997654321",
		"+225 07 12 34 56": "+2250707123456", "+225 05 12 34 56": "+2250505123456", "+225 01 12 34 56": "+2250101123456", "+225 48 12 34 56": "+2250748123456",
		"+241 07 12 34 56": "+24177123456", "+241 6 12 34 56": "+24166123456", "+241 04 12 34 56": "+24174123456",
		"+237 77 12 34 56": "+237677123456", "+237 99 12 34 56": "+237699123456",
		"+995 99 12 34 56": "+995599123456", "+995 77 12 34 56": "+995577123456",
		"+230 751 2345":   "+23057512345",
		"+593 9 912 3456": "+593999123456", "+593 8 412 3456": "+593984123456",
		"+84 120 123 4567": "+84701234567", "+84 165 123 4567": "+84351234567", "+84 188 123 4567": "+84581234567", "+84 127 123 4567": "+84811234567",
	})
	offers(t, "BJ", reason, map[string]string{"90 01 12 34": "+2290190011234"})
	offers(t, "CI", reason, map[string]string{"07 12 34 56": "+2250707123456"})
	offers(t, "BR", reason, map[string]string{"(11) 8765-4321": "+5511987654321"})
	for _, text := range []string{"+2290190011234", "+525512345678", "+5491123456789", "+54 11 15 2345-6789", "+54 351 15 234-5678", "+2250707123456", "+24177123456", "+237677123456"} {
		t.Run("given "+text+", it is of today", func(t *testing.T) {
			_, err := phoneFrom("")(text)
			require.NoError(t, err)
		})
	}
}

func TestPhoneInARangeThatNoPlanLists(t *testing.T) {
	asksBack(t, phoneFrom(""), domain.UnknownRange, map[string]string{
		"+33 7 12 34 56 78": "", "+49 1561 234567": "", "+1 999 234 5678": "", "+237 612345678": "", "+91 50123 45678": "",
	})
	refuses(t, phoneFrom(""), domain.InvalidPhone, "+33 7 12 34 56 7", "+1 999 234 567", "+49 30 123456", "+888 1234567")
	t.Run("given one, its country is that of its calling code", func(t *testing.T) {
		for text, want := range map[string]string{"+33712345678": "FR", "+19992345678": "US"} {
			contact, err := contacts.New().Contact(text, "")
			require.NoError(t, err)
			require.Equal(t, want, contact.Country)
		}
	})
}

func TestPhoneWrittenAsALandlineWhereMobilesLookTheSame(t *testing.T) {
	table := map[string]string{"+54 11 2345-6789": "+5491123456789", "+54 351 234-5678": "+5493512345678", "+54 2966 23-4567": "+5492966234567"}
	asksBack(t, phoneFrom(""), domain.LandlineForm, table)
	asksBack(t, phoneFrom("AR"), domain.LandlineForm, map[string]string{"11 2345-6789": "+5491123456789", "011 2345-6789": "+5491123456789", "0351 234-5678": "+5493512345678"})
	refuses(t, phoneFrom(""), domain.InvalidPhone, "+55 11 3123-4567", "+39 06 1234567", "+34 912 345 678", "+33 1 23 45 67 89", "+44 20 7946 0018")
}

func TestADoubtfulPhoneIsFoundWithoutAsking(t *testing.T) {
	for text, want := range map[string]string{
		"+33712345678": "+33712345678", "+54 11 2345-6789": "+541123456789", "15123456789": "+4915123456789", "1711234567": "+491711234567", "+22990011234": "+22990011234", "+24107123456": "+24107123456",
	} {
		found, err := contacts.New().Contact(text, "DE")
		require.NoError(t, err, text)
		require.Equal(t, want, found.Address)
	}
	for _, text := range []string{"4155550", "171", "+49171", "12345"} {
		_, err := contacts.New().Contact(text, "DE")
		require.Error(t, err, "%s is a part of a number", text)
	}
}

// Whoever updates the module looks up in its changelog of when its plans are.
func TestTheDateOfThePlansIsThatOfTheModule(t *testing.T) {
	modules, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	require.Contains(t, string(modules), "github.com/nyaruka/phonenumbers "+contacts.PlansModule+"\n", "PlansAsOf is the date of another version")
	_, err = time.Parse(time.DateOnly, contacts.PlansAsOf)
	require.NoError(t, err)
}

// What the domain takes together is what shares a calling code, but in North America.
func TestRegionsOfOnePlan(t *testing.T) {
	for region := range phonenumbers.GetSupportedRegions() {
		code := phonenumbers.GetCountryCodeForRegion(region)
		if code != 1 {
			require.Equal(t, phonenumbers.GetRegionCodeForCountryCode(code), domain.DialledAs(region), region)
		}
	}
	for region, want := range map[string]string{"US": "US", "PR": "US", "GU": "US", "vi": "US", "CA": "CA", "JM": "JM", "DO": "DO", "": "", "kz": "RU"} {
		require.Equal(t, want, domain.DialledAs(region))
	}
}
