package moving_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/moving"
)

// overTheWire opens a log at a node.
func overTheWire(t *testing.T, node *nodetest.Server) *eventstoredb.Log {
	t.Helper()
	log, err := eventstoredb.Open(t.Context(), node.Connection, eventstoredb.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	return log
}

func TestThereAndBackAgain(t *testing.T) {
	source, target := embedded(t), embedded(t)
	written(t, source, seeded(11), soak(2000))
	there := overTheWire(t, nodetest.Start(t))

	began := time.Now()
	receipt, err := moving.Copy(t.Context(), source, there, moving.Options{})
	require.NoError(t, err)
	t.Logf("%d events over the wire and compared in %s", receipt.Events, time.Since(began))
	began = time.Now()
	back, err := moving.Copy(t.Context(), there, target, moving.Options{})
	require.NoError(t, err)
	t.Logf("and back in %s", time.Since(began))

	require.Equal(t, receipt.Digest, back.Digest)
	require.Equal(t, receipt.Streams, back.Streams)
	before, after := everything(t, source), everything(t, target)
	require.Len(t, after, len(before))
	for i := range before {
		require.Equal(t, before[i], after[i])
	}
}
