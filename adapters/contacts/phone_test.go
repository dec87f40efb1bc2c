package contacts_test

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/domain"
)

func phoneFrom(country string) reading {
	texts := contacts.New()
	return func(text string) (string, error) {
		contact, err := texts.Phone(text, country)
		return contact.Address, err
	}
}

func TestPhone(t *testing.T) {
	t.Run("from Germany", func(t *testing.T) {
		accepts(t, phoneFrom("DE"), germanPhones())
		refuses(t, phoneFrom("DE"), domain.InvalidPhone, refusedPhones()...)
	})
	t.Run("from nowhere", func(t *testing.T) {
		accepts(t, phoneFrom(""), mobilePhones())
		refuses(t, phoneFrom(""), domain.InvalidPhone, refusedPhones()...)
		refuses(t, phoneFrom(""), domain.InvalidPhone, "0171 1234567", "00491711234567", "491711234567", "4155551234")
		refuses(t, phoneFrom("XX"), domain.InvalidPhone, "0171 1234567")
	})
	t.Run("from the United States", func(t *testing.T) {
		accepts(t, phoneFrom("us"), map[string]string{"(415) 555-0100": "+14155550100", "011 49 171 1234567": "+491711234567"})
	})
}

// germanPhones are many ways to write one number.
func germanPhones() map[string]string {
	table := make(map[string]string)
	for _, text := range []string{
		"0171 1234567", "0171/1234567", "0171-12 34 567", "0171.1234567", "(0171) 1234567",
		"+49(0)171 1234567", "+49 (0) 171 1234567", "0049 (0)171 1234567", "+491711234567", "＋49 171 1234567",
		"tel:+491711234567", "TEL:+49-171-1234567", "00491711234567",
		"٠١٧١١٢٣٤٥٦٧", "０１７１１２３４５６７", "۰۱۷۱۱۲۳۴۵۶۷",
		"+49\u200b171 1234567", "\ufeff+49\u00a0171\u20111234567", "\u202d+49 171 1234567\u202c", "\u200e+491711234567\u200f", "+49171\u20661234567\u2069",
		"\t0171 1234567\r\n", "+49171 1234567                    ", "+49\u00ad171 1234567",
		"0171 - 1234567", "0171 / 123 45 67", "(0171)/1234567", "(0171)-1234567", "(0)171 1234567", "(0171 1234567)", "(+49) 171 1234567", "+49-(0)-171-1234567", "+ 49 171 1234567",
		"0 1 7 1 1 2 3 4 5 6 7", "０１７１−１２３４５６７", "０１７１ー１２３４５６７", "（０１７１）１２３４５６７",
	} {
		table[text] = "+491711234567"
	}
	return table
}

func mobilePhones() map[string]string {
	return map[string]string{
		"+14155550100": "+14155550100", "+1 415 555 01 99": "+14155550199", "+12125550123": "+12125550123",
		"+447700900123": "+447700900123", "+491711234567": "+491711234567", "+33 6 12 34 56 78": "+33612345678",
		"+7 916 123-45-67": "+79161234567", "+54 9 11 1234 5678": "+5491112345678", "+8613800138000": "+8613800138000",
		"tel:+41791234567": "+41791234567",
	}
}

func refusedPhones() []string {
	return []string{
		"1-800-FLOWERS", "+1-900-555-1234", "+882 16 1234567", "+44 7012 345678", "+800 1234 5678", "+1 800 555 1234",
		"+881612345678", "+870773111632", // satellites
		"112", "911", "tel:+49171;ext=12", "+491711234567;ext=12", "+491711234567 x12", "+491711234567#12", "+491711234567,12",
		"+999123", "+0", "", "+", " ", "()", "12345678901234567890123456", strings.Repeat("+1", 200),
		"5;phone-context=+1;tel:x", ";phone-context=evil", "tel:;phone-context=", "tel:tel:+491711234567",
		"+39 06 1234567", "+49 30 123456", // landlines
		"+491711234567\x00", "+49171\t1234567", "+49171\n1234567",
		"📱+491711234567", "+49171+1234567", "++491711234567", "491711234567.5e3", "[491711234567]", "null", "\xff+491711234567",
		"+" + strings.Repeat("4", 40), strings.Repeat("9", 1<<20), "+447700900", "+4477009001234",
	}
}

// Of these the first number is complete, and would reach a stranger with more digits.
func TestPhoneWithMoreBehindIt(t *testing.T) {
	for country, texts := range map[string][]string{
		"DE": {
			"1711234567.0", "1711234567.00", "1711234567,0", "01711234567.0", "+491711234567.0", "491711234567.5e",
			"0171 1234567 / 8", "0171 1234567/8", "0171 1234567/89", "+49 171 1234567-8", "+49 171 1234567 - 8", "+49 171 1234567 – 8", "0171-1234567-8",
			"+49 171 1234567−8", "0171.1234567.8", "0171 1234567 8", "0171 123 4567 8", "0171 123 4567-8", "0171 12 34 567 / 8", "0171 12 34 567-8",
			"0171 1234567 (2)", "0171 1234567(2)", "0171 1234567 (privat)", "0171 (1234567) 8", "0171 1234567 (0)", "+49 171 1234567 (0)",
			"0171 1234567 ext 5", "0171 1234567 ext. 5", "0171 1234567x5", "0171 1234567 x5", "0171 1234567 DW 5", "0171 1234567;5", "0171 1234567;ext=5",
			"0171 1234567,5", "0171 1234567,,5", "0171 1234567#5", "0171 1234567 *5", "0171 1234567p5", "0171 1234567w5", "0171 1234567~8", "0171 1234567：5",
			"0171 1234567 ＃5", "0171 1234567 doppelt", "0171 1234567 📱", "0171 1234567 & 8", "0171 1234567 \\ 8", "0171 1234567 | 8", "0171 1234567_8", "0171 1234567 + 8",
			"0171 1234567 0172 7654321", "01711234567 01727654321", "0171 1234567, 0172 7654321", "0171 1234567 / 0172 7654321", "0171 1234567 oder 0172 7654321",
			"0171 1234567\n0172 7654321", "0171 1234567\t0172 7654321", "+49 171 1234567 +49 172 7654321", "+49 171 1234567; +49 172 7654321", "+491711234567+491727654321",
			"0171 1234567 -", "0171 1234567/", "0171 1234567.", "tel:+491711234567;phone-context=+1",
		},
		"AT": {"+43 664 12 34 567-89", "+43 664 12 34 56-7", "0664 1234567-12", "0664 123 45 67/8", "0664 1234567 (12)", "0664/1234567/8", "0664 1234567.0"},
		"US": {"(415) 555-0100 5", "415-555-0100 x5", "415.555.0100.5", "4155550100.0", "415 555 0100 / 415 555 0199"},
		"ID": {"0812-3456-789-0/1", "0812-345-678 (9)"},
		"BR": {"(11) 96123-4567 / 8", "(11) 96123-4567 r. 12"},
		"IT": {"347 1234567 / 8", "347 1234567 int. 8"},
	} {
		for _, text := range texts {
			t.Run("given "+label(text)+" in "+country+", it says that something follows", func(t *testing.T) {
				contact, err := contacts.New().Phone(text, country)
				require.Equal(t, domain.InvalidPhone, domain.CodeOf(err))
				require.ErrorContains(t, err, "something follows a complete number")
				require.Empty(t, contact)
			})
		}
	}
}

func TestPhoneThatASpreadsheetShortened(t *testing.T) {
	for _, text := range []string{
		"4.91711E+12", "4,91711E+12", "4.91711e+12", "4.91711E12", " 4.91711E+12\u00a0", "4.91711234567E+11", "5E+11", "+4.91711E+12", "1.7112E+09", "4.91711 E+12", "４.９１７１１Ｅ＋１２",
	} {
		t.Run("given "+text+", it says that a spreadsheet has shortened it", func(t *testing.T) {
			_, err := phoneFrom("DE")(text)
			require.Equal(t, domain.InvalidPhone, domain.CodeOf(err))
			require.ErrorContains(t, err, "the spreadsheet has shortened this number")
		})
	}
}

// The separators of a number are judged before the digits are joined.
func TestPhoneWithSeparatorsOutOfPlace(t *testing.T) {
	refuses(t, phoneFrom("DE"), domain.InvalidPhone,
		"-0171 1234567", "/0171 1234567", ".0171 1234567", "0171-/1234567", "0171((1234567))", "0171) 1234567", "(0171 1234567", "0171)1234567(",
		"0171 (0) 1234567", "+49 171 (0) 1234567", "8 / 0171 1234567", "-1234396")
}

// As people of all countries write their numbers, they are read.
func TestPhonesOfAllCountries(t *testing.T) {
	for region := range phonenumbers.GetSupportedRegions() {
		read, readAbroad := phoneFrom(region), phoneFrom("")
		for _, example := range mobilesOf(region) {
			want := phonenumbers.Format(example, phonenumbers.E164)
			international := phonenumbers.Format(example, phonenumbers.INTERNATIONAL)
			_, significant, _ := strings.Cut(international, " ")
			code := "+" + strconv.Itoa(int(example.GetCountryCode()))
			abroad := []string{
				want, international, phonenumbers.Format(example, phonenumbers.RFC3966), strings.ReplaceAll(international, " ", "-"), strings.ReplaceAll(international, " ", "."),
				"(" + code + ") " + significant, code + " (0) " + significant, code + "(0)" + significant, "\u202d" + international + "\u202c",
			}
			national := phonenumbers.Format(example, phonenumbers.NATIONAL)
			atHome := append([]string{
				national, phonenumbers.NormalizeDigitsOnly(national), strings.ReplaceAll(national, " ", "-"), strings.ReplaceAll(national, " ", "."), strings.ReplaceAll(national, "-", " "),
				strings.Replace(national, " ", " / ", 1), phonenumbers.FormatOutOfCountryCallingNumber(example, region), phonenumbers.FormatInOriginalFormat(example, region),
			}, abroad...)
			if region == "AR" { // whose national form, 09 15-2345-6789, the library does not read
				national, atHome = international, abroad
			}
			for _, text := range atHome {
				got, err := read(text)
				require.NoError(t, err, "%s %s", region, text)
				require.Equal(t, want, got, "%s %s", region, text)
			}
			for _, text := range abroad {
				got, err := readAbroad(text)
				require.NoError(t, err, "%s %s", region, text)
				require.Equal(t, want, got, "%s %s", region, text)
			}
			for _, more := range []string{".0", " / 8", "/89", "-8", " - 80", " (2)", " x5", " ext 5", ";5", ",5", "#5", " / " + national, ", " + international, " " + international} {
				for _, text := range []string{national + more, international + more, want + more} {
					got, err := read(text)
					require.ErrorContains(t, err, "something follows a complete number", "%s %s became %s", region, text, got)
				}
			}
			for _, from := range []string{"DE", "US", "JP"} {
				text := phonenumbers.FormatOutOfCountryCallingNumber(example, from)
				got, err := phoneFrom(from)(text)
				require.NoError(t, err, "%s from %s: %s", region, from, text)
				require.Equal(t, want, got)
			}
		}
	}
}

// mobilesOf are the numbering plans' own examples.
func mobilesOf(region string) (mobiles []*phonenumbers.PhoneNumber) {
	if region == "GA" { // whose example is a number of before 2019
		now, _ := phonenumbers.Parse("+24166031234", "")
		return append(mobiles, now)
	}
	for _, kind := range []phonenumbers.PhoneNumberType{phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE} {
		example := phonenumbers.GetExampleNumberForType(region, kind)
		if example != nil && slices.Contains([]phonenumbers.PhoneNumberType{phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE}, phonenumbers.GetNumberType(example)) {
			mobiles = append(mobiles, example)
		}
	}
	return mobiles
}

func TestPhonesOfPlansWithSeveralLengths(t *testing.T) {
	for text, want := range map[string]string{
		"0664 1234567": "+436641234567", "0664/1234567": "+436641234567", "0664 12 34 567": "+436641234567", "0664/12 34 567": "+436641234567", "0664/1234 567": "+436641234567",
		"+43 664 123 45 67": "+436641234567", "+43 664 12 34 56 78": "+4366412345678", "+43 (664) 123 45 67": "+436641234567", "+43 (0)664 123 4567": "+436641234567", "0664-123-45-67": "+436641234567",
	} {
		t.Run("given "+text+", it is one number", func(t *testing.T) {
			got, err := phoneFrom("AT")(text)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
	t.Run("given two lengths of one German network, both are read", func(t *testing.T) {
		accepts(t, phoneFrom("DE"), map[string]string{"0171 12345678": "+4917112345678", "0171 12 34 56 78": "+4917112345678", "0151/23456789": "+4915123456789", "0151 234 567 89": "+4915123456789"})
	})
}

func TestPhoneForm(t *testing.T) {
	t.Run("given two spellings of one number, the form is one and names its version", func(t *testing.T) {
		texts := contacts.New()
		for text := range germanPhones() {
			contact, err := texts.Phone(text, "DE")
			require.NoError(t, err)
			require.Equal(t, domain.Contact{Kind: domain.ContactPhone, Address: "+491711234567", Form: "v1:phone:+491711234567", Country: "DE"}, contact)
		}
	})
}

func TestPhoneCountry(t *testing.T) {
	t.Run("given numbers of several countries, each says where it belongs", func(t *testing.T) {
		for text, want := range map[string]string{
			"+491711234567": "DE", "+447400123456": "GB", "+447700900123": "GB", "+14155550100": "US", "+33612345678": "FR",
		} {
			contact, err := contacts.New().Phone(text, "")
			require.NoError(t, err)
			require.Equal(t, want, contact.Country, text)
		}
	})
}

func TestPhonesReadAtOnce(t *testing.T) {
	t.Run("given many callers, all read the same", func(t *testing.T) {
		read, got := phoneFrom("DE"), make([]string, 32)
		var callers sync.WaitGroup
		for i := range got {
			callers.Go(func() { got[i], _ = read("0171 1234567") })
		}
		callers.Wait()
		for _, number := range got {
			require.Equal(t, "+491711234567", number)
		}
	})
}
