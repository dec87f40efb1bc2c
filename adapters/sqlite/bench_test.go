package sqlite_test

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

const batchSize = 1000

func manyFacets() projections.View {
	return table{name: "employees", version: 1, facets: []string{"status", "department", "role", "access"}}
}

// ordered is manyFacets with an order of its own, and counted.
func ordered() projections.View {
	return table{
		name: "people", version: 1, facets: []string{"status", "department", "role", "access", "joined"}, counted: []string{"status", "department", "role", "access"},
	}
}

// BenchmarkPeople looks for people among 100,000: each query beside the one that was
// there before there were words in any order, orders and totals.
func BenchmarkPeople(b *testing.B) {
	store := benchmarked(b)
	for n := range 100 {
		applyBatch(b, store, ordered(), n, n)
	}
	nobody := func(ways ...projections.Words) projections.Query { return projections.Query{Words: ways} }
	for _, example := range []struct {
		name  string
		query projections.Query
		rows  int
	}{
		{"search/one text, as before", nobody(projections.Words{"grace hopper"}), 0},
		{"search/two words", nobody(projections.Words{"hopper", "grace"}), 0},
		{"search/two words that many have", nobody(projections.Words{"lovelace", "grace"}), 0},
		{"search/a number in three ways", nobody(projections.Words{"0171", "1234567"}, projections.Words{"1711234567"}, projections.Words{"+491711234567"}), 0},
		{"list/own order, as before", projections.Query{After: projections.Place{Sort: "7f"}}, 100},
		{"list/by a facet", projections.Query{Order: "joined", After: projections.Place{Order: projections.SortTime(time.Unix(50_000, 0)), Sort: "7f"}}, 100},
		{"list/by a facet, the other way round", projections.Query{Order: "joined", Descending: true}, 100},
		{"list/by a facet, filtered by few", projections.Query{Order: "joined", Facets: map[string]string{"role": "auditor"}}, 10},
	} {
		example.query.Account, example.query.Limit = benchAccount(), 100
		b.Run(example.name, func(b *testing.B) {
			for b.Loop() {
				rows, _, err := store.Find(b.Context(), ordered(), example.query)
				require.NoError(b, err)
				require.Len(b, rows, example.rows)
			}
		})
	}
	b.Run("total", func(b *testing.B) {
		for b.Loop() {
			count, _, err := store.Count(b.Context(), ordered(), projections.Query{Account: benchAccount(), Facets: map[string]string{"status": "active"}})
			require.NoError(b, err)
			require.Equal(b, 100*batchSize, *count)
		}
	})
}

func BenchmarkApply(b *testing.B) {
	for _, view := range []projections.View{table{name: "employees", version: 1}, manyFacets(), ordered()} {
		facets := view.FacetNames()
		b.Run(fmt.Sprintf("new rows, %d facets", len(facets)), func(b *testing.B) {
			store := benchmarked(b)
			n := 0
			for b.Loop() {
				applyBatch(b, store, view, n, n)
				n++
			}
			b.ReportMetric(float64(b.N*batchSize)/b.Elapsed().Seconds(), "rows/s")
		})
		b.Run(fmt.Sprintf("changed rows among 100,000, %d facets", len(facets)), func(b *testing.B) {
			store := benchmarked(b)
			n := 0
			for range 100 {
				applyBatch(b, store, view, n, n)
				n++
			}
			for b.Loop() {
				applyBatch(b, store, view, n, n%100)
				n++
			}
			b.ReportMetric(float64(b.N*batchSize)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkFind(b *testing.B) {
	for _, batches := range []int{1, 200} {
		store := benchmarked(b)
		for n := range batches {
			applyBatch(b, store, manyFacets(), n, n)
		}
		for name, query := range map[string]projections.Query{
			"first page":           {},
			"deep page of a facet": {Facets: map[string]string{"status": "active"}, After: projections.Place{Sort: "7f"}},
			"deep page descending": {Descending: true, After: projections.Place{Sort: "7f"}},
		} {
			query.Account, query.Limit = benchAccount(), 100
			b.Run(fmt.Sprintf("%s among %d", name, batches*batchSize), func(b *testing.B) {
				for b.Loop() {
					rows, _, err := store.Find(b.Context(), manyFacets(), query)
					require.NoError(b, err)
					require.Len(b, rows, 100)
				}
			})
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	store := benchmarked(b)
	for n := range 100 {
		applyBatch(b, store, manyFacets(), n, n)
	}
	var keys []projections.Key
	for i := range batchSize {
		keys = append(keys, benchRow(i*97, nil).Key)
	}
	for b.Loop() {
		rows, _, err := store.Load(b.Context(), manyFacets(), keys)
		require.NoError(b, err)
		require.Len(b, rows, batchSize)
	}
	b.ReportMetric(float64(b.N*batchSize)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkFindSession(b *testing.B) {
	vault, err := sqlite.OpenVault(b.Context(), filepath.Join(b.TempDir(), "vault.db"))
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, vault.Close()) })
	digests := make([][32]byte, 1000)
	for n := range digests {
		digests[n] = sha256.Sum256(fmt.Append(nil, n))
		require.NoError(b, vault.StartSession(b.Context(), digests[n], commands.Session{Account: benchAccount(), ExpiresAt: time.Unix(1, 0)}))
	}
	n := 0
	for b.Loop() {
		_, found, err := vault.FindSession(b.Context(), digests[n%len(digests)])
		require.NoError(b, err)
		require.True(b, found)
		n++
	}
}

func BenchmarkEnsureDataKeys(b *testing.B) {
	vault, err := sqlite.OpenVault(b.Context(), filepath.Join(b.TempDir(), "vault.db"))
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, vault.Close()) })
	n := 0
	for b.Loop() {
		some := make([]domain.PersonID, 10_000)
		for i := range some {
			some[i] = domain.PersonIDFor(domain.Slot(uuid.NameSpaceOID), n+1)
			n++
		}
		require.NoError(b, vault.EnsureDataKeys(b.Context(), some))
	}
}

func benchmarked(b *testing.B) *sqlite.ReadModels {
	b.Helper()
	store, err := sqlite.OpenReadModels(b.Context(), filepath.Join(b.TempDir(), "readmodels.db"), func(why error) { b.Error(why) })
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, store.Close()) })
	return store
}

func benchAccount() domain.AccountID { return domain.AccountIDFor(uuid.NameSpaceURL, "acme") }

// benchRow is like a row of Employees: ids are random, and so is the order.
func benchRow(i int, facets []string) projections.Row {
	id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, i)).String()
	row := projections.Row{
		Key: projections.Key{Account: benchAccount(), ID: id}, Sort: id[:6] + " lovelace", At: time.Unix(int64(i), 0),
		Search: "ada lovelace +1415550" + id[:4] + " engineer",
		Doc:    fmt.Appendf(nil, `{"person":%q,"login":"+1415550%s","first_name":"Ada","last_name":"Lovelace","job_title":"Engineer","department_id":%q,"role":"employee","status":"active","access":"ready","basis":"sms_invitation","joined_at":"2026-01-01T00:00:00Z"}`, id, id[:4], id),
	}
	for _, facet := range facets {
		value := map[string]string{"status": "active", "department": uuid.Nil.String(), "role": "employee", "access": "ready", "joined": projections.SortTime(row.At)}[facet]
		if facet == "role" && i%10_000 == 7 {
			value = "auditor"
		}
		row.Facets = append(row.Facets, value)
	}
	return row
}

func applyBatch(b *testing.B, store *sqlite.ReadModels, view projections.View, step, from int) {
	b.Helper()
	var rows []projections.Row
	for i := range batchSize {
		rows = append(rows, benchRow(from*batchSize+i, view.FacetNames()))
	}
	change := projections.Change{Saved: rows, From: at(step), To: at(step + 1)}
	require.NoError(b, store.Apply(b.Context(), view, change))
}

func at(n int) domain.Position { return domain.Position{Commit: uint64(n), Prepare: uint64(n)} }
