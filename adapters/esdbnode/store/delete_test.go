package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
)

func TestDelete(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		given             string
		expected          store.Expected
		delete, tombstone string
	}{
		{"no stream", store.Any, "wrong version", "ok"},
		{"no stream", store.NoStream, "wrong version", "ok"},
		{"no stream", store.StreamExists, "wrong version", "wrong version"},
		{"no stream", 0, "wrong version", "wrong version"},
		{"metadata alone", store.Any, "ok", "ok"},
		{"metadata alone", store.StreamExists, "ok", "ok"},
		{"a stream", store.Any, "ok", "ok"},
		{"a stream", store.StreamExists, "ok", "ok"},
		{"a stream", 2, "ok", "ok"},
		{"a stream", 1, "wrong version", "wrong version"},
		{"a stream", 3, "wrong version", "wrong version"},
		{"a stream", store.NoStream, "wrong version", "wrong version"},
		{"a deleted stream", store.Any, "ok", "ok"},
		{"a deleted stream", store.NoStream, "ok", "ok"},
		{"a deleted stream", 2, "ok", "ok"},
		{"a deleted stream", store.StreamExists, "deleted", "deleted"},
		{"a tombstone", store.Any, "deleted", "deleted"},
		{"a tombstone", 2, "deleted", "deleted"},
	} {
		t.Run("given "+test.given+", deleting it expecting "+test.expected.String()+": "+test.delete+", for ever: "+test.tombstone, func(t *testing.T) {
			t.Parallel()
			f := open(t)
			states()[test.given](f)
			head := f.head()
			position, err := f.Delete(t.Context(), "s", test.expected)
			require.Equal(t, test.delete, outcome(err))
			if err == nil {
				require.Equal(t, head.Commit+1, position.Commit)
				_, err := f.revisions("s", 0, false)
				require.Equal(t, "not found", outcome(err))
			}

			f = open(t)
			states()[test.given](f)
			position, err = f.Tombstone(t.Context(), "s", test.expected)
			require.Equal(t, test.tombstone, outcome(err))
			if err == nil {
				require.Equal(t, head.Commit+1, position.Commit)
				_, err := f.revisions("s", 0, false)
				require.Equal(t, "deleted", outcome(err))
			}
		})
	}

	t.Run("given a stream that cannot be, it refuses", func(t *testing.T) {
		t.Parallel()
		f := open(t)
		_, err := f.Delete(t.Context(), "", store.Any)
		require.ErrorIs(t, err, store.ErrInvalid)
		_, err = f.Tombstone(t.Context(), "$$", store.Any)
		require.ErrorIs(t, err, store.ErrInvalid)
	})
}

func TestTombstone(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.put("s", "abc")
	f.describe("s", `{"$maxCount":2}`)
	position := f.tombstone("s")

	_, err := f.End(t.Context(), "s")
	require.Equal(t, "deleted", outcome(err))
	_, err = f.revisions("s", 0, true)
	require.Equal(t, "deleted", outcome(err))
	_, err = f.revisions("$$s", 0, false)
	require.Equal(t, "deleted", outcome(err), "its metadata is deleted with it")

	records, err := collect(f.ReadAll(t.Context(), position, false), func(record journal.Record) journal.Record { return record })
	require.NoError(t, err)
	require.Len(t, records, 1)
	require.Equal(t, "s", records[0].Stream)
	require.Equal(t, store.TombstoneType, records[0].Type)
	require.Equal(t, uint64(store.TombstoneRevision), records[0].Revision)

	t.Run("given metadata that is written behind it, it is taken and means nothing", func(t *testing.T) {
		t.Parallel()
		f := open(t)
		f.put("s", "abc")
		f.tombstone("s")
		f.describe("s", `{"$maxCount":2}`)
		_, err := f.revisions("$$s", 0, false)
		require.Equal(t, "deleted", outcome(err))
		_, err = f.try("s", store.Any, "x")
		require.Equal(t, "deleted", outcome(err))
	})
	t.Run("given metadata that is deleted for ever, its stream has none and cannot be deleted but for ever", func(t *testing.T) {
		t.Parallel()
		f := open(t)
		f.put("s", "abc")
		f.describe("s", `{"$maxCount":2}`)
		f.tombstone("$$s")
		revisions, err := f.revisions("s", 0, false)
		require.NoError(t, err)
		require.Equal(t, []uint64{0, 1, 2}, revisions)
		_, err = f.Delete(t.Context(), "s", store.Any)
		require.Equal(t, "deleted", outcome(err))
		f.put("s", "d")
		f.tombstone("s")
	})
}

func TestMakingAStreamAgain(t *testing.T) {
	t.Parallel()
	t.Run("given an append, revisions go on and the metadata keeps what else it says", func(t *testing.T) {
		t.Parallel()
		f := open(t)
		f.put("s", "abc")
		f.describe("s", `{"$tb":9223372036854775807, "custom" : {"b":[1, 2],"a":"ü<&>"},"$maxCount":7}`)
		_, err := f.revisions("s", 0, false)
		require.Equal(t, "not found", outcome(err))

		appended, err := f.try("s", store.NoStream, "xy")
		require.NoError(t, err)
		require.Equal(t, uint64(5), appended.Next)
		require.Equal(t, `{"custom":{"b":[1, 2],"a":"ü<&>"},"$maxCount":7,"$tb":3}`, f.metadata("s"))
		require.Equal(t, appended.Position.Commit+1, f.head().Commit, "the position is that of the event, not of the metadata")
		revisions, err := f.revisions("s", 0, false)
		require.NoError(t, err)
		require.Equal(t, []uint64{3, 4}, revisions)
	})

	t.Run("given an append to its metadata, the stream is there again and empty", func(t *testing.T) {
		t.Parallel()
		f := open(t)
		f.put("s", "abc")
		f.delete("s")
		f.describe("s", `{"$maxAge":10}`)
		require.Equal(t, `{"$maxAge":10,"$tb":3}`, f.metadata("s"))
		revisions, err := f.revisions("s", 0, false)
		require.NoError(t, err)
		require.Empty(t, revisions)
		f.put("s", "d")
		revisions, err = f.revisions("s", 0, true)
		require.NoError(t, err)
		require.Empty(t, revisions, "backwards from before what was deleted")
		revisions, err = f.revisions("s", 99, true)
		require.NoError(t, err)
		require.Equal(t, []uint64{3}, revisions)
	})

	for _, written := range []string{``, `no metadata`, `{"$maxCount":2`, `[2]`, "{\"a\":\"\xff\"}"} {
		t.Run("given metadata that is none ("+written+"), the stream is there again and whole", func(t *testing.T) {
			t.Parallel()
			f := open(t)
			f.put("s", "abc")
			f.delete("s")
			f.describe("s", written)
			require.Empty(t, f.metadata("s"))
			revisions, err := f.revisions("s", 0, false)
			require.NoError(t, err)
			require.Equal(t, []uint64{0, 1, 2}, revisions)
		})
	}

	t.Run("given a repetition of what was deleted, it stays deleted", func(t *testing.T) {
		t.Parallel()
		f := open(t)
		f.put("s", "abc")
		f.delete("s")
		head := f.head()
		appended, err := f.try("s", store.NoStream, "abc")
		require.NoError(t, err)
		require.Equal(t, uint64(3), appended.Next)
		require.Equal(t, head, f.head())
	})
}
