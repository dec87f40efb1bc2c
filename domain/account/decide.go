package account

import (
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/usher-engine/usher/domain"
)

// ShortestPassword is the least that any account asks for, in code points.
const ShortestPassword = 12

const (
	maxGreeting    = 2000
	maxDomains     = 1000
	longestMinimum = 64

	defaultInvitationDays = 14
	longestInvitationDays = 90
)

// Decider returns the account's two functions.
func Decider() domain.Decider[State, Command, Event] {
	return domain.Decider[State, Command, Event]{
		Initial: func() State { return State{} },
		Decide:  Decide,
		Evolve:  Evolve,
	}
}

// Decide returns what a command leads to, or a refusal: not_found, slug_taken,
// account_closed, invalid_* where a setting is none, last_administrator, role_changed, or
// what is wrong with the join link (link_superseded, link_disabled, link_expired, link_full).
func Decide(now time.Time, state State, command Command) ([]Event, error) {
	if founding, ok := command.(Found); ok {
		return found(state, founding)
	}
	if !state.Exists() {
		return nil, domain.Refuse(domain.NotFound, "there is no such account")
	}
	if state.Closed && !whileClosed(command) {
		return nil, ErrClosed()
	}
	switch c := command.(type) {
	case Found:
		return found(state, c)
	case Close:
		return closeAccount(state, c)
	case Open:
		return openAccount(state, c)
	case ChangeCompany:
		return changeCompany(state, c), nil
	case NoticeApprovals:
		return noticeApprovals(now, state, c), nil
	case ChangeInviting:
		return changeInviting(state, c)
	case ChangeRegistration:
		return changeRegistration(state, c)
	case ChangePasswordPolicy:
		return changePasswordPolicy(state, c)
	case ChangeInvitationPolicy:
		return changeInvitationPolicy(state, c)
	case ChangeLimits:
		return changeLimits(state, c)
	case ChangePlan:
		return changePlan(state, c)
	case RotateJoinLink:
		return []Event{JoinLinkRotated{Generation: state.JoinLink.Generation + 1}}, nil
	case DisableJoinLink:
		return when(state.JoinLink.Enabled, JoinLinkDisabled{}), nil
	case EnableJoinLink:
		return when(!state.JoinLink.Enabled, JoinLinkEnabled{}), nil
	case LimitJoinLink:
		return limitJoinLink(now, state, c)
	case TakeSeat:
		return takeSeat(now, state, c)
	case ReturnSeat:
		return returnSeat(state, c)
	case CountAdministrator:
		return countAdministrator(state, c)
	case UncountAdministrator:
		return uncountAdministrator(state, c)
	}
	panic("account: unknown command")
}

func found(state State, c Found) ([]Event, error) {
	switch {
	case state.Exists():
		return nil, domain.Refuse(domain.SlugTaken, "an account with this short name exists; choose another").In("slug")
	case !validSlug(c.Slug):
		return nil, domain.Refuse(domain.InvalidSlug,
			"a short name has 2 to 63 characters: a to z, 0 to 9 and hyphens, beginning and ending with a letter or digit").In("slug")
	}
	if c.Language == "" {
		c.Language = "en"
	}
	return []Event{Founded{
		Account: c.Account, Slug: c.Slug, Name: c.Name, Country: c.Country, Language: c.Language,
		Administrator: c.Administrator, Confirmed: c.Confirmed, Personal: c.Details,
	}}, nil
}

func validSlug(slug string) bool {
	return regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$`).MatchString(slug)
}

func changeInviting(state State, c ChangeInviting) ([]Event, error) {
	switch {
	case c.EveryoneMayInvite == state.EveryoneMayInvite:
		return nil, nil
	case c.EveryoneMayInvite:
		return []Event{InvitingOpenedToEveryone{}}, nil
	default:
		return []Event{InvitingLimitedToAdministrators{}}, nil
	}
}

func changeRegistration(state State, c ChangeRegistration) ([]Event, error) {
	var events []Event
	if c.Mode != nil {
		if *c.Mode != Public && *c.Mode != Moderated {
			return nil, domain.Refuse(domain.InvalidMode, `the mode is "public" or "moderated"`).In("mode")
		}
		events = append(events, when(*c.Mode != state.Mode, RegistrationModeChanged{Mode: *c.Mode})...)
	}
	if c.Domains != nil {
		if len(*c.Domains) > maxDomains {
			return nil, domain.Refuse(domain.InvalidDomain, "an account has at most 1,000 domain rules").In("domains")
		}
		events = append(events, when(!slices.Equal(*c.Domains, state.Domains), DomainRulesChanged{Domains: *c.Domains, Confirmed: c.Confirmed})...)
	}
	if c.Greeting != nil {
		if utf8.RuneCountInString(*c.Greeting) > maxGreeting {
			return nil, domain.Refuse(domain.InvalidGreeting, "a greeting has at most 2,000 characters").In("greeting")
		}
		events = append(events, when(*c.Greeting != state.Greeting, GreetingChanged{Greeting: *c.Greeting})...)
	}
	if c.ModerateInvited != nil && *c.ModerateInvited != state.ModerateInvited {
		if *c.ModerateInvited {
			events = append(events, InvitedPeopleModerated{})
		} else {
			events = append(events, InvitedPeopleTrusted{})
		}
	}
	return events, nil
}

func changePasswordPolicy(state State, c ChangePasswordPolicy) ([]Event, error) {
	policy := state.Passwords
	if c.MinimumLength != nil {
		if *c.MinimumLength < ShortestPassword || *c.MinimumLength > longestMinimum {
			return nil, domain.Refuse(domain.InvalidPolicy, "the minimum length of passwords is between 12 and 64").In("minimum_length")
		}
		policy.MinimumLength = *c.MinimumLength
	}
	if c.MailedPasswords != nil {
		policy.MailedPasswords = *c.MailedPasswords
	}
	return when(policy != state.Passwords, PasswordPolicyChanged(policy)), nil
}

func changeInvitationPolicy(state State, c ChangeInvitationPolicy) ([]Event, error) {
	if c.Days < 1 || c.Days > longestInvitationDays {
		return nil, domain.Refuse(domain.InvalidDays, "invitations last between 1 and 90 days").In("days")
	}
	return when(c.Days != state.InvitationDays, InvitationPolicyChanged(c)), nil
}

func changePlan(state State, c ChangePlan) ([]Event, error) {
	if !slices.Contains(Plans(), c.Plan) {
		return nil, domain.Refuse(domain.InvalidPlan, "the plans are free, crm+, project+, standard and professional").In("plan")
	}
	return when(c.Plan != state.Plan, PlanChanged(c)), nil
}

// when is the event where something changes, and nothing where it is already so.
func when(changes bool, event Event) []Event {
	if !changes {
		return nil
	}
	return []Event{event}
}
