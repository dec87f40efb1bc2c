package eventstoredb_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
)

func TestOriginalTimes(t *testing.T) {
	t.Run("given any metadata and time, both come back as they were", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			metadata := rapid.OneOf(
				rapid.SampledFrom([]string{
					"", "{}", "{ }", " {}", "{\n}", `{"a":1}`, `{ "a":1}`, `{,}`, "{", "[]", "null", `"text"`, "\x00\xff",
					`{"usher.originalTime":"2026-01-31T12:00:00Z"}`, `{"usher.originalMetadata":""}`,
				}),
				rapid.Map(rapid.MapOf(rapid.String(), rapid.Int()), func(m map[string]int) string {
					text, _ := json.Marshal(m)
					return string(text)
				}),
				rapid.String(),
			).Draw(t, "metadata")
			at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds"))

			stored, err := eventstoredb.Stored(journal.Proposed{Metadata: []byte(metadata), Original: at})
			require.NoError(t, err)
			require.True(t, json.Valid(stored), "%s", stored)
			restored, original, err := eventstoredb.Restored(stored)
			require.NoError(t, err)
			require.Equal(t, metadata, string(restored))
			require.Equal(t, at.UTC(), original)
		})
	})

	t.Run("given no original time, the metadata is stored as it is", func(t *testing.T) {
		for _, metadata := range []string{"", "{}", `{"a":1}`, "bytes"} {
			stored, err := eventstoredb.Stored(journal.Proposed{Metadata: []byte(metadata)})
			require.NoError(t, err)
			require.Equal(t, metadata, string(stored))
			restored, original, err := eventstoredb.Restored(stored)
			require.NoError(t, err)
			require.Equal(t, metadata, string(restored))
			require.True(t, original.IsZero())
		}
	})

	t.Run("given metadata that claims an original time, it refuses", func(t *testing.T) {
		_, err := eventstoredb.Stored(journal.Proposed{Metadata: []byte(`{"usher.originalTime":"2026-01-31T12:00:00Z"}`)})
		require.ErrorContains(t, err, "reserved")
	})
}
