package engine_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestCrowd starts an Usher where others have written a million events, and again
// when they have written as many more. What it takes is told, and held to in make
// soak; otherwise there are fewer.
func TestCrowd(t *testing.T) {
	events, measured := 20_000, os.Getenv("USHER_SOAK") != ""
	if measured {
		events = 1_000_000
	}
	took := func(start func()) time.Duration {
		began := time.Now()
		start()
		return time.Since(began)
	}
	alone := enginetest.StartOnEventStoreDB(t)
	signUp(t, alone, "acme")
	alone.Settle(t)
	alone.Stop(t)
	quiet := took(func() { alone.Restart(t) })

	node := nodetest.Start(t)
	otherProgram{node}.writes(t, "order-1", events)
	var usher *enginetest.Usher
	first := took(func() { usher = enginetest.StartAtNode(t, node) })
	signUp(t, usher, "acme")
	usher.Settle(t)
	otherProgram{node}.writes(t, "order-2", events)
	require.Eventually(t, func() bool {
		passed := passedBy(t, usher)
		return passed.Upto.Commit > passed.After.Commit+uint64(events)*9/10
	}, 5*time.Minute, 100*time.Millisecond, "it has followed")
	usher.Stop(t)
	again := took(func() { usher.Restart(t) })
	signUp(t, usher, "another")
	usher.Settle(t)
	require.NoError(t, usher.Ready(t.Context()))
	t.Logf("beside %d events of others: first start %s; restart behind as many more %s, on an empty server %s", events, first, again, quiet)
	if measured {
		require.Less(t, first, 10*time.Second)
		require.Less(t, again, quiet+time.Second)
	}
}
