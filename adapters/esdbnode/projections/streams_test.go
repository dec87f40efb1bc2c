package projections_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/projections"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func TestWhatProjectionsWriteBecauseOfAnEvent(t *testing.T) {
	for name, c := range map[string]struct {
		stream, kind   string
		revision       uint64
		data, metadata string
		want           map[string]string // data by stream
	}{
		"the first event of a stream": {"order-1-2", "placed", 0, `{}`, `{"$correlationId":"c"}`, map[string]string{
			"$streams": "0@order-1-2", "$category-order": "order-1-2", "$ce-order": "0@order-1-2", "$et-placed": "0@order-1-2", "$bc-c": "0@order-1-2",
		}},
		"a later event":                     {"order-1", "paid", 3, `{}`, ``, map[string]string{"$ce-order": "3@order-1", "$et-paid": "3@order-1"}},
		"a stream without a hyphen":         {"order", "paid", 3, `{}`, ``, map[string]string{"$et-paid": "3@order"}},
		"a stream that begins with one":     {"-1", "paid", 3, `{}`, ``, map[string]string{"$et-paid": "3@-1"}},
		"a system stream":                   {"$user-ann", "$UserCreated", 3, `{}`, ``, map[string]string{"$et-$UserCreated": "3@$user-ann"}},
		"metadata":                          {"$$order-1", "$metadata", 2, `{"$tb":5}`, ``, map[string]string{"$et-$metadata": "2@$$order-1"}},
		"metadata that delete a stream":     {"$$order-1", "$metadata", 2, `{"$tb":9223372036854775807}`, ``, map[string]string{"$ce-order": "2@$$order-1", "$et-$deleted": "2@$$order-1"}},
		"a tombstone":                       {"order-1", "$streamDeleted", 0, ``, ``, map[string]string{"$ce-order": "9223372036854775807@order-1", "$et-$deleted": "9223372036854775807@order-1"}},
		"a link that somebody wrote":        {"order-1", "$>", 2, `7@other-1`, `{"$correlationId":"c"}`, map[string]string{"$ce-order": "7@other-1"}},
		"a link of a projection":            {"$ce-order", "$>", 2, `7@order-1`, `{"$correlationId":"c"}`, map[string]string{}},
		"the first link of a projection":    {"$ce-order", "$>", 0, `7@order-1`, ``, map[string]string{"$streams": "0@$ce-order"}},
		"a name of a stream in a list":      {"$category-order", "$@", 2, `order-1`, `{"$correlationId":"c"}`, map[string]string{"$et-$@": "2@$category-order"}},
		"a correlation id that is a number": {"s", "paid", 1, `{}`, `{"$correlationId":7}`, map[string]string{"$et-paid": "1@s"}},
		"a correlation id without end":      {"s", "paid", 1, `{}`, `{"$correlationId":"` + strings.Repeat("c", 1025) + `"}`, map[string]string{"$et-paid": "1@s"}},
		"metadata that are no JSON":         {"s", "paid", 1, `{}`, `$correlationId`, map[string]string{"$et-paid": "1@s"}},
		"an event that nobody sees":         {"$epoch-information", "$epoch", 0, `{}`, ``, map[string]string{}},
	} {
		t.Run("given "+name, func(t *testing.T) {
			record := journal.Record{
				Proposed: journal.Proposed{ID: uuid.New(), Type: c.kind, JSON: true, Data: []byte(c.data), Metadata: []byte(c.metadata)},
				Stream:   c.stream, Revision: c.revision, Position: domain.Position{Commit: 9, Prepare: 9},
			}
			written, ids := map[string]string{}, map[string]uuid.UUID{}
			for _, emitted := range projections.Of(record) {
				event := emitted.Event()
				require.True(t, projections.Writes(emitted.Stream), emitted.Stream)
				written[emitted.Stream], ids[emitted.Stream] = string(event.Data), event.ID
				want := store.LinkType
				if strings.HasPrefix(emitted.Stream, "$category-") {
					want = "$@"
				}
				require.Equal(t, want, event.Type)
			}
			require.Equal(t, c.want, written)
			for _, again := range projections.Of(record) {
				require.Equal(t, ids[again.Stream], again.Event().ID, "it is the same each time")
			}
		})
	}
}
