package account_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

func TestFound(t *testing.T) {
	t.Run("given nothing, it begins the account with its administrator", func(t *testing.T) {
		givenNothing(t).When(found("acme")).Then(founded("acme"))
	})
	t.Run("without a language it speaks English", func(t *testing.T) {
		silent := found("acme")
		silent.Language = ""
		givenNothing(t).When(silent).Then(founded("acme"))
	})
	for _, slug := range []string{"a1", "0-9", "a--b", strings.Repeat("a", 63)} {
		t.Run("it accepts the short name "+slug, func(t *testing.T) { givenNothing(t).When(found(slug)).Then(founded(slug)) })
	}
	for _, slug := range []string{
		"", "a", "-ab", "ab-", "Acme", "ac me", "acme\n", "acmé", "a.b", "a/b", "a_b", strings.Repeat("a", 64),
	} {
		t.Run("it refuses the short name "+slug, func(t *testing.T) {
			givenNothing(t).When(found(slug)).ThenRefused(domain.InvalidSlug)
		})
	}
	t.Run("given an account, it refuses to begin it again", func(t *testing.T) {
		given(t).When(found("acme")).ThenRefused(domain.SlugTaken)
	})
}

func TestNothingChangesAnAccountThatThereIsNot(t *testing.T) {
	for name, command := range map[string]account.Command{
		"change inviting":        account.ChangeInviting{EveryoneMayInvite: true},
		"change registration":    account.ChangeRegistration{},
		"change password policy": account.ChangePasswordPolicy{},
		"change plan":            account.ChangePlan{Plan: account.Standard},
		"rotate join link":       account.RotateJoinLink{},
		"disable join link":      account.DisableJoinLink{},
		"enable join link":       account.EnableJoinLink{},
	} {
		t.Run(name+" is refused", func(t *testing.T) { givenNothing(t).When(command).ThenRefused(domain.NotFound) })
	}
}

func TestANewAccountIsCautious(t *testing.T) {
	state := account.Decider().Fold(account.State{}, founded("acme"))
	require.True(t, state.Exists())
	require.False(t, state.EveryoneMayInvite, "only administrators invite (S3)")
	require.Equal(t, account.Moderated, state.Mode)
	require.False(t, state.ModerateInvited, "an invitation is its own approval (D1)")
	require.Equal(t, account.Free, state.Plan)
	require.Equal(t, account.PasswordPolicy{MinimumLength: 12, MailedPasswords: true}, state.Passwords)
	require.Equal(t, account.JoinLink{Enabled: true, Generation: 1}, state.JoinLink)
	require.Empty(t, state.Domains)
	require.Empty(t, state.Greeting)
}

func TestChangeInviting(t *testing.T) {
	everyone, administrators := account.ChangeInviting{EveryoneMayInvite: true}, account.ChangeInviting{}
	t.Run("everyone can be allowed to invite", func(t *testing.T) {
		given(t).When(everyone).Then(account.InvitingOpenedToEveryone{})
	})
	t.Run("and administrators alone again", func(t *testing.T) {
		given(t, account.InvitingOpenedToEveryone{}).When(administrators).Then(account.InvitingLimitedToAdministrators{})
	})
	t.Run("it is quiet where it is already so", func(t *testing.T) {
		given(t).When(administrators).ThenNothing()
		given(t, account.InvitingOpenedToEveryone{}).When(everyone).ThenNothing()
		given(t, account.InvitingOpenedToEveryone{}, account.InvitingLimitedToAdministrators{}).When(administrators).ThenNothing()
	})
}

func TestChangeRegistration(t *testing.T) {
	mode := func(m account.Mode) account.Command { return account.ChangeRegistration{Mode: &m} }
	domains := func(d ...string) account.Command { return account.ChangeRegistration{Domains: &d} }
	greeting := func(g string) account.Command { return account.ChangeRegistration{Greeting: &g} }
	moderateInvited := func(m bool) account.Command { return account.ChangeRegistration{ModerateInvited: &m} }

	t.Run("each setting changes alone", func(t *testing.T) {
		given(t).When(mode(account.Public)).Then(account.RegistrationModeChanged{Mode: account.Public})
		given(t).When(domains("acme.example")).Then(account.DomainRulesChanged{Domains: []string{"acme.example"}})
		given(t).When(greeting("Hello")).Then(account.GreetingChanged{Greeting: "Hello"})
		given(t).When(moderateInvited(true)).Then(account.InvitedPeopleModerated{})
		given(t, account.InvitedPeopleModerated{}).When(moderateInvited(false)).Then(account.InvitedPeopleTrusted{})
	})
	t.Run("several change at once, and only those that differ", func(t *testing.T) {
		moderated, rules, text, yes := account.Moderated, []string{"acme.example"}, "Hello", true
		given(t).When(account.ChangeRegistration{Mode: &moderated, Domains: &rules, Greeting: &text, ModerateInvited: &yes}).Then(
			account.DomainRulesChanged{Domains: rules}, account.GreetingChanged{Greeting: "Hello"}, account.InvitedPeopleModerated{})
	})
	t.Run("it is quiet where it is already so, and where nothing is asked", func(t *testing.T) {
		given(t).When(account.ChangeRegistration{}).ThenNothing()
		given(t).When(mode(account.Moderated)).ThenNothing()
		given(t, account.RegistrationModeChanged{Mode: account.Public}).When(mode(account.Public)).ThenNothing()
		given(t).When(domains()).ThenNothing()
		given(t, account.DomainRulesChanged{Domains: []string{"a.example", "b.example"}}).When(domains("a.example", "b.example")).ThenNothing()
		given(t, account.GreetingChanged{Greeting: "Hello"}).When(greeting("Hello")).ThenNothing()
		given(t).When(moderateInvited(false)).ThenNothing()
		given(t, account.InvitedPeopleModerated{}).When(moderateInvited(true)).ThenNothing()
	})
	t.Run("rules and greeting can be taken away again", func(t *testing.T) {
		given(t, account.DomainRulesChanged{Domains: []string{"a.example"}}).When(domains()).Then(account.DomainRulesChanged{})
		given(t, account.GreetingChanged{Greeting: "Hello"}).When(greeting("")).Then(account.GreetingChanged{})
	})
	t.Run("it refuses a mode that there is not", func(t *testing.T) {
		given(t).When(mode("")).ThenRefused(domain.InvalidMode)
		given(t).When(mode("PUBLIC")).ThenRefused(domain.InvalidMode)
	})
	t.Run("it refuses one domain rule too many", func(t *testing.T) {
		given(t).When(domains(make([]string, 1001)...)).ThenRefused(domain.InvalidDomain)
		given(t).When(domains(make([]string, 1000)...)).Then(account.DomainRulesChanged{Domains: make([]string, 1000)})
	})
	t.Run("it counts the greeting in characters, and refuses one too many", func(t *testing.T) {
		longest := strings.Repeat("é", 2000)
		given(t).When(greeting(longest)).Then(account.GreetingChanged{Greeting: longest})
		given(t).When(greeting(longest + "é")).ThenRefused(domain.InvalidGreeting)
	})
	t.Run("one setting that is refused keeps the others from changing", func(t *testing.T) {
		public, long := account.Public, strings.Repeat("x", 2001)
		given(t).When(account.ChangeRegistration{Mode: &public, Greeting: &long}).ThenRefused(domain.InvalidGreeting)
	})
}

func TestChangeInvitationPolicy(t *testing.T) {
	last := func(days int) account.Command { return account.ChangeInvitationPolicy{Days: days} }
	t.Run("given another number of days, later invitations last as long", func(t *testing.T) {
		given(t, founded("acme")).When(last(30)).Then(account.InvitationPolicyChanged{Days: 30})
	})
	t.Run("given the same number, it is quiet", func(t *testing.T) {
		given(t, founded("acme")).When(last(14)).ThenNothing()
	})
	t.Run("given less than a day or more than 90, it refuses", func(t *testing.T) {
		given(t, founded("acme")).When(last(0)).ThenRefused(domain.InvalidDays)
		given(t, founded("acme")).When(last(91)).ThenRefused(domain.InvalidDays)
	})
}

func TestChangePasswordPolicy(t *testing.T) {
	minimum := func(n int) account.Command { return account.ChangePasswordPolicy{MinimumLength: &n} }
	mailed := func(m bool) account.Command { return account.ChangePasswordPolicy{MailedPasswords: &m} }

	t.Run("what is not asked for stays as it was", func(t *testing.T) {
		given(t).When(minimum(15)).Then(account.PasswordPolicyChanged{MinimumLength: 15, MailedPasswords: true})
		given(t).When(mailed(false)).Then(account.PasswordPolicyChanged{MinimumLength: 12})
		given(t, account.PasswordPolicyChanged{MinimumLength: 20}).When(mailed(true)).
			Then(account.PasswordPolicyChanged{MinimumLength: 20, MailedPasswords: true})
	})
	t.Run("it is quiet where it is already so, and where nothing is asked", func(t *testing.T) {
		given(t).When(account.ChangePasswordPolicy{}).ThenNothing()
		given(t).When(minimum(12)).ThenNothing()
		given(t).When(mailed(true)).ThenNothing()
	})
	t.Run("it refuses a minimum outside of 12 to 64", func(t *testing.T) {
		for _, n := range []int{-1, 0, 11, 65, 1 << 40} {
			given(t).When(minimum(n)).ThenRefused(domain.InvalidPolicy)
		}
		given(t).When(minimum(64)).Then(account.PasswordPolicyChanged{MinimumLength: 64, MailedPasswords: true})
	})
}

func TestChangePlan(t *testing.T) {
	t.Run("each plan can be subscribed to, and only the free one writes no messages", func(t *testing.T) {
		for _, plan := range account.Plans()[1:] {
			given(t).When(account.ChangePlan{Plan: plan}).Then(account.PlanChanged{Plan: plan})
			require.True(t, plan.MayEditMessage(), "%s (S32)", plan)
		}
		given(t, account.PlanChanged{Plan: account.Standard}).When(account.ChangePlan{Plan: account.Free}).Then(account.PlanChanged{Plan: account.Free})
		require.False(t, account.Free.MayEditMessage())
	})
	t.Run("it is quiet where it is already so", func(t *testing.T) {
		given(t).When(account.ChangePlan{Plan: account.Free}).ThenNothing()
	})
	t.Run("it refuses a plan that there is not", func(t *testing.T) {
		given(t).When(account.ChangePlan{Plan: "gold"}).ThenRefused(domain.InvalidPlan)
		given(t).When(account.ChangePlan{}).ThenRefused(domain.InvalidPlan)
		require.False(t, account.Plan("gold").MayEditMessage())
	})
}

func TestTheJoinLink(t *testing.T) {
	rotated := account.JoinLinkRotated{Generation: 2}
	t.Run("each rotation is the next generation", func(t *testing.T) {
		given(t).When(account.RotateJoinLink{}).Then(rotated)
		given(t, rotated).When(account.RotateJoinLink{}).Then(account.JoinLinkRotated{Generation: 3})
	})
	t.Run("a closed link can be rotated, and stays closed", func(t *testing.T) {
		given(t, account.JoinLinkDisabled{}).When(account.RotateJoinLink{}).Then(rotated)
		given(t, account.JoinLinkDisabled{}, rotated).When(account.DisableJoinLink{}).ThenNothing()
	})
	t.Run("it closes and opens", func(t *testing.T) {
		given(t).When(account.DisableJoinLink{}).Then(account.JoinLinkDisabled{})
		given(t, account.JoinLinkDisabled{}).When(account.EnableJoinLink{}).Then(account.JoinLinkEnabled{})
	})
	t.Run("it is quiet where it is already so", func(t *testing.T) {
		given(t).When(account.EnableJoinLink{}).ThenNothing()
		given(t, account.JoinLinkDisabled{}).When(account.DisableJoinLink{}).ThenNothing()
	})
}

func TestRuleFor(t *testing.T) {
	state := account.State{Domains: []string{"acme.example", "*.acme.test", "xn--bcher-kva.example"}}
	for emailDomain, rule := range map[string]string{
		"acme.example":          "acme.example",
		"mail.acme.example":     "",
		"evilacme.example":      "",
		"acme.example.evil":     "",
		"a.acme.test":           "*.acme.test",
		"a.b.acme.test":         "*.acme.test",
		"acme.test":             "",
		"evilacme.test":         "",
		"*.acme.test":           "*.acme.test", // no address has such a domain
		"xn--bcher-kva.example": "xn--bcher-kva.example",
		"":                      "",
	} {
		t.Run("of the domain "+emailDomain, func(t *testing.T) { require.Equal(t, rule, state.RuleFor(emailDomain, "")) })
	}
	t.Run("of names that anybody registers below a domain, no rule for all below it takes any", func(t *testing.T) {
		require.Equal(t, "*.acme.test", state.RuleFor("a.acme.test", "test"))
		require.Empty(t, state.RuleFor("evil.shop.acme.test", "shop.acme.test"))
		require.Empty(t, state.RuleFor("evil.acme.test", "acme.test"))
		require.Equal(t, "acme.example", state.RuleFor("acme.example", "acme.example"), "that domain alone is its owner's")
	})
	t.Run("without rules no domain meets one", func(t *testing.T) { require.Empty(t, account.State{}.RuleFor("acme.example", "")) })
}
