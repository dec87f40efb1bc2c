package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
)

func TestChangingSettings(t *testing.T) {
	b := found(t)
	for _, c := range []struct {
		setting, field, value string
		holds                 string
		is                    string // in the API's settings
		want                  any
	}{
		{"inviting", "everyone", "yes", "Everyone may invite new users to this account.", "inviting.everyone_may_invite", true},
		{"registration", "mode", "public", "Public: whoever registers by the join link is let in at once.", "registration.mode", "public"},
		{"domains", "domains", "Bakery.example\r\n*.mill.example", "bakery.example, *.mill.example", "registration.domains.1", "*.mill.example"},
		{"greeting", "greeting", "Good morning!\r\nCome in.", "The registration page begins with your greeting.", "registration.greeting", "Good morning!\nCome in."},
		{"invited", "moderate", "yes", "Invited people, too, wait", "registration.moderate_invited", true},
		{"invitations", "days", "30", "An invitation can be used for 30 days.", "invitations.days", 30.0},
		{"passwords", "minimum_length", "15", "A password has at least 15 characters.", "passwords.minimum_length", 15.0},
		{"limits", "sms", "1,500", "1,500 SMS", "limits.sms", 1500.0},
		{"limits", "sms_countries", "de, AT", "SMS may go to AT, DE.", "limits.sms_countries.0", "AT"},
		{"company", "name", "Sunset Bakery", "Sunset Bakery – ", "name", "Sunset Bakery"},
		{"company", "country", "DE", "Sunset Bakery – Germany, English, UTC", "country", "DE"},
		{"company", "language", "de", "German", "language", "de"},
		{"company", "time_zone", "Europe/Berlin", "Europe/Berlin", "time_zone", "Europe/Berlin"},
	} {
		t.Run(c.setting+": "+c.field, func(t *testing.T) {
			path := "/at/bakery/settings/" + c.setting
			page := b.admin.Open(t, path).Must(t, http.StatusOK).Form(t, path).Fill(c.field, c.value).Send(t).Must(t, http.StatusOK)
			page.Says(t, "Saved. From now on:", c.holds)
			require.Equal(t, c.want, b.Admin.Get(t, "/settings").Must(t, http.StatusOK).Value(t, c.is))
			b.admin.Open(t, "/at/bakery/settings").Says(t, c.holds)
		})
	}
}

func TestCountriesStandInTheOrderOfTheirNames(t *testing.T) {
	b := found(t)
	for language, names := range map[string][]string{"en": {"Åland Islands", "Australia", "Austria"}, "de": {"Ålandinseln", "Albanien", "Österreich"}} {
		page := b.admin.With("Accept-Language", language).Open(t, "/at/bakery/settings/company").Must(t, http.StatusOK)
		last := 0
		for _, name := range names {
			next := strings.Index(page.Body, ">"+name+"</option>")
			require.Greater(t, next, last, "%s in %s", name, language)
			last = next
		}
	}
}

func TestASettingThatIsRefused(t *testing.T) {
	b := found(t)
	for name, c := range map[string]struct{ setting, field, value, says string }{
		"more days than go":         {"invitations", "days", "91", "Invitations last between 1 and 90 days."},
		"no number":                 {"invitations", "days", "some", "Invitations last between 1 and 90 days."},
		"a limit of nothing":        {"limits", "emails", "0", "A limit is between 1 and 100,000."},
		"a country there is not":    {"limits", "sms_countries", "DE, XX", "Write the country as its two-letter code"},
		"a password of a few signs": {"passwords", "minimum_length", "8", "The minimum length of passwords is between 12 and 64."},
		"no domain":                 {"domains", "domains", "not a domain", "is not a domain"},
		"a greeting with a link":    {"greeting", "greeting", "See https://bakery.example", "A greeting cannot hold links"},
		"no time zone":              {"company", "time_zone", "Berlin", "Write the time zone by its name"},
	} {
		t.Run("given "+name+", the page says so beside the field, and keeps what was typed", func(t *testing.T) {
			path := "/at/bakery/settings/" + c.setting
			page := b.admin.Open(t, path).Form(t, path).Fill(c.field, c.value).Send(t).Must(t, http.StatusUnprocessableEntity)
			page.Says(t, "There is a problem", c.says)
			require.Contains(t, page.Title(), "Error: ")
			require.Contains(t, page.LinksTo(), "#"+c.field)
			typed, _ := page.Field(c.field)
			require.Equal(t, c.value, typed)
		})
	}
}

func TestWhatIsAskedBackGoesThroughWhenItIsConfirmed(t *testing.T) {
	b := found(t)
	for name, c := range map[string]struct{ setting, field, value, box string }{
		"a public mail provider":      {"domains", "domains", "gmail.com", "confirm_public_mail_provider"},
		"a name in another's letters": {"company", "name", "Micrоsoft", "confirm_confirm_name"}, // with a Cyrillic о
	} {
		t.Run("given "+name, func(t *testing.T) {
			path := "/at/bakery/settings/" + c.setting
			fresh := b.admin.Open(t, path)
			_, there := fresh.Field(c.box)
			require.False(t, there)
			page := fresh.Form(t, path).Fill(c.field, c.value).Send(t).Must(t, http.StatusUnprocessableEntity)
			page = page.Form(t, path).Send(t).Must(t, http.StatusUnprocessableEntity)
			page.Form(t, path).Fill(c.box, "yes").Send(t).Must(t, http.StatusOK).Says(t, "Saved.", c.value)
		})
	}
}

func TestAGreetingIsSeenBeforeItIsSaved(t *testing.T) {
	b := found(t)
	const path = "/at/bakery/settings/greeting"
	page := b.admin.Open(t, path).Form(t, path).Fill("greeting", "Good morning!").Choose(t, "preview", "yes").Must(t, http.StatusOK)
	require.Contains(t, page.Body, `id="greeting-preview">Good morning!</div>`)
	require.Empty(t, b.Admin.Get(t, "/settings").Text(t, "registration.greeting"))
	page.Form(t, path).Send(t).Must(t, http.StatusOK).Says(t, "Saved.")
	require.Equal(t, "Good morning!", b.Admin.Get(t, "/settings").Text(t, "registration.greeting"))
}

func TestWhoSeesSettings(t *testing.T) {
	b := found(t)
	t.Run("auditors read them, and change none", func(t *testing.T) {
		auditor := b.as(t, "otto@bakery.example", domain.RoleAuditor)
		page := auditor.Open(t, "/at/bakery/settings").Must(t, http.StatusOK).Says(t, "Only administrators may invite new users.", "fixed text")
		require.NotContains(t, page.LinksTo(), "/at/bakery/settings/inviting")
		auditor.Open(t, "/at/bakery/settings/inviting").Must(t, http.StatusForbidden)
		auditor.Post(t, "/at/bakery/settings/inviting", url.Values{"everyone": {"yes"}}).Must(t, http.StatusForbidden)
	})
	t.Run("employees do not see them", func(t *testing.T) {
		employee := b.as(t, "emil@bakery.example", domain.RoleEmployee)
		page := employee.Open(t, "/at/bakery/settings").Must(t, http.StatusForbidden)
		require.NotContains(t, page.LinksTo(), "/at/bakery/settings")
		employee.Post(t, "/at/bakery/settings/inviting", url.Values{"everyone": {"yes"}}).Must(t, http.StatusForbidden)
	})
	t.Run("there is no page of a setting that there is not", func(t *testing.T) {
		b.admin.Open(t, "/at/bakery/settings/colour").Must(t, http.StatusNotFound)
		b.admin.Post(t, "/at/bakery/settings/colour", url.Values{"colour": {"red"}}).Must(t, http.StatusNotFound)
	})
	require.Equal(t, false, b.Admin.Get(t, "/settings").Value(t, "inviting.everyone_may_invite"))
}
