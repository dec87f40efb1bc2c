package account_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

func TestCloseAndOpen(t *testing.T) {
	closing, opening := account.Close{Grounds: "unpaid"}, account.Open{Grounds: "paid"}
	closed, opened := account.Closed{Grounds: "unpaid"}, account.Opened{Grounds: "paid"}
	t.Run("an account is closed, and opened again, as often as need be", func(t *testing.T) {
		given(t).When(closing).Then(closed)
		given(t, closed).When(opening).Then(opened)
		given(t, closed, opened).When(closing).Then(closed)
	})
	t.Run("it is quiet where it is already so", func(t *testing.T) {
		given(t, closed).When(closing).ThenNothing()
		given(t).When(opening).ThenNothing()
		given(t, closed, opened).When(opening).ThenNothing()
	})
	t.Run("why is said each time", func(t *testing.T) {
		given(t).When(account.Close{}).ThenRefused(domain.InvalidReason)
		given(t, closed).When(account.Open{}).ThenRefused(domain.InvalidReason)
	})
	t.Run("an account that there is not is neither", func(t *testing.T) {
		givenNothing(t).When(closing).ThenRefused(domain.NotFound)
		givenNothing(t).When(opening).ThenRefused(domain.NotFound)
	})
}

func TestAClosedAccount(t *testing.T) {
	closed := account.Closed{Grounds: "unpaid"}
	mode, text, number := account.Public, "Welcome", 20
	for name, command := range map[string]account.Command{
		"does not change inviting":        account.ChangeInviting{EveryoneMayInvite: true},
		"does not change registration":    account.ChangeRegistration{Mode: &mode, Greeting: &text},
		"does not change passwords":       account.ChangePasswordPolicy{MinimumLength: &number},
		"does not change how long":        account.ChangeInvitationPolicy{Days: 3},
		"does not change limits":          account.ChangeLimits{SMS: &number},
		"does not rotate the join link":   account.RotateJoinLink{},
		"does not disable the join link":  account.DisableJoinLink{},
		"does not enable the join link":   account.EnableJoinLink{},
		"does not limit the join link":    account.LimitJoinLink{MaxUses: new(3)},
		"gives out no seat":               takeSeat(5, 1),
		"takes nobody's role away":        uncount(admin.Person, 1),
		"refuses even what is so already": account.EnableJoinLink{},
	} {
		t.Run(name, func(t *testing.T) {
			given(t, closed).When(command).ThenRefused(domain.AccountClosed)
		})
	}
	t.Run("has its plan changed by the operator", func(t *testing.T) {
		given(t, closed).When(account.ChangePlan{Plan: account.Standard}).Then(account.PlanChanged{Plan: account.Standard})
	})
	t.Run("finishes what was decided before", func(t *testing.T) {
		given(t, closed).When(count(bob, 1)).Then(counted(bob, 1))
		limited, seat := account.JoinLinkLimited{MaxUses: 3}, seatTaken(5, 1)
		given(t, limited, seat, closed).When(account.ReturnSeat{Seat: 1}).Then(account.JoinSeatReturned{Seat: 1, Person: domain.PersonID{5}})
	})
	t.Run("is as it was once it is open", func(t *testing.T) {
		before := account.Decider().Fold(account.State{}, founded("acme"), account.RegistrationModeChanged{Mode: account.Public})
		after := account.Decider().Fold(before, closed, account.Opened{Grounds: "paid"})
		require.Equal(t, before, after)
	})
}
