package account

import (
	"slices"

	"github.com/usher-engine/usher/domain"
)

// Limits is how much an account sends at most. A day has 24 hours and begins
// with the first message that counts.
type Limits struct {
	InvitationsPerInviter int // a day
	Emails                int // a day
	SMS                   int // a day
	// Numbers abroad are those of another country than the account's. An account
	// without a country has none.
	SMSPerCountryAbroad int // a day
	SMSPerBlockAbroad   int // an hour, to numbers that begin with the same seven digits
	// SMSCountries is where messages may go, in order; empty for everywhere.
	SMSCountries []string
}

// DefaultLimits returns limits that let an account send one full request a day, and
// let nobody earn much by having it write to numbers abroad.
func DefaultLimits() Limits {
	return Limits{
		InvitationsPerInviter: 10_000, Emails: 20_000, SMS: 10_000,
		SMSPerCountryAbroad: 100, SMSPerBlockAbroad: 20,
	}
}

const highestLimit = 100_000

// Allows reports whether messages may go to a country, or to one that is dialled as it
// is; one that is not known counts as the account's own.
func (l Limits) Allows(country string) bool {
	return country == "" || len(l.SMSCountries) == 0 || slices.ContainsFunc(l.SMSCountries, func(allowed string) bool {
		return domain.DialledAs(allowed) == domain.DialledAs(country)
	})
}

// ChangeLimits changes what is not nil. Countries are ISO 3166-1 alpha-2.
type ChangeLimits struct {
	InvitationsPerInviter, Emails, SMS     *int
	SMSPerCountryAbroad, SMSPerBlockAbroad *int
	SMSCountries                           *[]string
}

const LimitsChangedType domain.EventType = "account.limits_changed"

// LimitsChanged says how much the account sends at most from now on.
type LimitsChanged struct {
	InvitationsPerInviter int      `json:"invitations_per_inviter"` // a day
	Emails                int      `json:"emails"`                  // a day
	SMS                   int      `json:"sms"`                     // a day
	SMSPerCountryAbroad   int      `json:"sms_per_country_abroad"`  // a day
	SMSPerBlockAbroad     int      `json:"sms_per_block_abroad"`    // an hour, to numbers that begin with the same seven digits
	SMSCountries          []string `json:"sms_countries"`           // where messages may go; empty for everywhere
}

func (LimitsChanged) Type() domain.EventType { return LimitsChangedType }
func (LimitsChanged) About() domain.PersonID { return domain.Nobody() }

func (LimitsChanged) accountEvent()  {}
func (ChangeLimits) accountCommand() {}

func changeLimits(state State, c ChangeLimits) ([]Event, error) {
	limits := state.Limits
	for _, change := range []struct {
		to    *int
		of    *int
		field string
	}{
		{c.InvitationsPerInviter, &limits.InvitationsPerInviter, "invitations_per_inviter"},
		{c.Emails, &limits.Emails, "emails"},
		{c.SMS, &limits.SMS, "sms"},
		{c.SMSPerCountryAbroad, &limits.SMSPerCountryAbroad, "sms_per_country_abroad"},
		{c.SMSPerBlockAbroad, &limits.SMSPerBlockAbroad, "sms_per_block_abroad"},
	} {
		if change.to == nil {
			continue
		}
		if *change.to < 1 || *change.to > highestLimit {
			return nil, domain.Refuse(domain.InvalidLimit, "a limit is between 1 and 100,000").In(change.field)
		}
		*change.of = *change.to
	}
	if c.SMSCountries != nil {
		countries := slices.Clone(*c.SMSCountries)
		slices.Sort(countries)
		limits.SMSCountries = slices.Compact(countries)
	}
	return when(!limits.equal(state.Limits), LimitsChanged(limits)), nil
}

func (l Limits) equal(other Limits) bool {
	return slices.Equal(l.SMSCountries, other.SMSCountries) && l.numbers() == other.numbers()
}

func (l Limits) numbers() [5]int {
	return [...]int{l.InvitationsPerInviter, l.Emails, l.SMS, l.SMSPerCountryAbroad, l.SMSPerBlockAbroad}
}
