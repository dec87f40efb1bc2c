package account_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/domaintest"
)

type told = domaintest.Told[account.State, account.Command, account.Event]

func TestLaws(t *testing.T) {
	domaintest.Laws[account.State, account.Command, account.Event]{
		Decider: account.Decider(), Command: anyCommand, Event: anyEvent,
		// Two rotations are two new links; that one request rotates once is for its command id to tell.
		Again: func(told told) bool { return told.Command == account.Command(account.RotateJoinLink{}) },
	}.Hold(t)
}

func TestEachEventChangesSomething(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		for _, told := range domaintest.Tell(t, account.Decider(), anyCommand) {
			if len(told.Events) > 0 && reflect.DeepEqual(told.Before, told.After) {
				t.Fatalf("%+v led to %+v, which changes nothing", told.Command, told.Events)
			}
		}
	})
}

func TestWhatNeverChangesAndWhatOnlyRises(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		for _, told := range domaintest.Tell(t, account.Decider(), anyCommand) {
			before, after := told.Before, told.After
			if before.Exists() && (before.Account != after.Account || before.Slug != after.Slug || before.Founder != after.Founder) {
				t.Fatalf("%+v made %+v of %+v", told.Command, after, before)
			}
			rotated := uint64(0)
			if (told.Command == account.Command(account.RotateJoinLink{})) && before.Exists() && !before.Closed {
				rotated = 1
			}
			if before.Exists() && after.JoinLink.Generation != before.JoinLink.Generation+rotated {
				t.Fatalf("%+v turned generation %d into %d", told.Command, before.JoinLink.Generation, after.JoinLink.Generation)
			}
			if n := after.Passwords.MinimumLength; after.Exists() && (n < 12 || n > 64) {
				t.Fatalf("%+v let passwords be %d long", told.Command, n)
			}
		}
	})
}

func anyCommand(t *rapid.T, state account.State) account.Command {
	kinds := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 9, 10, 11, 12, 12, 13, 12, 14, 15, 16, 16, 16, 17, 18}
	if !state.Exists() {
		kinds = []int{0, 0, 0, 5}
	}
	switch rapid.SampledFrom(kinds).Draw(t, "command") {
	case 0:
		return found(rapid.SampledFrom([]string{"acme", "acme", "a", ""}).Draw(t, "slug"))
	case 1:
		return account.ChangeInviting{EveryoneMayInvite: rapid.Bool().Draw(t, "everyone")}
	case 2:
		return account.ChangeRegistration{
			Mode: optional(t, anyMode(t)), Domains: optional(t, anyDomains(t)),
			Greeting: optional(t, anyText(t)), ModerateInvited: optional(t, rapid.Bool().Draw(t, "moderate invited")),
		}
	case 3:
		return account.ChangePasswordPolicy{
			MinimumLength: optional(t, domaintest.AnyNumber(t, 70)), MailedPasswords: optional(t, rapid.Bool().Draw(t, "mailed")),
		}
	case 4:
		return account.ChangePlan{Plan: anyPlan(t)}
	case 5:
		return account.RotateJoinLink{}
	case 6:
		return account.DisableJoinLink{}
	case 8:
		return count(anyAdministrator(t), domaintest.AnyNumber(t, 3))
	case 9:
		return uncount(anyAdministrator(t), domaintest.AnyNumber(t, 3))
	case 11:
		return account.LimitJoinLink{
			MaxUses:    optional(t, domaintest.AnyNumber(t, 3)),
			Department: optional(t, rapid.SampledFrom([]domain.DepartmentID{{}, {7}}).Draw(t, "department")),
		}
	case 12:
		return takeSeat(byte(rapid.IntRange(1, 5).Draw(t, "who")), state.JoinLink.Generation)
	case 13:
		return account.ReturnSeat{Seat: domaintest.AnyNumber(t, state.JoinLink.LastSeat)}
	case 14:
		return account.ChangeLimits{SMS: optional(t, domaintest.AnyNumber(t, 10)), SMSCountries: optional(t, anyCountries(t))}
	case 18:
		return account.NoticeApprovals{Arrivals: domaintest.AnyNumber(t, 5), Waiting: domaintest.AnyNumber(t, 5)}
	case 17:
		return account.ChangeCompany{
			Name: optional(t, anyText(t)), Country: optional(t, "DE"), Language: optional(t, "de"), TimeZone: optional(t, "Europe/Berlin"),
		}
	case 15:
		return account.Close{Grounds: anyText(t)}
	case 16:
		return account.Open{Grounds: anyText(t)}
	case 10:
		return account.ChangeInvitationPolicy{Days: domaintest.AnyNumber(t, 90)}
	}
	return account.EnableJoinLink{}
}

func anyEvent(t *rapid.T) account.Event {
	return rapid.SampledFrom([]account.Event{
		founded("acme"),
		account.Founded{Account: domain.AccountID{9}, Slug: anyText(t)},
		account.Founded{},
		account.Closed{Grounds: anyText(t)},
		account.ApprovalsNoticed{Arrivals: domaintest.AnyNumber(t, 5), At: domaintest.Now()},
		account.Renamed{Name: anyText(t)},
		account.CountryChanged{Country: "DE"},
		account.LanguageChanged{Language: "de"},
		account.TimeZoneChanged{TimeZone: "Europe/Berlin"},
		account.Opened{Grounds: anyText(t)},
		account.InvitingOpenedToEveryone{},
		account.InvitingLimitedToAdministrators{},
		account.RegistrationModeChanged{Mode: anyMode(t)},
		account.DomainRulesChanged{Domains: anyDomains(t)},
		account.GreetingChanged{Greeting: anyText(t)},
		account.InvitedPeopleModerated{},
		account.InvitedPeopleTrusted{},
		account.PasswordPolicyChanged{MinimumLength: domaintest.AnyNumber(t, 64), MailedPasswords: true},
		account.PlanChanged{Plan: anyPlan(t)},
		account.JoinLinkRotated{Generation: rapid.Uint64().Draw(t, "generation")},
		account.JoinLinkLimited{MaxUses: domaintest.AnyNumber(t, 3)},
		seatTaken(byte(rapid.IntRange(1, 5).Draw(t, "who")), domaintest.AnyNumber(t, 5)),
		account.JoinSeatReturned{Seat: domaintest.AnyNumber(t, 5)},
		account.InvitationPolicyChanged{Days: domaintest.AnyNumber(t, 90)},
		account.LimitsChanged{SMS: domaintest.AnyNumber(t, 10), SMSCountries: anyCountries(t)},
		account.JoinLinkDisabled{},
		account.JoinLinkEnabled{},
		counted(anyAdministrator(t), domaintest.AnyNumber(t, 3)),
		uncounted(anyAdministrator(t), domaintest.AnyNumber(t, 3)),
	}).Draw(t, "event")
}

func anyAdministrator(t *rapid.T) domain.PersonID {
	return rapid.SampledFrom([]domain.PersonID{bob, admin.Person, {8}}).Draw(t, "administrator")
}

func optional[T any](t *rapid.T, value T) *T {
	if rapid.Bool().Draw(t, "asked") {
		return &value
	}
	return nil
}

func anyMode(t *rapid.T) account.Mode {
	return rapid.SampledFrom([]account.Mode{account.Public, account.Moderated, ""}).Draw(t, "mode")
}

func anyPlan(t *rapid.T) account.Plan {
	return rapid.SampledFrom(append(account.Plans(), "gold")).Draw(t, "plan")
}

func anyDomains(t *rapid.T) []string {
	return rapid.SliceOfN(rapid.SampledFrom([]string{"a.example", "*.b.example", ""}), 0, 3).Draw(t, "domains")
}

func anyCountries(t *rapid.T) []string {
	return rapid.SliceOfN(rapid.SampledFrom([]string{"GB", "DE", "FR"}), 0, 3).Draw(t, "countries")
}

func anyText(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "Hello", "\xff", "\x00"}).Draw(t, "text")
}
