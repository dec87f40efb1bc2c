package account_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/domaintest"
)

func takeSeat(who byte, generation uint64) account.TakeSeat {
	return account.TakeSeat{Generation: generation, Person: domain.PersonID{who}, Slot: domain.Slot{who}}
}

func seatTaken(who byte, seat int) account.JoinSeatTaken {
	return account.JoinSeatTaken{Generation: 1, Seat: seat, Person: domain.PersonID{who}, Slot: domain.Slot{who}, At: domaintest.Now()}
}

func TestLimitingTheJoinLink(t *testing.T) {
	tomorrow := domaintest.Now().Add(24 * time.Hour)
	kitchen := domain.DepartmentID{7}
	all := account.JoinLinkLimited{ExpiresAt: tomorrow, MaxUses: 10, Department: kitchen}
	t.Run("given limits, they replace those before", func(t *testing.T) {
		given(t, founded("acme")).When(account.LimitJoinLink{ExpiresAt: &tomorrow, MaxUses: new(10), Department: &kitchen}).Then(all)
	})
	t.Run("given one limit, the others stay", func(t *testing.T) {
		given(t, founded("acme"), all).When(account.LimitJoinLink{MaxUses: new(3)}).
			Then(account.JoinLinkLimited{ExpiresAt: tomorrow, MaxUses: 3, Department: kitchen})
	})
	t.Run("given zero, that limit is lifted", func(t *testing.T) {
		given(t, founded("acme"), all).When(account.LimitJoinLink{ExpiresAt: new(time.Time{})}).Then(account.JoinLinkLimited{MaxUses: 10, Department: kitchen})
		given(t, founded("acme"), all).When(account.LimitJoinLink{MaxUses: new(0)}).Then(account.JoinLinkLimited{ExpiresAt: tomorrow, Department: kitchen})
		given(t, founded("acme"), all).When(account.LimitJoinLink{Department: new(domain.DepartmentID{})}).Then(account.JoinLinkLimited{ExpiresAt: tomorrow, MaxUses: 10})
	})
	t.Run("given nothing, or the same limits, it is quiet", func(t *testing.T) {
		given(t, founded("acme"), all).When(account.LimitJoinLink{}).ThenNothing()
		given(t, founded("acme"), all).When(account.LimitJoinLink{ExpiresAt: new(tomorrow.In(time.FixedZone("there", 3600))), MaxUses: new(10)}).ThenNothing()
	})
	t.Run("given an end that has come, it may stay beside another limit", func(t *testing.T) {
		past := domaintest.Now().Add(-time.Hour)
		given(t, founded("acme"), account.JoinLinkLimited{ExpiresAt: past}).When(account.LimitJoinLink{ExpiresAt: &past, MaxUses: new(3)}).
			Then(account.JoinLinkLimited{ExpiresAt: past, MaxUses: 3})
	})
	t.Run("given what cannot be, it refuses", func(t *testing.T) {
		given(t, founded("acme")).When(account.LimitJoinLink{MaxUses: new(-1)}).ThenRefused(domain.InvalidLimit)
		given(t, founded("acme")).When(account.LimitJoinLink{MaxUses: new(10_001)}).ThenRefused(domain.InvalidLimit)
		given(t, founded("acme")).When(account.LimitJoinLink{ExpiresAt: new(domaintest.Now())}).ThenRefused(domain.InvalidLimit)
	})
	t.Run("given a rotation, the new link never expires, and keeps how often it may be used", func(t *testing.T) {
		link := account.Decider().Fold(account.State{}, founded("acme"), account.JoinLinkLimited{ExpiresAt: tomorrow, MaxUses: 1, Department: kitchen},
			seatTaken(1, 1), account.JoinLinkRotated{Generation: 2}).JoinLink
		require.Equal(t, account.JoinLink{Enabled: true, Generation: 2, MaxUses: 1, Department: kitchen, LastSeat: 1}, link)
	})
}

func TestTakingASeat(t *testing.T) {
	limited := account.JoinLinkLimited{MaxUses: 1}
	t.Run("given a limited link, the seat is numbered for ever", func(t *testing.T) {
		given(t, founded("acme"), limited).When(takeSeat(1, 1)).Then(seatTaken(1, 1))
		given(t, founded("acme"), limited, seatTaken(1, 1), account.JoinSeatReturned{Seat: 1}).When(takeSeat(2, 1)).Then(seatTaken(2, 2))
	})
	t.Run("given a seat, the same person gets the same again", func(t *testing.T) {
		given(t, founded("acme"), limited, seatTaken(1, 1)).When(takeSeat(1, 1)).ThenNothing()
	})
	t.Run("given a link without limit, nothing is counted", func(t *testing.T) {
		given(t, founded("acme")).When(takeSeat(1, 1)).ThenNothing()
	})
	t.Run("given that all are taken, it refuses", func(t *testing.T) {
		given(t, founded("acme"), limited, seatTaken(1, 1)).When(takeSeat(2, 1)).ThenRefused(domain.LinkFull)
	})
	t.Run("given a link that is dead, it says why", func(t *testing.T) {
		given(t, founded("acme"), limited, account.JoinLinkRotated{Generation: 2}).When(takeSeat(1, 1)).ThenRefused(domain.LinkSuperseded)
		given(t, founded("acme"), limited, account.JoinLinkDisabled{}).When(takeSeat(1, 1)).ThenRefused(domain.LinkDisabled)
		given(t, founded("acme"), account.JoinLinkLimited{MaxUses: 1, ExpiresAt: domaintest.Now()}).When(takeSeat(1, 1)).ThenRefused(domain.LinkExpired)
	})
	t.Run("given a seat, it can be returned once", func(t *testing.T) {
		given(t, founded("acme"), limited, seatTaken(1, 1)).When(account.ReturnSeat{Seat: 1}).Then(account.JoinSeatReturned{Seat: 1, Person: domain.PersonID{1}})
		given(t, founded("acme"), limited).When(account.ReturnSeat{Seat: 1}).ThenNothing()
	})
}

func TestNeverMoreSeatsThanTheLinkHas(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		for _, told := range domaintest.Tell(t, account.Decider(), anyCommand) {
			for _, event := range told.Events {
				if _, taken := event.(account.JoinSeatTaken); taken && len(told.After.JoinLink.Seats) > told.After.JoinLink.MaxUses {
					t.Fatalf("%d seats of %d", len(told.After.JoinLink.Seats), told.After.JoinLink.MaxUses)
				}
			}
		}
	})
}
