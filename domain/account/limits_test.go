package account_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

func TestChangeLimits(t *testing.T) {
	sms := func(n int) account.Command { return account.ChangeLimits{SMS: &n} }
	to := func(countries ...string) account.Command { return account.ChangeLimits{SMSCountries: &countries} }
	limited := func(change func(*account.Limits)) account.LimitsChanged {
		limits := account.DefaultLimits()
		change(&limits)
		return account.LimitsChanged(limits)
	}
	t.Run("given another limit, it holds, and the others stay as they are", func(t *testing.T) {
		given(t, founded("acme")).When(sms(30)).Then(limited(func(l *account.Limits) { l.SMS = 30 }))
	})
	t.Run("given the limits as they are, it is quiet", func(t *testing.T) {
		given(t, founded("acme")).When(sms(account.DefaultLimits().SMS)).ThenNothing()
		given(t, founded("acme")).When(account.ChangeLimits{}).ThenNothing()
	})
	t.Run("given less than one or more than 100,000, it refuses", func(t *testing.T) {
		given(t, founded("acme")).When(sms(0)).ThenRefused(domain.InvalidLimit)
		given(t, founded("acme")).When(sms(100_001)).ThenRefused(domain.InvalidLimit)
		zero := 0
		given(t, founded("acme")).When(account.ChangeLimits{SMSPerBlockAbroad: &zero}).ThenRefused(domain.InvalidLimit)
	})
	t.Run("given countries in any order and more than once, each is kept once and in order", func(t *testing.T) {
		only := limited(func(l *account.Limits) { l.SMSCountries = []string{"DE", "GB"} })
		given(t, founded("acme")).When(to("GB", "DE", "GB")).Then(only)
		given(t, founded("acme"), only).When(to("DE", "GB")).ThenNothing()
		given(t, founded("acme"), only).When(to()).Then(account.LimitsChanged(account.DefaultLimits()))
	})
}

func TestLimitsAllow(t *testing.T) {
	everywhere, some := account.DefaultLimits(), account.Limits{SMSCountries: []string{"GB"}}
	require.True(t, everywhere.Allows("FR"))
	require.True(t, some.Allows("GB"))
	require.True(t, some.Allows(""))
	require.False(t, some.Allows("FR"))
	require.True(t, some.Allows("GG"), "which is dialled as Great Britain is")
	require.True(t, account.Limits{SMSCountries: []string{"JE"}}.Allows("IM"))
	require.False(t, account.Limits{SMSCountries: []string{"US"}}.Allows("JM"), "whose SMS cost what those abroad do")
}
