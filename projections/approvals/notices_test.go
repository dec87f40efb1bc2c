package approvals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections/approvals"
	"github.com/usher-engine/usher/projections/projectionstest"
)

func TestNotices(t *testing.T) {
	log := projectionstest.NewLog()
	acme, mill := projectionstest.Found(log, "acme"), projectionstest.Found(log, "mill")
	due := func(at time.Time) (arrivals []int) {
		t.Helper()
		found, err := approvals.Due(t.Context(), projectionstest.Reader(t, log.Events, approvals.Notices()), at, 10)
		require.NoError(t, err)
		for _, one := range found {
			require.Contains(t, []any{acme.ID, mill.ID}, one.Account)
			arrivals = append(arrivals, one.Arrivals)
		}
		return arrivals
	}
	require.Empty(t, due(log.Now))
	require.NoError(t, acme.Register("anna", "Anna", "Smith"))
	require.NoError(t, acme.Register("boris", "Boris", "Smith"))
	require.NoError(t, mill.InviteByEmail("clara", [16]byte{1}, [16]byte{}))
	require.Equal(t, []int{2}, due(log.Now), "who waits is news, who is invited is none")
	noticedAt := log.Now
	require.NoError(t, acme.Change(account.NoticeApprovals{Arrivals: 2, Waiting: 2}))
	require.Empty(t, due(noticedAt.AddDate(1, 0, 0)))
	require.NoError(t, acme.Do("anna", person.Reject{By: acme.Founder}))
	require.NoError(t, acme.Register("dmitri", "Dmitri", "Smith"))
	require.Empty(t, due(noticedAt.Add(time.Hour-time.Second)))
	require.Equal(t, []int{3}, due(noticedAt.Add(time.Hour+time.Second)))
	require.NoError(t, acme.Change(account.Close{Grounds: "unpaid"}))
	require.Empty(t, due(noticedAt.Add(2*time.Hour)))
	require.NoError(t, acme.Change(account.Open{Grounds: "paid"}))
	require.NoError(t, mill.Register("emily", "Emily", "Smith"))
	require.ElementsMatch(t, []int{1, 3}, due(noticedAt.Add(2*time.Hour)))
}
