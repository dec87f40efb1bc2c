package store_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func TestReadStream(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		metadata            string
		from                uint64
		forwards, backwards []uint64
	}{
		{"", 0, []uint64{0, 1, 2, 3, 4, 5}, []uint64{0}},
		{"", 3, []uint64{3, 4, 5}, []uint64{3, 2, 1, 0}},
		{"", 5, []uint64{5}, []uint64{5, 4, 3, 2, 1, 0}},
		{"", 6, nil, []uint64{5, 4, 3, 2, 1, 0}},
		{"", math.MaxUint64, nil, []uint64{5, 4, 3, 2, 1, 0}},
		{`{"$maxCount":2}`, 0, []uint64{4, 5}, nil},
		{`{"$maxCount":2}`, 4, []uint64{4, 5}, []uint64{4}},
		{`{"$maxCount":2}`, 9, nil, []uint64{5, 4}},
		{`{"$maxCount":7}`, 9, nil, []uint64{5, 4, 3, 2, 1, 0}},
		{`{"$maxCount":0}`, 4, []uint64{4, 5}, []uint64{4, 3, 2, 1, 0}},
		{`{"$tb":4}`, 0, []uint64{4, 5}, nil},
		{`{"$tb":4}`, 9, nil, []uint64{5, 4}},
		{`{"$tb":6}`, 0, nil, nil},
		{`{"$tb":99}`, 9, nil, nil},
		{`{"$tb":3,"$maxCount":2}`, 9, nil, []uint64{5, 4}},
		{`{"$tb":5,"$maxCount":2}`, 9, nil, []uint64{5}},
		{`{"$maxAge":25}`, 0, []uint64{4, 5}, nil},
		{`{"$maxAge":30}`, 9, nil, []uint64{5, 4, 3}},
		{`{"$maxAge":1}`, 0, nil, nil},
		{`{"$maxAge":9223372036854775807}`, 4, []uint64{4, 5}, []uint64{4, 3, 2, 1, 0}},
		{`{"$maxAge":0,"$tb":-1,"$maxCount":-1}`, 4, []uint64{4, 5}, []uint64{4, 3, 2, 1, 0}},
		{`{"$maxCount":2.5}`, 4, []uint64{4, 5}, []uint64{4, 3, 2, 1, 0}},
		{`{"$maxCount":"2"}`, 4, []uint64{4, 5}, []uint64{4, 3, 2, 1, 0}},
		{`{"$maxCount":2,"$cacheControl":"x"}`, 4, []uint64{4, 5}, []uint64{4, 3, 2, 1, 0}},
		{`{"$maxCount":2`, 4, []uint64{4, 5}, []uint64{4, 3, 2, 1, 0}},
		{`[]`, 4, []uint64{4, 5}, []uint64{4, 3, 2, 1, 0}},
	} {
		t.Run("given metadata "+test.metadata+", it reads what is left", func(t *testing.T) {
			t.Parallel()
			f := open(t)
			for _, name := range "abcdef" { // from 60 to 10 seconds old
				f.put("s", string(name))
				f.now = f.now.Add(10 * time.Second)
			}
			if test.metadata != "" {
				f.describe("s", test.metadata)
			}
			revisions, err := f.revisions("s", test.from, false)
			require.NoError(t, err)
			require.Equal(t, test.forwards, revisions)
			revisions, err = f.revisions("s", test.from, true)
			require.NoError(t, err)
			require.Equal(t, test.backwards, revisions)
			end, err := f.End(t.Context(), "s")
			require.NoError(t, err)
			require.Equal(t, uint64(6), end)
		})
	}

	t.Run("given no stream, it says so", func(t *testing.T) {
		t.Parallel()
		f := open(t)
		f.describe("s", `{"$maxCount":2}`)
		for _, backwards := range []bool{false, true} {
			_, err := f.revisions("s", 0, backwards)
			require.Equal(t, "not found", outcome(err))
		}
		end, err := f.End(t.Context(), "s")
		require.NoError(t, err)
		require.Zero(t, end)
	})

	t.Run("given metadata that was written several times, the last is left", func(t *testing.T) {
		t.Parallel()
		f := open(t)
		f.describe("s", `{"$maxCount":2}`)
		f.describe("s", `{"$maxCount":3}`)
		revisions, err := f.revisions("$$s", 0, false)
		require.NoError(t, err)
		require.Equal(t, []uint64{1}, revisions)
	})
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	const written = `{"custom":{"x":1.50},"$acl":{"$r":["a","b"],"$w":"$all"},"$maxCount":5,"$maxAge":90,"$tb":3,"$cacheControl":10}`
	f := open(t)
	f.describe("s", written)
	metadata, err := f.Metadata(t.Context(), "s")
	require.NoError(t, err)
	require.Equal(t, store.Metadata{ACL: &store.ACL{Read: []string{"a", "b"}, Write: []string{"$all"}}, MaxCount: 5, MaxAge: 90 * time.Second, TruncateBefore: 3, Raw: []byte(written)}, metadata)
	require.False(t, metadata.Deleted())

	metadata, err = f.Metadata(t.Context(), "none")
	require.NoError(t, err)
	require.Zero(t, metadata)
}

func TestReadAll(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.put("s", "ab")
	f.put("$epoch-information", "c")
	f.put("$persistentsubscription-$all::group-checkpoint", "d")
	f.put("$persistentsubscription-$all::group-parked", "e")
	f.put("$persistentsubscription-s::group-parked", "f")
	f.put("$system", "g")
	f.tombstone("s")
	visible := []uint64{1, 2, 6, 7, 8}
	at := func(number uint64) domain.Position { return domain.Position{Commit: number, Prepare: number} }
	positions := func(from uint64, backwards bool) []uint64 {
		found, err := collect(f.ReadAll(t.Context(), at(from), backwards), func(record journal.Record) uint64 { return record.Position.Commit })
		require.NoError(t, err)
		return found
	}
	for from := range uint64(10) {
		var forwards, backwards []uint64
		for _, position := range visible {
			if position >= from {
				forwards = append(forwards, position)
			} else {
				backwards = append(backwards, position)
			}
		}
		slices.Reverse(backwards)
		require.Equal(t, forwards, positions(from, false), "forwards from %d", from)
		require.Equal(t, backwards, positions(from, true), "backwards from %d", from)
	}
	require.Empty(t, positions(math.MaxUint64, false))
	require.Len(t, positions(math.MaxUint64, true), len(visible))
}

func TestLinks(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.put("a@b", "abc")
	f.put("gone", "abc")
	f.delete("gone")
	f.put("dead", "abc")
	f.tombstone("dead")
	f.put("short", "abc")
	f.describe("short", `{"$tb":2}`)
	for _, test := range []struct {
		data     string
		revision uint64
		found    bool
		link     bool
	}{
		{"1@a@b", 1, true, true},
		{"2@a@b", 2, true, true},
		{"3@a@b", 0, false, true},
		{"-1@a@b", 0, false, true},
		{"0@none", 0, false, true},
		{"0@gone", 0, false, true},
		{"0@dead", 0, false, true},
		{"1@short", 0, false, true},
		{"2@short", 2, true, true},
		{"x@a@b", 0, false, false},
		{"1", 0, false, false},
		{"99999999999999999999@a@b", 0, false, false},
	} {
		t.Run("given the link "+test.data, func(t *testing.T) {
			link := journal.Record{Proposed: journal.Proposed{Type: store.LinkType, Data: []byte(test.data)}}
			_, _, isLink := store.Link(link)
			require.Equal(t, test.link, isLink)
			record, found, err := f.Resolve(t.Context(), link)
			require.NoError(t, err)
			require.Equal(t, test.found, found)
			require.Equal(t, test.revision, record.Revision)
		})
	}
	_, _, isLink := store.Link(journal.Record{Proposed: journal.Proposed{Type: "another", Data: []byte("1@a@b")}})
	require.False(t, isLink)
}

func TestFirstStart(t *testing.T) {
	t.Parallel()
	f := open(t)
	require.NoError(t, f.FirstStart(t.Context()))
	revisions, err := f.revisions("$users", 0, false)
	require.NoError(t, err)
	require.Equal(t, []uint64{0, 1}, revisions)
	for _, stream := range []string{"$user-admin", "$user-ops", "$$$settings", "$$$users"} {
		revisions, err := f.revisions(stream, 0, false)
		require.NoError(t, err)
		require.Equal(t, []uint64{0}, revisions, stream)
	}
	require.NotEmpty(t, f.metadata("$settings"))

	head := f.head()
	require.NoError(t, f.FirstStart(t.Context()), "again")
	require.Equal(t, head, f.head())
}
