package joinlink_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections/joinlink"
	"github.com/usher-engine/usher/projections/projectionstest"
)

func TestUses(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	require.NoError(t, company.InviteByEmail("anna", domain.BatchID{1}, domain.DepartmentID{}))
	require.NoError(t, company.Redeem("anna", "Anna", "Smith"))
	require.NoError(t, company.Register("ben", "Ben", "Miller"))
	require.NoError(t, company.Register("cleo", "Cleo", "Jones"))
	require.NoError(t, company.Do("cleo", person.Reject{By: company.Founder}))
	require.NoError(t, company.Register("cleo", "Cleo", "Jones")) // is one person still
	require.NoError(t, company.Change(account.RotateJoinLink{}))
	require.NoError(t, company.Register("dora", "Dora", "Evans"))

	reader := projectionstest.Reader(t, company.Events, joinlink.View())
	for generation, want := range map[uint64]int{1: 2, 2: 1, 3: 0} {
		uses, err := joinlink.Uses(t.Context(), reader, company.ID, generation)
		require.NoError(t, err)
		require.Equal(t, want, uses, "generation %d", generation)
	}
}

func TestALateForfeitOfAnOldSeatKeepsTheNewOneInSight(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	take := func(generation uint64) {
		require.NoError(t, company.Change(account.TakeSeat{Generation: generation, Person: company.Person("ben"), Slot: company.Slot("ben")}))
	}
	require.NoError(t, company.Change(account.LimitJoinLink{MaxUses: new(5)}))
	take(1)
	require.NoError(t, company.Change(account.RotateJoinLink{}))
	take(2)
	require.NoError(t, company.Do("ben", person.ForfeitSeat{Slot: company.Slot("ben"), Seat: 1}))
	idle, err := joinlink.Idle(t.Context(), projectionstest.Reader(t, company.Events, joinlink.Seats()), company.Now.Add(time.Hour), 10)
	require.NoError(t, err)
	require.Len(t, idle, 1)
	require.Equal(t, 2, idle[0].Seat)
}
