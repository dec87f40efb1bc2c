package contacts_test

import (
	"errors"
	"maps"
	"testing"
	"unicode/utf8"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/domain"
)

// holdsStill is what every reading promises: a refusal or a result, or both where it
// asks back, never a panic, and the result read again is itself.
func holdsStill(t *testing.T, read reading, text string) {
	t.Helper()
	first, err := read(text)
	asked := isAskedBack(err)
	if err != nil && !asked {
		if _, ok := errors.AsType[*domain.Refusal](err); !ok || first != "" {
			t.Fatalf("%q: refused with %v and %q", text, err, first)
		}
		return
	}
	second, err := read(first)
	if err != nil && !isAskedBack(err) || second != first || !utf8.ValidString(first) {
		t.Fatalf("%q became %q, which became %q (%v)", text, first, second, err)
	}
}

func isAskedBack(err error) bool {
	refusal, ok := errors.AsType[*domain.Refusal](err)
	return ok && refusal.Doubt != ""
}

func seed(f *testing.F, accepted map[string]string, refused []string) {
	f.Helper()
	for text := range maps.Keys(accepted) {
		f.Add(text)
	}
	for _, text := range refused {
		if len(text) < 1000 {
			f.Add(text)
		}
	}
}

func FuzzPhone(f *testing.F) {
	seed(f, germanPhones(), refusedPhones())
	seed(f, mobilePhones(), nil)
	fromGermany, fromNowhere := phoneFrom("DE"), phoneFrom("")
	f.Fuzz(func(t *testing.T, text string) {
		holdsStill(t, fromGermany, text)
		holdsStill(t, fromNowhere, text)
	})
}

func FuzzEmail(f *testing.F) {
	seed(f, acceptedEmails(), refusedEmails())
	f.Fuzz(func(t *testing.T, text string) { holdsStill(t, readEmail, text) })
}

func FuzzDomainRule(f *testing.F) {
	seed(f, unchanged("example.org", "*.exämple.org", "xn--80ak6aa92e.com", "co.uk", "gmail.com", "I\u0307.org", "a.b.c.d.e"), refusedEmails())
	f.Fuzz(func(t *testing.T, text string) { holdsStill(t, readRule, text) })
}

func FuzzNames(f *testing.F) {
	seed(f, tidiedNames(), append(badNames(), personNames()...))
	texts := contacts.New()
	f.Fuzz(func(t *testing.T, text string) {
		holdsStill(t, texts.PersonName, text)
		holdsStill(t, texts.Label, text)
		holdsStill(t, texts.UnitName, text)
	})
}

func FuzzProse(f *testing.F) {
	seed(f, proseOf(), append(badProse(), "{link}", "www.evil.com", "a.com/b"))
	texts := contacts.New()
	f.Fuzz(func(t *testing.T, text string) {
		holdsStill(t, texts.JobTitle, text)
		holdsStill(t, texts.Greeting, text)
		holdsStill(t, texts.Reason, text)
		holdsStill(t, texts.Message, text+"{link}")
		contacts.SMSSegments(text)
	})
}
