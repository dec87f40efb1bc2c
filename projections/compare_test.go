package projections_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// scanOf reads rows in the order of their keys.
func scanOf(rows map[projections.Key]string) projections.ScanRows {
	var keys []projections.Key
	for key := range rows {
		keys = append(keys, key)
	}
	before := func(a, b projections.Key) int {
		return bytes.Compare(append(a.Account[:], a.ID...), append(b.Account[:], b.ID...))
	}
	slices.SortFunc(keys, before)
	return func(after projections.Key, limit int) (page []projections.Row, err error) {
		for _, key := range keys {
			if before(key, after) > 0 && len(page) < limit {
				page = append(page, projections.Row{Key: key, Doc: []byte(rows[key])})
			}
		}
		return page, nil
	}
}

func TestCompareFindsEveryDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.MapOf(rapid.IntRange(0, 20), rapid.IntRange(0, 2))
		rows := func(name string) map[projections.Key]string {
			all := map[projections.Key]string{}
			for key, value := range side.Draw(t, name) {
				all[projections.Key{Account: domain.AccountID{byte(1 + key%3)}, ID: fmt.Sprint(key)}] = fmt.Sprint(value)
			}
			return all
		}
		a, b := rows("a"), rows("b")
		different := 0
		for key, value := range a {
			if other, there := b[key]; !there || other != value {
				different++
			}
		}
		for key := range b {
			if _, there := a[key]; !there {
				different++
			}
		}
		found, err := projections.Compare(scanOf(a), scanOf(b))
		require.NoError(t, err)
		require.Equal(t, different, found.Differences)
		require.Equal(t, []int{len(a), len(b)}, []int{found.RowsA, found.RowsB})
		require.Equal(t, different == 0, found.DigestA == found.DigestB)
		require.Equal(t, different == 0, found.First == projections.Key{})
	})
}

func TestCompareReadsInPages(t *testing.T) {
	many := map[projections.Key]string{}
	for i := range 2500 {
		many[projections.Key{ID: fmt.Sprintf("%05d", i)}] = "same"
	}
	found, err := projections.Compare(scanOf(many), scanOf(many))
	require.NoError(t, err)
	require.Equal(t, 2500, found.RowsA)
	require.Zero(t, found.Differences)
}
