package contacts_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/domain"
)

func TestPersonName(t *testing.T) {
	accepts(t, contacts.New().PersonName, unchanged(personNames()...))
	accepts(t, contacts.New().PersonName, tidiedNames())
	refuses(t, contacts.New().PersonName, domain.InvalidName, badNames()...)
	refuses(t, contacts.New().PersonName, domain.InvalidName, bareDomains()...)
	refuses(t, contacts.New().PersonName, domain.InvalidName,
		"42", "?!", "'", "Ann & Bob + Co", "A=B", "€uro", "™", "A~B",
		"bob@x.com", "sup\u00adport")
}

func personNames() []string {
	return []string{
		"A", "O'Brien", "O’Brien", "D`Angelo", "José", "李", "Nguyễn Văn A", "null", "undefined", "True", "Smith Jr.", "J.R.R.Tolkien", "J.R.Li", "Mr.Smith", "St.John",
		"Jean-Luc", "van der Berg", "Mary (Molly)", "Martin L. King, Jr.", "John Smith 3rd", "ʻAkahi", "Gal·la",
		"Владимир", "محمد", "\u05d0\u05b8\u05d3\u05b8\u05dd", "नरेन्द्र", "ศิริพร", "می\u200cنا", "نامه\u200cای", "അവന്\u200d", "നന്\u200d രാജ്\u200d", "উৎপাত্\u200d", "ರಾಜ್\u200c", "ශ්\u200dරී", "ශ්\u200d", "ക്\u200dഷ", "葛\U000e0100飾",
		"Ann Usher", "Admin", "Root", "Supporter", "Adminah", "System Sam", strings.Repeat("é", 100), strings.Repeat("李", 100),
	}
}

func tidiedNames() map[string]string {
	return map[string]string{
		"  Ann  ": "Ann", "\u00a0Ann\u3000": "Ann", "Ann \u2003 Marie": "Ann Marie",
		"Jose\u0301": "José", strings.Repeat("한", 100): strings.Repeat("한", 100),
		strings.Repeat(" ", 100) + "Ann": "Ann", strings.Repeat(" ", 10_000) + "a": "a",
		"Ann\n": "Ann", "\tAnn": "Ann", "\u0085Ann\u2028": "Ann", "Ann\ufeff": "Ann", "\u200bAnn\u200b \u200b": "Ann", "\u2060Ann\u00ad": "Ann",
		"\u202eAnn\u202c": "Ann", "\u2068Ann\u2069": "Ann", "\u200eAnn\u200f": "Ann", "\u061cمحمد\u061c": "محمد", "\u200dAnn\u200d": "Ann", "می\u200c": "می",
	}
}

func TestNamesWithSomethingInvisible(t *testing.T) {
	for text, place := range map[string]string{
		"A\u200bnn": "2", "\u200bAn\u00adn": "3", "Ann\u200e Lee": "4", "Ann \u202eLee": "5", "Ann\u200dLee": "4", "ന\u200dഷ": "2", "ക്\u200dഷ\u200dഷ": "5", "Ann\u3164Lee": "4", "A\U000e0041nn": "2",
	} {
		t.Run("given "+label(text)+", it says where", func(t *testing.T) {
			for _, read := range []reading{contacts.New().PersonName, contacts.New().Label} {
				_, err := read(text)
				require.Equal(t, domain.InvalidName, domain.CodeOf(err))
				require.ErrorContains(t, err, "character "+place+" of this name is invisible")
			}
		})
	}
}

// bareDomains are links, as programs of mail make them.
func bareDomains() []string {
	return []string{
		"evil.com", "Win money at evil.com", "EVIL.COM", "evil.com.", "(evil.com)", "evil.co.uk", "sub.evil.com", "evil.github.io", "пример.рф", "xn--e1afmkfd.xn--p1ai",
		"evil．com", "evil。com", "ｅｖｉｌ.com", "evil.com/login", "evil.com:8080", "t.me/evil", "x.com", "www.evil.com", "https://evil.com", "see_evil.com", "उदाहरण.भारत", "hr@evil.com",
	}
}

// badNames are no names of anything.
func badNames() []string {
	return []string{
		"", " ", "\u00a0", strings.Repeat(" ", 10_000), strings.Repeat("a", 101), strings.Repeat("a", 300), strings.Repeat("é", 101),
		strings.Repeat("a", 1<<20),
		"<script>", "<script>alert(1)</script>", "{{.}}", "${7*7}", "{link}", "a|b", `a\b`, "a^b", "a=b", "$100",
		"=HYPERLINK(\"http://evil\")", "@SUM", "-1+1", "+1", "＝1+1", "＋A", "－A", "＠SUM", ".Ann", ".", "..", "Ann..", "Ann...",
		"Ann\r\nBcc: x", "Ann\tB", "A\u2028B", "Ann\x00", "\aAnn", "Ann\x1b[31m", "A\u0085nn",
		"A\u202enn", "A\u2066nn", "A\u2067nn", "A\u2068nn", "A\u2069nn", "A\u200enn", "A\u061cnn",
		"A\u200bnn", "A\ufeffnn", "A\u00adnn", "A\u200dnn", "A\u200cnn", "A \u200dB", "\U000e0041Ann", "കാ\u200dഷ",
		"a" + strings.Repeat("\u0301", 60), "a" + strings.Repeat("\u0335", 5), "\u0301Ann", "Ann \u0301B", "A\u20dd",
		"\ud7ff\ufffd", "Ann\ufffd", "\xff", "Ann\xed\xa0\x80", "Ann\ue000", "Ann\U0010ffff",
		"\U0001F468\u200d\U0001F469\u200d\U0001F467", "Ann \U0001F600", "Ann\u2764\ufe0f", "1\ufe0f\u20e3", "\U0001F1E9\U0001F1EA", "\U0001F44D\U0001F3FD",
		"http://evil.example", "HTTPS://evil.example", "see www.evil.example", "WWW.evil.example",
		"\u3164", "\u115f", "\uffa0", "\u2800",
	}
}

func TestLabel(t *testing.T) {
	accepts(t, contacts.New().Label, unchanged(personNames()...))
	accepts(t, contacts.New().Label, tidiedNames())
	accepts(t, contacts.New().Label, unchanged(
		"3M", "7", "1&1", "Ann & Bob + Co", "R&D", "Booking.com", "100 % Bio", "Café №5", "€uro GmbH", "Acme™", "㈜삼성", "Yahoo!",
		"Support", "Admin", "Procter & Gamble Co.", "A/B", "C++ team", "#1", "½"))
	refuses(t, contacts.New().Label, domain.InvalidName, badNames()...)
	accepts(t, contacts.New().UnitName, unchanged("3M", "R&D", "Dept. of Sales", "A/B", "C++ team", "#1", "Node.js", "Sales 2.0"))
	refuses(t, contacts.New().UnitName, domain.InvalidName, append(badNames(), bareDomains()...)...)
	refuses(t, contacts.New().Label, domain.InvalidName, "&", "!!!", "€", "Acme ★", "🏢 Acme")
}

func TestLastName(t *testing.T) {
	texts := contacts.New()
	accepts(t, texts.LastName, map[string]string{
		"": "", " ": "", "\t\n": "", "\u00a0": "", "\u200b": "", "\ufeff": "", "\u3000": "", "Miller": "Miller", " de la  Cruz ": "de la Cruz",
	})
	refuses(t, texts.LastName, domain.InvalidName, "-", ".", "acme.com", "a@b.example", strings.Repeat("a", 101), "\x00", "{link}")
}
