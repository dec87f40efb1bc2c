package account_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

func TestChangeCompany(t *testing.T) {
	name, country, language, zone := "Acme Ltd", "DE", "de", "Europe/Berlin"
	all := account.ChangeCompany{Name: &name, Country: &country, Language: &language, TimeZone: &zone}
	changed := []account.Event{
		account.Renamed{Name: name},
		account.CountryChanged{Country: country},
		account.LanguageChanged{Language: language},
		account.TimeZoneChanged{TimeZone: zone},
	}
	t.Run("each part is an event of its own", func(t *testing.T) {
		given(t).When(all).Then(changed...)
		given(t).When(account.ChangeCompany{Name: &name}).Then(account.Renamed{Name: name})
		given(t).When(account.ChangeCompany{Country: &country}).Then(account.CountryChanged{Country: country})
		given(t).When(account.ChangeCompany{Language: &language}).Then(account.LanguageChanged{Language: language})
		given(t).When(account.ChangeCompany{TimeZone: &zone}).Then(account.TimeZoneChanged{TimeZone: zone})
	})
	t.Run("what is left out, or is so already, is quiet", func(t *testing.T) {
		given(t).When(account.ChangeCompany{}).ThenNothing()
		given(t, changed...).When(all).ThenNothing()
		same, utc := "Acme", "UTC"
		given(t).When(account.ChangeCompany{Name: &same, TimeZone: &utc}).ThenNothing()
	})
	t.Run("the account is so from then on, and its short name stays", func(t *testing.T) {
		state := account.Decider().Fold(account.State{}, append([]account.Event{founded("acme")}, changed...)...)
		require.Equal(t, []string{"acme", name, country, language, zone}, []string{state.Slug, state.Name, state.Country, state.Language, state.TimeZone})
		require.Equal(t, "UTC", account.Decider().Fold(account.State{}, founded("acme")).TimeZone)
	})
	t.Run("nobody corrects an account that there is not, or that is closed", func(t *testing.T) {
		givenNothing(t).When(all).ThenRefused(domain.NotFound)
		given(t, account.Closed{Grounds: "unpaid"}).When(all).ThenRefused(domain.AccountClosed)
	})
}
