package eventstoredb_test

import (
	"os"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/storetest"
)

// realServer names the variable with the connection string of a server to test
// against besides our own node. It may hold events and be used by others.
const realServer = "USHER_TEST_EVENTSTOREDB"

// target is a server that holds the log.
type target struct {
	name       string
	limits     storetest.LogLimits
	prefix     func() string
	connection func(t *testing.T) string
	crowded    bool // others write there, too
}

func targets() []target {
	ownNode := storetest.LogLimits{Sparse: true, UshersOnly: true, Lingering: []goleak.Option{clock()}}
	fixed := func(prefix string) func() string { return func() string { return prefix } }
	all := []target{
		{
			name: "our own node, and a log without a prefix", limits: ownNode, prefix: fixed(""),
			connection: func(t *testing.T) string { return nodetest.Start(t).Connection },
		},
		{
			name: "our own node, and a log with one", limits: ownNode, prefix: fixed("usher."),
			connection: func(t *testing.T) string { return nodetest.Start(t).Connection },
		},
		{
			name: "a node full of others' events, to which more come", limits: ownNode, prefix: fixed("usher."),
			connection: func(t *testing.T) string { return nodetest.Start(t).Connection }, crowded: true,
		},
	}
	if connection := os.Getenv(realServer); connection != "" {
		all = append(all, target{
			name: "the server of " + realServer, prefix: func() string { return "test." + uuid.NewString()[:8] + "." },
			limits:     storetest.LogLimits{Sparse: true, UshersOnly: true},
			connection: func(*testing.T) string { return connection },
		})
	}
	return all
}

func TestConformance(t *testing.T) {
	for _, target := range targets() {
		t.Run("given "+target.name, func(t *testing.T) {
			storetest.Log(t, target.limits, func(t *testing.T) journal.Log {
				connection := target.connection(t)
				if !target.crowded {
					return begin(t, connection, target.prefix(), unhurried())
				}
				others := another(t, connection)
				others.writesEverywhere(200)
				return crowd{begin(t, connection, target.prefix(), unhurried()), others}
			})
		})
	}
}

// unhurried gives a slow machine its time: a call that takes too long would have
// another connection made, which is there until the log is closed.
func unhurried() eventstoredb.Options {
	return eventstoredb.Options{Attempt: 30 * time.Second, Patience: time.Minute}
}

// begin opens a new log with a prefix.
func begin(t *testing.T, connection, prefix string, options eventstoredb.Options) *eventstoredb.Log {
	t.Helper()
	log, err := eventstoredb.Open(t.Context(), connection, prefix, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	require.NoError(t, log.Claim(t.Context(), uuid.New()))
	return log
}
