package account_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain/account"
)

// meets compares label by label, so that no dot can be mistaken.
func meets(rule, emailDomain, publicSuffix string) bool {
	if rule == emailDomain {
		return true
	}
	parent, wildcard := strings.CutPrefix(rule, "*.")
	labels, above := strings.Split(emailDomain, "."), strings.Split(parent, ".")
	return wildcard && len(parent) > len(publicSuffix) && len(labels) > len(above) && slices.Equal(labels[len(labels)-len(above):], above)
}

func firstMet(rules []string, emailDomain, publicSuffix string) string {
	if emailDomain == "" {
		return ""
	}
	for _, rule := range rules {
		if meets(rule, emailDomain, publicSuffix) {
			return rule
		}
	}
	return ""
}

func TestRulesAreMetLabelByLabel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// few letters, so that domains often end alike without being below each other
		name := rapid.StringMatching(`[ab]{1,2}(\.[ab]{1,2}){0,3}`)
		rules := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return rapid.SampledFrom([]string{"", "*."}).Draw(t, "wildcard") + name.Draw(t, "rule")
		}), 0, 4).Draw(t, "rules")
		emailDomain := name.Draw(t, "domain")
		labels := strings.Split(emailDomain, ".")
		suffix := strings.Join(labels[rapid.IntRange(0, len(labels)).Draw(t, "suffix"):], ".")
		require.Equal(t, firstMet(rules, emailDomain, suffix), account.State{Domains: rules}.RuleFor(emailDomain, suffix))
	})
}

func FuzzRuleFor(f *testing.F) {
	f.Add("*.acme.example", "evilacme.example", "example")
	f.Add("acme.example", "acme.example", "example")
	f.Add("*.acme.example", "shop.acme.example", "acme.example")
	f.Fuzz(func(t *testing.T, rule, emailDomain, suffix string) {
		require.Equal(t, firstMet([]string{rule}, emailDomain, suffix), account.State{Domains: []string{rule}}.RuleFor(emailDomain, suffix))
	})
}
