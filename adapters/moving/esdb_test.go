package moving_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/moving"
	"github.com/usher-engine/usher/adapters/transparency"
	"github.com/usher-engine/usher/domain"
)

// overTheWire opens a log at a node.
func overTheWire(t *testing.T, node *nodetest.Server) *eventstoredb.Log {
	t.Helper()
	log, err := eventstoredb.Open(t.Context(), node.Connection, "", eventstoredb.Options{})
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
	before, wired, after := everything(t, source), everything(t, there), everything(t, target)
	require.Len(t, after, len(before))
	require.Len(t, wired, len(before))
	for i := range before {
		require.Equal(t, before[i], after[i])
		require.Equal(t, transparency.HashLeaf(&before[i]), transparency.HashLeaf(&wired[i]), "the digest is the same in each log")
	}
}

func TestAStrangersLinkIsCopied(t *testing.T) {
	source, stream := embedded(t), "person-"+uuid.NewString()
	for _, kind := range []string{"person.dismissed", "$>"} {
		_, _, err := source.Append(t.Context(), stream, domain.Any{}, []journal.Proposed{{ID: uuid.New(), Type: kind, Data: []byte("0@order-1")}})
		require.NoError(t, err)
	}
	receipt, err := moving.Copy(t.Context(), source, overTheWire(t, nodetest.Start(t)), moving.Options{})
	require.NoError(t, err)
	require.Equal(t, uint64(2), receipt.Events)
}

func TestStoppedOnTheWire(t *testing.T) {
	t.Run("given a copy over the wire that is stopped at any moment, the same copy goes on to the same digest", func(t *testing.T) {
		source, node := embedded(t), nodetest.Start(t)
		written(t, source, seeded(12), 3000)
		wanted, err := moving.Copy(t.Context(), source, embedded(t), moving.Options{})
		require.NoError(t, err)
		there := overTheWire(t, node)
		for stopped := range 3 {
			ctx, stop := context.WithCancel(t.Context())
			at := wanted.Events * uint64(stopped+1) / 5
			var group sync.WaitGroup
			group.Go(func() {
				defer stop()
				for _, err := range there.Subscribe(ctx, domain.Position{}) {
					if at--; err != nil || at == 0 {
						return
					}
				}
			})
			_, err := moving.Copy(ctx, source, there, moving.Options{})
			require.ErrorIs(t, err, context.Canceled)
			require.NotErrorIs(t, err, journal.ErrDisorder)
			group.Wait()
		}
		receipt, err := moving.Copy(t.Context(), source, there, moving.Options{})
		require.NoError(t, err)
		require.Less(t, receipt.Copied, receipt.Events)
		require.Equal(t, wanted.Digest, receipt.Digest)
	})
}

// disordered is a log that finds its events out of order.
type disordered struct{ journal.Bulk }

func (d disordered) AppendAll(ctx context.Context, appends []journal.Append) (int, error) {
	for _, one := range slices.Backward(appends) {
		if _, _, err := d.Append(ctx, one.Stream, one.Expected, one.Events); err != nil {
			return 0, err
		}
	}
	return 0, journal.ErrDisorder
}

func TestSpoiltTarget(t *testing.T) {
	t.Run("given a target that is out of order, the copy stops, says what to do, and is refused from then on", func(t *testing.T) {
		source := embedded(t)
		for range 3 {
			_, _, err := source.Append(t.Context(), "person-"+uuid.NewString(), domain.NoStream{}, []journal.Proposed{{ID: uuid.New(), Type: "a"}})
			require.NoError(t, err)
		}
		there := overTheWire(t, nodetest.Start(t))
		_, err := moving.Copy(t.Context(), source, disordered{there}, moving.Options{})
		require.ErrorIs(t, err, journal.ErrDisorder)
		require.ErrorContains(t, err, "another prefix")
		_, err = moving.Copy(t.Context(), source, there, moving.Options{})
		require.True(t, errors.As(err, new(*moving.Difference)))
	})
}
