package engine_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/cmd/usher/engine"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/domain"
)

// otherProgram is another program, which writes to the server that keeps Usher's log.
type otherProgram struct{ node *nodetest.Server }

func (s otherProgram) writes(t *testing.T, stream string, count int) {
	t.Helper()
	for count > 0 {
		events := make([]journal.Proposed, min(count, 1000))
		for i := range events {
			events[i] = journal.Proposed{ID: uuid.New(), Type: "OrderPlaced", JSON: true, Data: []byte(`{"no":1}`)}
		}
		_, _, err := s.node.Log.Append(t.Context(), stream, domain.Any{}, events)
		require.NoError(t, err)
		count -= len(events)
	}
}

// passedBy is where an Usher knows that others alone have written.
func passedBy(t *testing.T, usher *enginetest.Usher) eventstoredb.Passed {
	t.Helper()
	log, is := usher.Log.(*eventstoredb.Log)
	require.True(t, is)
	return log.Passed()
}

// strangersStreams are what other programs call theirs.
func strangersStreams() []string {
	return []string{"order-1", "account-7", "usher.account-7", "usher.log-1", "usher.b.account-" + uuid.NewString(), "$persistentsubscription-order-1::all-checkpoint"}
}

func TestAServerThatIsShared(t *testing.T) {
	none := ""
	for name, prefix := range map[string]*string{"its prefix": nil, "no prefix, as before": &none} {
		t.Run("given a log with "+name+", others' events stop nobody, then and at the next start", func(t *testing.T) {
			usher := enginetest.StartOnEventStoreDBWith(t, func(config *engine.Config) { config.EventStorePrefix = prefix })
			others := otherProgram{usher.Node}
			admin := signUp(t, usher, "acme")
			for _, stream := range strangersStreams() {
				others.writes(t, stream, 300)
			}
			invite(t, admin, "+14155550101")
			usher.Settle(t)
			others.writes(t, "order-1", 2000)
			require.Eventually(t, func() bool { return usher.Ready(t.Context()) == nil }, time.Minute, 10*time.Millisecond)
			usher.Restart(t)
			require.Eventually(t, func() bool { return usher.Ready(t.Context()) == nil }, time.Minute, 10*time.Millisecond)
			invite(t, admin, "+14155550102")
			usher.Settle(t)
			status, answer := admin.do(http.MethodGet, "/invited", "")
			require.Equal(t, http.StatusOK, status)
			require.Contains(t, string(answer), "+14155550102")
		})
	}

	t.Run("given others' events before the first start, it begins behind them", func(t *testing.T) {
		node := nodetest.Start(t)
		for _, stream := range strangersStreams() {
			otherProgram{node}.writes(t, stream, 300)
		}
		otherProgram{node}.writes(t, "account-"+uuid.NewString(), 1)
		usher := enginetest.StartAtNode(t, node)
		signUp(t, usher, "acme")
		usher.Settle(t)
		require.NoError(t, usher.Ready(t.Context()))
	})

	t.Run("given a restart behind others' events, what was passed over is not looked through again", func(t *testing.T) {
		usher := enginetest.StartOnEventStoreDB(t)
		signUp(t, usher, "acme")
		usher.Settle(t)
		otherProgram{usher.Node}.writes(t, "order-1", 3000)
		require.Eventually(t, func() bool {
			passed := passedBy(t, usher)
			return passed.Upto.Commit > passed.After.Commit+2000
		}, time.Minute, 10*time.Millisecond)
		mark, err := usher.Log.Mark(t.Context())
		require.NoError(t, err)
		usher.Restart(t)
		text, err := usher.ReadModels.Found(t.Context(), mark, "passed over")
		require.NoError(t, err)
		var kept eventstoredb.Passed
		require.NoError(t, json.Unmarshal([]byte(text), &kept))
		require.Greater(t, kept.Upto.Commit, kept.After.Commit+2000)
	})

	t.Run("given another prefix than the vault's log has, it says so and does not start", func(t *testing.T) {
		usher := enginetest.StartOnEventStoreDB(t)
		usher.Stop(t)
		for _, other := range []string{"", "other."} {
			config := usher.Config()
			config.EventStorePrefix = &other
			_, err := engine.Open(t.Context(), config)
			require.ErrorContains(t, err, "the streams of this vault's log begin with usher.")
		}
		same, config := eventstoredb.DefaultPrefix, usher.Config()
		config.EventStorePrefix = &same
		opened, err := engine.Open(t.Context(), config)
		require.NoError(t, err)
		require.NoError(t, opened.Close())
	})
}
