package contacts_test

import (
	"strings"
	"sync"
	"testing"

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
		"+49\u200b171 1234567", "\ufeff+49\u00a0171\u20111234567",
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
		"+491711234567\x00", "\u202e+491711234567", "\u200e+491711234567", "+49171\u20661234567", "+49171\t1234567", "+49171\n1234567",
		"📱+491711234567", "+49171+1234567", "++491711234567", "491711234567.5e3", "[491711234567]", "null", "\xff+491711234567",
		"+" + strings.Repeat("4", 40), strings.Repeat("9", 1<<20), "+49171 1234567                    ", "+447700900", "+4477009001234",
	}
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
