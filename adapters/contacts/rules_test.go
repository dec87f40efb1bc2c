package contacts_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/domain"
)

// readRule reads a single domain rule, public providers not confirmed.
func readRule(text string) (string, error) {
	rules, err := contacts.New().DomainRules([]string{text}, false)
	return strings.Join(rules, " "), err
}

func TestDomainRule(t *testing.T) {
	accepts(t, readRule, map[string]string{
		"example.org": "example.org", "EXAMPLE.org": "example.org", "*.example.org": "*.example.org", "sub.example.org": "sub.example.org",
		"exämple.org": "xn--exmple-cua.org", "xn--exmple-cua.org": "xn--exmple-cua.org", "*.EXÄMPLE.org": "*.xn--exmple-cua.org",
		"acme.co.uk": "acme.co.uk", "*.acme.co.uk": "*.acme.co.uk", "acme.example": "acme.example", "acme.github.io": "acme.github.io",
		"evil-example.org": "evil-example.org", "example.org.evil.com": "example.org.evil.com", // other domains, and matched as such
		"почта.рф": "xn--80a1acny.xn--p1ai", "ελλάδα.gr": "xn--hxakic4aa.gr", "例え.jp": "xn--r8jz45g.jp", "mygmail.com": "mygmail.com", "outlook.acme.com": "outlook.acme.com",
	})
	refuses(t, readRule, domain.InvalidDomain,
		"", "*", "*.", "*.com", "com", "co.uk", "*.co.uk", "github.io", "*.github.io", "localhost", "mail.localhost", "acme",
		"example.org.", ".example.org", " example.org", "example.org ", "exa mple.org", "example.org,evil.org", "example.org;evil.org", "example.org\nevil.org",
		"example.org/path", "http://example.org", "example.org:25", "@example.org", "a@example.org", "a@example.org@evil.com",
		"127.0.0.1", "1.2.3.4", "[::1]", "::1", "**.example.org", "*.*.example.org", "a.*.org", "*example.org", "*.-a.org",
		"аррӏе.com", "xn--80ak6aa92e.com", "\u0435xample.org", "ex\u200bample.org", "ＥＸＡＭＰＬＥ.org", "example\u3002org",
		strings.Repeat("d", 64)+".org", strings.Repeat("d.", 130)+"org", "e\x00.org", "\xff.org", strings.Repeat("a", 1<<20))
	refuses(t, readRule, domain.InvalidDomain, neverMatching()...)
	refuses(t, readRule, domain.PublicMailProvider,
		"gmail.com", "GMAIL.com", "*.gmail.com", "googlemail.com", "outlook.com", "outlook.de", "hotmail.co.uk", "yahoo.com", "yahoo.co.jp", "mail.yahoo.com",
		"gmx.de", "gmx.at", "gmx.net", "web.de", "mail.ru", "qq.com", "icloud.com", "proton.me", "mycompany.onmicrosoft.com", "*.onmicrosoft.com", "duck.com", "maildrop.cc", "telenet.be", "t-online.de", "yandex.ru", "naver.com", "comcast.net")
}

// neverMatching are rules that no address fits that could come in.
func neverMatching() []string {
	return []string{
		"acme.local", "*.acme.local", "acme.internal", "*.corp.acme.internal", "acme.test", "acme.invalid", "facebookcorewwwi.onion", "router.home.arpa", "acme.alt", "users.noreply.github.com",
		"*.kawasaki.jp", "*.compute.amazonaws.com", "*." + strings.Repeat(strings.Repeat("d", 62)+".", 3) + strings.Repeat("d", 58) + ".org",
		strings.Repeat(strings.Repeat("d", 62)+".", 4)[:249] + ".org",
	}
}

func TestDomainRulesThatNeverMatch(t *testing.T) {
	for _, rule := range neverMatching() {
		t.Run("given "+label(rule)+" and a confirmation, it says that it lets nobody in", func(t *testing.T) {
			_, err := contacts.New().DomainRules([]string{rule}, true)
			require.ErrorContains(t, err, "domain 1 would never let anybody in")
		})
	}
	accepts(t, readRule, unchanged("kawasaki.jp", "city.kawasaki.jp", "local.org", "*.test.com"))
}

func TestDomainRules(t *testing.T) {
	texts := contacts.New()
	t.Run("given none, it answers with none", func(t *testing.T) {
		rules, err := texts.DomainRules(nil, false)
		require.NoError(t, err)
		require.Equal(t, []string{}, rules)
	})
	t.Run("given repetitions, it keeps the first of each, in order", func(t *testing.T) {
		rules, err := texts.DomainRules([]string{"b.org", "a.org", "B.ORG", "*.b.org", "exämple.org", "xn--exmple-cua.org"}, false)
		require.NoError(t, err)
		require.Equal(t, []string{"b.org", "a.org", "*.b.org", "xn--exmple-cua.org"}, rules)
	})
	t.Run("given a public provider that is confirmed, it is taken", func(t *testing.T) {
		rules, err := texts.DomainRules([]string{"gmail.com", "yahoo.co.uk"}, true)
		require.NoError(t, err)
		require.Equal(t, []string{"gmail.com", "yahoo.co.uk"}, rules)
	})
	t.Run("given a confirmation, a public suffix is refused all the same", func(t *testing.T) {
		_, err := texts.DomainRules([]string{"co.uk"}, true)
		require.Equal(t, domain.InvalidDomain, domain.CodeOf(err))
	})
	t.Run("given a bad one among good ones, it names its place", func(t *testing.T) {
		_, err := texts.DomainRules([]string{"a.org", "http://b.org"}, false)
		require.ErrorContains(t, err, "domain 2 ")
	})
	t.Run("given 1,000, it takes them; given 1,001 or 10,000, it refuses", func(t *testing.T) {
		_, err := texts.DomainRules(numberedDomains(1000), false)
		require.NoError(t, err)
		for _, count := range []int{1001, 10_000} {
			_, err = texts.DomainRules(numberedDomains(count), false)
			require.Equal(t, domain.InvalidDomain, domain.CodeOf(err))
		}
	})
}

func TestPublicSuffix(t *testing.T) {
	for emailDomain, suffix := range map[string]string{
		"acme.example": "example", "a.acme.co.uk": "co.uk", "anyone.kawasaki.jp": "anyone.kawasaki.jp", "city.kawasaki.jp": "kawasaki.jp",
		"evil.s3.amazonaws.com": "s3.amazonaws.com", "amazonaws.com": "com", "": "",
	} {
		require.Equal(t, suffix, contacts.New().PublicSuffix(emailDomain), emailDomain)
	}
}

func numberedDomains(count int) []string {
	rules := make([]string, count)
	for i := range rules {
		rules[i] = fmt.Sprintf("acme%d.org", i)
	}
	return rules
}
