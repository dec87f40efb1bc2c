package account

// Evolve returns the account after one more event.
func Evolve(state State, event Event) State {
	switch e := event.(type) {
	case Founded:
		return State{
			Account: e.Account, Slug: e.Slug, Name: e.Name, Country: e.Country, Language: e.Language,
			TimeZone: defaultTimeZone,
			Founder:  e.Administrator, Plan: Free, Mode: Moderated, InvitationDays: defaultInvitationDays,
			Passwords:    PasswordPolicy{MinimumLength: ShortestPassword, MailedPasswords: true},
			JoinLink:     JoinLink{Enabled: true, Generation: 1},
			Limits:       DefaultLimits(),
			Appointments: []Appointment{{Person: e.Administrator.Person, N: 1, Counted: true}},
		}
	case Renamed:
		state.Name = e.Name
	case CountryChanged:
		state.Country = e.Country
	case LanguageChanged:
		state.Language = e.Language
	case TimeZoneChanged:
		state.TimeZone = e.TimeZone
	case ApprovalsNoticed:
		state.Notice = Notice{Arrivals: e.Arrivals, At: e.At}
	case Closed:
		state.Closed = true
	case Opened:
		state.Closed = false
	case InvitingOpenedToEveryone:
		state.EveryoneMayInvite = true
	case InvitingLimitedToAdministrators:
		state.EveryoneMayInvite = false
	case RegistrationModeChanged:
		state.Mode = e.Mode
	case DomainRulesChanged:
		state.Domains = e.Domains
	case GreetingChanged:
		state.Greeting = e.Greeting
	case InvitedPeopleModerated:
		state.ModerateInvited = true
	case InvitedPeopleTrusted:
		state.ModerateInvited = false
	case PasswordPolicyChanged:
		state.Passwords = PasswordPolicy(e)
	case InvitationPolicyChanged:
		state.InvitationDays = e.Days
	case LimitsChanged:
		state.Limits = Limits(e)
	case PlanChanged:
		state.Plan = e.Plan
	case JoinLinkRotated:
		state.JoinLink = state.JoinLink.rotated(e.Generation)
	case JoinLinkLimited:
		state.JoinLink = state.JoinLink.limited(e)
	case JoinSeatTaken:
		state.JoinLink = state.JoinLink.taken(e)
	case JoinSeatReturned:
		state.JoinLink = state.JoinLink.returned(e)
	case JoinLinkDisabled:
		state.JoinLink.Enabled = false
	case JoinLinkEnabled:
		state.JoinLink.Enabled = true
	case AdministratorCounted:
		state = state.appoint(Appointment{Person: e.Person, N: e.N, Counted: true})
	case AdministratorUncounted:
		state = state.appoint(Appointment{Person: e.Person, N: e.N})
	}
	return state
}
