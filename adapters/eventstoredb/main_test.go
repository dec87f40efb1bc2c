package eventstoredb_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
)

// clock is a goroutine by which the node's filters bound their time; it stops
// by itself when none was used for a second.
func clock() goleak.Option {
	return goleak.IgnoreAnyFunction("github.com/dlclark/regexp2.runClock")
}

// TestMain finds goroutines that are left behind, except those of the proxy
// that injects faults, which leaves some of its own.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, clock(),
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2/toxics.(*ToxicStub).Run"),
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2.(*ToxicLink).read"),
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2.(*ToxicLink).write"))
}

func open(t *testing.T, connection string, options eventstoredb.Options) *eventstoredb.Log {
	t.Helper()
	log, err := eventstoredb.Open(t.Context(), connection, "", options)
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

// person1 and person2 are streams.
const (
	person1 = "person-00000000-0000-4000-8000-000000000001"
	person2 = "person-00000000-0000-4000-8000-000000000002"
)
