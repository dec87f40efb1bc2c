package views

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// founded is what a company is set to that nobody has set anything of.
func founded() account.State {
	return account.State{
		Name: "Sunrise Bakery", Slug: "sunrise", Country: "US", Language: "en", TimeZone: "UTC", Plan: account.Free, Mode: account.Moderated,
		InvitationDays: 14, Passwords: account.PasswordPolicy{MinimumLength: 12, MailedPasswords: true}, Limits: account.DefaultLimits(),
	}
}

// chosen is what a company is set to that has set everything.
func chosen() account.State {
	s := founded()
	s.Name = "Wolfeschlegelsteinhausenbergerdorff " + strings.Repeat("berger", 8)
	s.Plan, s.Mode, s.EveryoneMayInvite, s.ModerateInvited, s.InvitationDays = account.CRMPlus, account.Public, true, true, 1
	s.Domains = []string{"sunrise.example", "*.bakery.example", "mill.example", "oven.example", "flour.example", "a-very-long-name-of-a-domain-that-goes-on-and-on.example"}
	s.Greeting = "مرحبا بكم في المخبز\nGood morning! Tell us who you are, and we will let you in before the bread is out of the oven."
	s.Passwords, s.Limits.SMSCountries = account.PasswordPolicy{MinimumLength: 15}, []string{"AT", "CH", "DE"}
	return s
}

func settingsExamples() []Example {
	overview := func(state string, s account.State) Example {
		return Example{Page: "settings", State: state, Title: texts.Texts.SetTitle, Content: func(f Frame) templ.Component { return Settings(f, s) }}
	}
	all := []Example{overview("empty", founded()), overview("many", chosen())}
	for i, one := range AllSettings(Frame{Texts: texts.English}, founded()) {
		page := func(state string, form func(Frame) SettingForm) Example {
			title := func(t texts.Texts) string { return AllSettings(Frame{Texts: t}, founded())[i].Title }
			return Example{Page: "settings-" + one.Path, State: state, Title: title, Content: func(f Frame) templ.Component {
				shown := form(f)
				shown.Setting, shown.Countries = AllSettings(f, shown.State)[i], []string{"AT", "DE", "US"}
				return SettingPage(f, shown)
			}}
		}
		all = append(all,
			page("empty", func(Frame) SettingForm { return SettingForm{State: founded()} }),
			page("saved", func(Frame) SettingForm { return SettingForm{State: chosen(), Saved: true} }),
		)
		if wrong, can := wrongSettings()[one.Path]; can {
			all = append(all, page("error", func(f Frame) SettingForm {
				return SettingForm{State: chosen(), Typed: wrong.typed, Faults: Faults{{Field: wrong.field, Code: wrong.code, Text: f.Refusal(wrong.code, wrong.said)}}}
			}))
		}
	}
	return all
}

// wrongSetting is what can be typed that is refused.
type wrongSetting struct {
	typed url.Values
	field string
	code  domain.Code
	said  string
}

// wrongSettings are some, by setting.
func wrongSettings() map[string]wrongSetting {
	return map[string]wrongSetting{
		"domains": {
			url.Values{"domains": {"sunrise.example\ngmail.com"}},
			"domains", domain.PublicMailProvider,
			"domain 2 gives addresses to anybody: leave it out, or confirm that everybody there may come in",
		},
		"greeting":    {url.Values{"greeting": {"See https://sunrise.example"}}, "greeting", domain.InvalidGreeting, "a greeting holds no addresses of pages"},
		"invitations": {url.Values{"days": {"100"}}, "days", domain.InvalidDays, "invitations last between 1 and 90 days"},
		"passwords":   {url.Values{"minimum_length": {"8"}}, "minimum_length", domain.InvalidPolicy, "the minimum length of passwords is between 12 and 64"},
		"limits": {
			url.Values{"invitations_per_inviter": {"0"}, "emails": {"20000"}, "sms": {"10000"}, "sms_per_country_abroad": {"100"}, "sms_per_block_abroad": {"20"}},
			"invitations_per_inviter", domain.InvalidLimit, "a limit is between 1 and 100,000",
		},
		"company": {
			url.Values{"name": {"Ushеr"}, "country": {"DE"}, "language": {"de"}, "time_zone": {"Europe/Berlin"}},
			"name", domain.ConfirmName,
			"this begins like a name of somebody else's, in letters of another script: check it, or confirm it",
		},
	}
}
