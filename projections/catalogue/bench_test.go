package catalogue_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/catalogue"
	"github.com/usher-engine/usher/projections/projectionstest"
)

// BenchmarkFold folds ten thousand people's way in, from nothing, in batches of
// a thousand events.
func BenchmarkFold(b *testing.B) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	for i := range 10_000 {
		who := fmt.Sprintf("somebody %d", i)
		require.NoError(b, company.InviteByEmail(who, domain.BatchID{byte(i / 1000)}, domain.DepartmentID{}))
		require.NoError(b, company.Redeem(who, "Anna", who))
	}
	for _, view := range catalogue.All() {
		b.Run(view.Name(), func(b *testing.B) {
			for b.Loop() {
				for batch := range slices.Chunk(company.Events, 1000) {
					_, err := projections.FoldBatch(view, nil, batch)
					require.NoError(b, err)
				}
			}
			b.ReportMetric(float64(len(company.Events)*b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
