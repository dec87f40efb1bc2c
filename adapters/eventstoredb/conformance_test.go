package eventstoredb_test

import (
	"os"
	"testing"

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
	connection func(t *testing.T) string
}

func targets() []target {
	all := []target{{
		name:       "our own node",
		limits:     storetest.LogLimits{Sparse: true, Lingering: []goleak.Option{clock()}},
		connection: func(t *testing.T) string { return nodetest.Start(t).Connection },
	}}
	if connection := os.Getenv(realServer); connection != "" {
		all = append(all, target{
			name:       "the server of " + realServer,
			limits:     storetest.LogLimits{Sparse: true, Shared: true},
			connection: func(*testing.T) string { return connection },
		})
	}
	return all
}

func TestConformance(t *testing.T) {
	for _, target := range targets() {
		t.Run("given "+target.name, func(t *testing.T) {
			storetest.Log(t, target.limits, func(t *testing.T) journal.Log {
				return open(t, target.connection(t), eventstoredb.Options{})
			})
		})
	}
}
