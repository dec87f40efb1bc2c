package contacts_test

import (
	"strings"
	"testing"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/domain"
)

func TestPersonName(t *testing.T) {
	accepts(t, contacts.New().PersonName, unchanged(personNames()...))
	accepts(t, contacts.New().PersonName, tidiedNames())
	refuses(t, contacts.New().PersonName, domain.InvalidName, badNames()...)
	refuses(t, contacts.New().PersonName, domain.InvalidName,
		"42", "?!", "'", "Ann & Bob + Co", "A=B", "€uro", "™", "A~B",
		"bob@x.example", "Support", "SUPPORT", " support ", "System",
		"Ѕuрроrt", "Ѕupport", "Ｓｕｐｐｏｒｔ", "Sùpport", "sup\u00adport")
}

func personNames() []string {
	return []string{
		"A", "O'Brien", "O’Brien", "D`Angelo", "José", "李", "Nguyễn Văn A", "null", "undefined", "True", "Smith Jr.",
		"Jean-Luc", "van der Berg", "Mary (Molly)", "Martin L. King, Jr.", "John Smith 3rd", "ʻAkahi", "Gal·la",
		"Владимир", "محمد", "\u05d0\u05b8\u05d3\u05b8\u05dd", "नरेन्द्र", "ศิริพร", "می\u200cنا", "ക്\u200dഷ", "葛\U000e0100飾",
		"Usher", "Ann Usher", "Admin", "Administrator", "Root", "Supporter", "Adminah", "System Sam", strings.Repeat("é", 100), strings.Repeat("李", 100),
	}
}

func tidiedNames() map[string]string {
	return map[string]string{
		"  Ann  ": "Ann", "\u00a0Ann\u3000": "Ann", "Ann \u2003 Marie": "Ann Marie",
		"Jose\u0301": "José", strings.Repeat("한", 100): strings.Repeat("한", 100),
		strings.Repeat(" ", 100) + "Ann": "Ann",
	}
}

// badNames are no names of anything.
func badNames() []string {
	return []string{
		"", " ", "\u00a0", strings.Repeat(" ", 10_000), strings.Repeat("a", 101), strings.Repeat("a", 300), strings.Repeat("é", 101),
		strings.Repeat(" ", 10_000) + "a", strings.Repeat("a", 1<<20),
		"<script>", "<script>alert(1)</script>", "{{.}}", "${7*7}", "{link}", "a|b", `a\b`, "a^b", "a=b", "$100",
		"=HYPERLINK(\"http://evil\")", "@SUM", "-1+1", "+1", "＝1+1", "＋A", "－A", "＠SUM", ".Ann", ".", "..", "Ann..", "Ann...",
		"\r\nBcc: x@e.org", "Ann\r\nBcc: x", "Ann\n", "\tAnn", "Ann\tB", "A\u2028B", "Ann\x00", "\aAnn", "Ann\x1b[31m", "\u0085Ann",
		"\u202eAnn", "Ann\u2066", "Ann\u2067", "Ann\u2068", "Ann\u2069", "\u200eAnn", "\u061cAnn",
		"A\u200bnn", "Ann\ufeff", "A\u00adnn", "\u200dAnn", "Ann\u200d", "A \u200dB", "\U000e0041Ann",
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
	refuses(t, contacts.New().Label, domain.InvalidName, "&", "!!!", "€", "Acme ★", "🏢 Acme")
}
