package views

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// Setting is one of the settings, with what holds.
type Setting struct {
	Path, Title, Holds string
}

// AllSettings returns the settings that administrators change, and what holds.
func AllSettings(f Frame, s account.State) []Setting {
	return []Setting{
		{"inviting", f.SetInviting(), f.SetInvitingHolds(s.EveryoneMayInvite)},
		{"registration", f.SetMode(), f.SetModeHolds(s.Mode)},
		{"domains", f.SetDomains(), f.SetDomainsHolds(s.Domains, s.Mode)},
		{"greeting", f.SetGreeting(), f.SetGreetingHolds(s.Greeting)},
		{"invited", f.SetInvited(), f.SetInvitedHolds(s.ModerateInvited)},
		{"invitations", f.SetDays(), f.SetDaysHolds(s.InvitationDays)},
		{"passwords", f.SetPasswords(), f.SetPasswordsHolds(s.Passwords)},
		{"limits", f.SetLimits(), f.SetLimitsHolds(s.Limits)},
		{"company", f.SetCompany(), f.SetCompanyHolds(s)},
	}
}

// SettingForm is the page of one of the settings.
type SettingForm struct {
	Setting
	State account.State
	// Countries are the codes of those to choose from.
	Countries []string
	// Typed is what was filled in; nil where the form is as it comes.
	Typed url.Values
	// Saved says that it was just saved.
	Saved  bool
	Faults Faults
}

// value is what stands in a field: what was typed, or else what holds.
func (s SettingForm) value(field, holds string) string {
	if s.Typed != nil {
		return s.Typed.Get(field)
	}
	return holds
}

func (s SettingForm) number(field string, holds int) string {
	return s.value(field, strconv.Itoa(holds))
}

// ticked reports whether a box is ticked.
func (s SettingForm) ticked(field string, holds bool) bool {
	if s.Typed != nil {
		return s.Typed.Get(field) == yes
	}
	return holds
}

// isAskedBack reports whether what was typed looks wrong, and goes through when it is
// confirmed.
func (s SettingForm) isAskedBack(code domain.Code) bool {
	for _, one := range s.Faults {
		if one.Code == code {
			return true
		}
	}
	return s.Typed.Get(confirmField(code)) == yes
}

// yes is what boxes are worth that are ticked.
const yes = "yes"

// confirmField is the box by which a refusal of this code is confirmed.
func confirmField(code domain.Code) string { return "confirm_" + string(code) }

// limitFields are the limits that are numbers, in their order, with what holds.
func limitFields(l account.Limits) []struct {
	name string
	is   int
} {
	return []struct {
		name string
		is   int
	}{
		{"invitations_per_inviter", l.InvitationsPerInviter},
		{"emails", l.Emails},
		{"sms", l.SMS},
		{"sms_per_country_abroad", l.SMSPerCountryAbroad},
		{"sms_per_block_abroad", l.SMSPerBlockAbroad},
	}
}

// lines is several values, each in its line.
func lines(values []string) string { return strings.Join(values, "\n") }

// languageNames are the languages of messages, each by its own name.
func languageNames() []struct{ tag, name string } {
	return []struct{ tag, name string }{{"en", "English"}, {"de", "Deutsch"}, {"fr", "Français"}, {"es", "Español"}}
}

func yesOrNo(is bool) string {
	if is {
		return yes
	}
	return "no"
}

// first and second are a name, and what is said of it.
func first(name, _ string) string { return name }

func second(_, said string) string { return said }

// joined is several codes in one line.
func joined(codes []string) string { return strings.Join(codes, ", ") }
