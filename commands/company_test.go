package commands_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

func company(name, country, language, zone string) commands.ChangeCompany {
	var c commands.ChangeCompany
	for _, one := range []struct {
		text string
		into **string
	}{{name, &c.Name}, {country, &c.Country}, {language, &c.Language}, {zone, &c.TimeZone}} {
		if one.text != "" {
			*one.into = &one.text
		}
	}
	return c
}

func correctingCompany(c commands.ChangeCompany) asking {
	return done((*commands.App).ChangeCompany, c)
}

func TestChangeCompany(t *testing.T) {
	t.Run("each part is on record, as it is written properly", func(t *testing.T) {
		w := commandstest.New(t)
		w.When(correctingCompany(company(" Acme  Ltd ", "de", "DE-at", "Europe/Berlin"))).Then(commandstest.Events(domain.AccountStream(w.Acme),
			account.Renamed{Name: "Acme Ltd"}, account.CountryChanged{Country: "DE"},
			account.LanguageChanged{Language: "de"}, account.TimeZoneChanged{TimeZone: "Europe/Berlin"}))
		w.When(correctingCompany(company("Acme Ltd", "", "de", ""))).ThenNothing()
		w.When(correctingCompany(commands.ChangeCompany{})).ThenNothing()
	})
	t.Run("is for administrators", func(t *testing.T) {
		w := commandstest.New(t)
		refusedToOthers(t, w, correctingCompany(company("Acme Ltd", "", "", "")))
	})
	t.Run("refuses what is none, and names the part", func(t *testing.T) {
		w := commandstest.New(t)
		empty := ""
		for field, c := range map[string]commands.ChangeCompany{
			"name": {Name: &empty}, "country": {Country: &empty}, "language": {Language: &empty}, "time_zone": {TimeZone: &empty},
		} {
			code := map[string]domain.Code{
				"name": domain.InvalidName, "country": domain.InvalidCountry, "language": domain.InvalidLanguage, "time_zone": domain.InvalidTimeZone,
			}[field]
			require.Equal(t, field, w.When(correctingCompany(c)).ThenRefused(code).Field)
		}
		w.When(correctingCompany(company("<b>", "", "", ""))).ThenRefused(domain.InvalidName)
		w.When(correctingCompany(company("", "Germany", "", ""))).ThenRefused(domain.InvalidCountry)
		w.When(correctingCompany(company("", "", "it", ""))).ThenRefused(domain.InvalidLanguage)
		w.When(correctingCompany(company("", "", "", "Berlin"))).ThenRefused(domain.InvalidTimeZone)
	})
	t.Run("says which languages there are, also at the founding", func(t *testing.T) {
		w := commandstest.New(t)
		refusal := w.When(correctingCompany(company("", "", "it", ""))).ThenRefused(domain.InvalidLanguage)
		c := mill()
		c.Language = "klingon"
		var result commands.Founded
		another := w.As(commands.Operator()).When(founding(c, &result)).ThenRefused(domain.InvalidLanguage)
		for _, known := range wording.Languages() {
			require.Contains(t, refusal.Message, known)
			require.Contains(t, another.Message, known)
		}
	})
	t.Run("national numbers are those of the new country from then on", func(t *testing.T) {
		w := commandstest.New(t)
		inviting := func(phone string) (commands.Invited, error) {
			return w.App.InviteBySMS(context.Background(), w.Request(w.Founder), commands.InviteBySMS{Phones: []string{phone}})
		}
		before, err := inviting("(415) 555-0132")
		require.NoError(t, err)
		require.Equal(t, w.Someone("+14155550132").Person, before.Rows[0].Person)
		require.NoError(t, w.When(correctingCompany(company("", "DE", "", ""))).Err)
		after, err := inviting("0151 23456789")
		require.NoError(t, err)
		require.Equal(t, w.Someone("+4915123456789").Person, after.Rows[0].Person)
	})
	t.Run("messages are in the new name and language from then on", func(t *testing.T) {
		w := commandstest.New(t)
		w.Settle()
		require.NoError(t, w.When(correctingCompany(company("Bäckerei Acme", "", "de", ""))).Err)
		w.Invited("iva@mill.example")
		w.Settle()
		last := w.Sent[len(w.Sent)-1]
		require.Equal(t, wording.For("de").InviteSubject("Bäckerei Acme"), last.Subject)
		require.Contains(t, last.Text, "Bäckerei Acme")
	})
}
