package eventstoredb_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
)

// TestMain finds goroutines that are left behind, except those of the proxy
// that injects faults, which leaves some of its own.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2/toxics.(*ToxicStub).Run"),
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2.(*ToxicLink).read"),
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2.(*ToxicLink).write"))
}

func open(t *testing.T, connection string, options eventstoredb.Options) *eventstoredb.Log {
	t.Helper()
	log, err := eventstoredb.Open(t.Context(), connection, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	return log
}

func proposed(count int) []journal.Proposed {
	events := make([]journal.Proposed, count)
	for i := range events {
		events[i] = journal.Proposed{ID: uuid.New(), Type: "person.changed", JSON: true, Data: []byte(`{"number":1}`), Metadata: []byte(`{}`)}
	}
	return events
}
