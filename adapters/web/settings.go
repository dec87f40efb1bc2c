package web

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

func (p *Pages) settingsRoutes() map[string]func(*visit) error {
	return map[string]func(*visit) error{
		"GET /at/{account}/settings":            p.settings,
		"GET /at/{account}/settings/{setting}":  p.setting,
		"POST /at/{account}/settings/{setting}": p.changeSetting,
	}
}

// settings is what the company is set to.
func (p *Pages) settings(v *visit) error {
	holds, err := ask(v, questions.Settings(), struct{}{})
	if err != nil {
		return err
	}
	return v.page(v.t.SetTitle(), views.Settings(v.frame(v.t.SetTitle()), holds))
}

// setting is the page of one of the settings.
func (p *Pages) setting(v *visit) error {
	return v.showSetting(http.StatusOK, views.SettingForm{Saved: v.URL.Query().Has("saved")})
}

// showSetting shows one of the settings with what is known of its form.
func (v *visit) showSetting(status int, form views.SettingForm) error {
	if _, err := v.App.Permit(v.Context(), v.x.Caller, v.x.Account, commands.ChangeSettings); err != nil {
		return err
	}
	var err error
	if form.State, err = ask(v, questions.Settings(), struct{}{}); err != nil {
		return err
	}
	all := views.AllSettings(v.frame(""), form.State)
	i := slices.IndexFunc(all, func(one views.Setting) bool { return one.Path == v.PathValue("setting") })
	if i < 0 {
		return domain.Refuse(domain.NotFound, "")
	}
	form.Setting, form.Countries = all[i], v.App.Countries()
	title := form.Title
	if len(form.Faults) > 0 {
		title = v.t.ErrorPrefix() + title
	}
	return v.pageWith(status, title, views.SettingPage(v.frame(title), form))
}

// changeSetting changes one of the settings, and leads to what holds from now on.
func (p *Pages) changeSetting(v *visit) error {
	change, known := p.changes()[v.PathValue("setting")]
	if !known {
		return domain.Refuse(domain.NotFound, "")
	}
	if v.field("preview") != "" {
		return v.showSetting(http.StatusOK, views.SettingForm{Typed: v.PostForm})
	}
	var done commands.Done
	err := v.command("", func(ctx context.Context, request commands.Request) (err error) {
		done, err = change(ctx, request, v)
		return err
	})
	faults, err := v.faults(err)
	if err != nil {
		return err
	}
	if faults != nil {
		return v.showSetting(http.StatusUnprocessableEntity, views.SettingForm{Typed: v.PostForm, Faults: faults})
	}
	return v.done(v.at("settings", v.PathValue("setting"))+"?"+url.Values{"saved": {""}}.Encode(), done.Position)
}

// change is how a form changes one of the settings.
type change func(ctx context.Context, request commands.Request, v *visit) (commands.Done, error)

// changes are the settings that can be changed, by the ends of their paths.
func (p *Pages) changes() map[string]change {
	return map[string]change{
		"inviting": func(ctx context.Context, request commands.Request, v *visit) (commands.Done, error) {
			return p.App.ChangeInviting(ctx, request, account.ChangeInviting{EveryoneMayInvite: v.isYes("everyone")})
		},
		"registration": func(ctx context.Context, request commands.Request, v *visit) (commands.Done, error) {
			return p.App.ChangeRegistration(ctx, request, commands.ChangeRegistration{Mode: new(account.Mode(v.field("mode")))})
		},
		"domains": func(ctx context.Context, request commands.Request, v *visit) (commands.Done, error) {
			rules := v.listed("domains")
			asked := commands.ChangeRegistration{Domains: &rules, PublicProvidersConfirmed: v.isConfirmed(domain.PublicMailProvider)}
			if v.isConfirmed(domain.ConfirmName) {
				asked.Confirmed = rules
			}
			return p.App.ChangeRegistration(ctx, request, asked)
		},
		"greeting": func(ctx context.Context, request commands.Request, v *visit) (commands.Done, error) {
			greeting := strings.ReplaceAll(v.field("greeting"), "\r\n", "\n") // which forms make of every end of a line
			return p.App.ChangeRegistration(ctx, request, commands.ChangeRegistration{Greeting: &greeting})
		},
		"invited": func(ctx context.Context, request commands.Request, v *visit) (commands.Done, error) {
			return p.App.ChangeRegistration(ctx, request, commands.ChangeRegistration{ModerateInvited: new(v.isYes("moderate"))})
		},
		"invitations": func(ctx context.Context, request commands.Request, v *visit) (commands.Done, error) {
			return p.App.ChangeInvitationPolicy(ctx, request, account.ChangeInvitationPolicy{Days: v.number("days")})
		},
		"passwords": func(ctx context.Context, request commands.Request, v *visit) (commands.Done, error) {
			return p.App.ChangePasswordPolicy(ctx, request, account.ChangePasswordPolicy{MinimumLength: new(v.number("minimum_length")), MailedPasswords: new(v.isYes("mailed"))})
		},
		"limits": p.changeLimits,
		"company": func(ctx context.Context, request commands.Request, v *visit) (commands.Done, error) {
			asked := commands.ChangeCompany{Name: new(v.field("name")), Language: new(v.field("language")), TimeZone: new(v.field("time_zone"))}
			if v.field("country") != "" {
				asked.Country = new(v.field("country"))
			}
			if v.isConfirmed(domain.ConfirmName) {
				asked.Confirmed = []string{v.field("name")}
			}
			return p.App.ChangeCompany(ctx, request, asked)
		},
	}
}

func (p *Pages) changeLimits(ctx context.Context, request commands.Request, v *visit) (commands.Done, error) {
	countries := v.listed("sms_countries")
	done, err := p.App.ChangeLimits(ctx, request, account.ChangeLimits{
		InvitationsPerInviter: new(v.number("invitations_per_inviter")), Emails: new(v.number("emails")), SMS: new(v.number("sms")),
		SMSPerCountryAbroad: new(v.number("sms_per_country_abroad")), SMSPerBlockAbroad: new(v.number("sms_per_block_abroad")),
		SMSCountries: &countries,
	})
	for i := range countries {
		err = aboutField(err, "sms_countries["+strconv.Itoa(i)+"]", "sms_countries")
	}
	return done, err
}

// isYes reports whether a box is ticked, or yes is chosen.
func (v *visit) isYes(name string) bool { return v.field(name) == "yes" }

// isConfirmed reports whether what was asked back is meant.
func (v *visit) isConfirmed(code domain.Code) bool { return v.isYes("confirm_" + string(code)) }

// number is a number that was typed, its thousands apart as people write it; what is none
// is no number that any command takes.
func (v *visit) number(name string) int {
	typed := strings.TrimSpace(v.field(name))
	if regexp.MustCompile(`^\d{1,3}([., '\x{a0}\x{202f}]\d{3})+$`).MatchString(typed) {
		typed = regexp.MustCompile(`\D`).ReplaceAllString(typed, "")
	}
	n, err := strconv.Atoi(typed)
	if err != nil {
		return -1
	}
	return n
}

// listed is several values that were typed, each in its line or behind a comma.
func (v *visit) listed(name string) []string {
	values := strings.FieldsFunc(v.field(name), func(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) })
	if values == nil {
		return []string{}
	}
	return values
}
