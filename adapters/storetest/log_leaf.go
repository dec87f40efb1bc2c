package storetest

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/transparency"
	"github.com/usher-engine/usher/domain"
)

// leaves holds every log to the same leaf of the same event: what proves it in
// one log proves it in all.
func (s logSuite) leaves(t *testing.T) {
	s.given(t, "given an event that was copied, its leaf is made of what Usher wrote", func(t *testing.T, log journal.Log) {
		name, at := stream(), time.Date(2026, 11, 29, 10, 30, 22, 29596599, time.UTC)
		event := journal.Proposed{
			ID: uuid.New(), Type: "person.registration_approved", JSON: true,
			Data: []byte(`{"a":1}`), Metadata: []byte(`{"$correlationId":"c","schema":1}`), Original: at,
		}
		_, _, err := log.Append(t.Context(), name, domain.NoStream{}, []journal.Proposed{event})
		require.NoError(t, err)
		want := transparency.HashLeaf(&journal.Record{Proposed: event, Stream: name, Time: at.Truncate(100)})
		for record, err := range log.ReadStream(t.Context(), name, 0) {
			require.NoError(t, err)
			require.Equal(t, want, transparency.HashLeaf(&record))
		}
	})
	s.given(t, "given a new event, its leaf is the same whichever way it is read", func(t *testing.T, log journal.Log) {
		name := stream()
		_, position, err := log.Append(t.Context(), name, domain.NoStream{}, proposed(1))
		require.NoError(t, err)
		var leaves []transparency.Digest
		for record, err := range log.ReadStream(t.Context(), name, 0) {
			require.NoError(t, err)
			leaves = append(leaves, transparency.HashLeaf(&record))
		}
		for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
			require.NoError(t, err)
			if record.Stream == name {
				leaves = append(leaves, transparency.HashLeaf(&record))
			}
		}
		require.False(t, position.IsZero())
		require.Len(t, leaves, 2)
		require.Equal(t, leaves[0], leaves[1])
	})
}
