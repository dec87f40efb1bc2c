package contacts_test

import (
	"strings"
	"testing"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/domain"
)

// proseOf are texts that every field of many lines takes, with what they become.
func proseOf() map[string]string {
	return map[string]string{
		"Welcome to Acme.":                             "Welcome to Acme.",
		"one\r\ntwo\rthree\nfour\u2028five":            "one\ntwo\nthree\nfour\nfive",
		"a\r\n.\r\nb":                                  "a\n.\nb", // what ends a mail on the wire is text here
		"a\nMAIL FROM:<x@e.org>":                       "a\nMAIL FROM:<x@e.org>",
		"  \n text \n\n ":                              "text",
		"\ufeff\u200e text\t\u2069":                    "text",
		"<b>bold</b> & \"quoted\"":                     "<b>bold</b> & \"quoted\"",
		"100% of %s%n":                                 "100% of %s%n",
		"ask hr@example.org or +49 171 12345":          "ask hr@example.org or +49 171 12345",
		"שלום \u200fעולם":                              "שלום \u200fעולם",
		"🎉 \U0001F468\u200d\U0001F469\u200d\U0001F467": "🎉 \U0001F468\u200d\U0001F469\u200d\U0001F467",
		"Cafe\u0301":                                   "Café",
		"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=":         "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=",
		strings.Repeat("x", 999):                       strings.Repeat("x", 999), // longer than a line of SMTP
	}
}

// badProse no field takes.
func badProse() []string {
	return []string{"a\x00b", "a\x1ab", "\x1b[31m", "a\tb", "a\bb", "a\u0085b", "a\u202eb", "a\u202ab", "a\u2066b", "a\u2069b", "a\ufeffb", "\xff", "a\ufffeb", "a\U0001fffeb"}
}

func TestJobTitle(t *testing.T) {
	accepts(t, contacts.New().JobTitle, unchanged("", "Accountant", "C++ developer", "R&D <lead>", "{any}", strings.Repeat("é", 200)))
	accepts(t, contacts.New().JobTitle, map[string]string{"  Lead\u00a0": "Lead", "   ": "", "Lead\n": "Lead"})
	accepts(t, contacts.New().JobTitle, unchanged("Dr.Eng", "Node.js developer", ".NET developer", "Sr. Eng. and Co.", "24/7 on-call"))
	refuses(t, contacts.New().JobTitle, domain.InvalidJobTitle, bareDomains()...)
	refuses(t, contacts.New().JobTitle, domain.InvalidJobTitle, append(badProse(),
		strings.Repeat("é", 201), strings.Repeat("a", 1<<20), "a\nb", "a\r\nBcc: b", "a\rb")...)
}

func TestGreeting(t *testing.T) {
	accepts(t, contacts.New().Greeting, proseOf())
	accepts(t, contacts.New().Greeting, unchanged(
		"", "x", strings.Repeat("é", 2000), strings.Repeat("\U0001F600", 2000), "Welcome to Booking.com!", "and/or, 24/7, Mr.Smith/Jones", "at 10:30", "javascript is fun"))
	accepts(t, contacts.New().Greeting, map[string]string{strings.Repeat("한", 2000): strings.Repeat("한", 2000)})
	refuses(t, contacts.New().Greeting, domain.InvalidGreeting, badProse()...)
	refuses(t, contacts.New().Greeting, domain.InvalidGreeting,
		strings.Repeat("é", 2001), strings.Repeat("a", 1<<20),
		"go to https://evil.example", "HTTP://evil.example", "ftp://evil.example", "www.evil.com", "evil.com/login", "Evil.co.uk/x", "evil.com:8080", "evil.github.io/x", "evil。com/x", "evil\u200b.com/x",
		"[here](https://evil.example)", "[here](evil.com/x)", "пример.рф/вход",
		"Dear {name}", "{{.}}", "${7*7}", "{link}", "{password}")
}

func TestMessage(t *testing.T) {
	withLink := make(map[string]string)
	for text, want := range proseOf() {
		withLink[text+" {link}"] = want + " {link}"
	}
	delete(withLink, "  \n text \n\n  {link}")
	delete(withLink, "\ufeff\u200e text\t\u2069 {link}")
	accepts(t, contacts.New().Message, withLink)
	accepts(t, contacts.New().Message, unchanged(
		"{link}", "Join us: {link}\n\nAnn", "{link} or {link}", "Ask maria.co@example.org. {link}", "Hello.\nIt is 10.30 {link}", "and/or, 24/7, Mr.Smith/Jones {link}", strings.Repeat("é", 1994)+"{link}"))
	for _, text := range badProse() {
		refuses(t, contacts.New().Message, domain.InvalidMessage, text+"{link}")
	}
	for _, text := range bareDomains() {
		if text != "hr@evil.com" {
			refuses(t, contacts.New().Message, domain.InvalidMessage, text+" {link}", "{link} "+text, "Read this:\n"+text+"\n{link}")
		}
	}
	refuses(t, contacts.New().Message, domain.InvalidMessage,
		"evil\u200b.com {link}", "{link}evil.com", "a@evil.com/login {link}", "http://{link}", "https://example.org tells more. {link}",
		"", " ", "\n", "no link", "{ link }", "{Link}", "{link", "link}", "{{link}}",
		"{link} {password}", "{link} {name}", "{link} {{.}}", "{link} }", strings.Repeat("é", 1995)+"{link}", strings.Repeat("{link}", 1<<18))
}

func TestReason(t *testing.T) {
	accepts(t, contacts.New().Reason, proseOf())
	accepts(t, contacts.New().Reason, unchanged("", "x", "see https://example.org {1}", strings.Repeat("é", 1000)))
	refuses(t, contacts.New().Reason, domain.InvalidReason, append(badProse(), strings.Repeat("é", 1001), strings.Repeat("a", 1<<20))...)
}
