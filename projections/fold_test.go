package projections_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// said is an event that adds to a counter, removes it where it adds nothing,
// and breaks the view where its amount is negative.
type said struct {
	counter string
	amount  int
}

func (said) Type() domain.EventType { return "test.said" }
func (said) About() domain.PersonID { return domain.Nobody() }

func counters() projections.View {
	return projections.Definition[note]{
		ViewName: "counters", ViewVersion: 1, Facets: []string{},
		Keys: func(event domain.Recorded) []projections.Key {
			if event.Event.(said).counter == "" {
				panic("no counter")
			}
			return []projections.Key{{ID: event.Event.(said).counter}}
		},
		Row: func(_ projections.Key, before *note, event domain.Recorded) *note {
			switch amount := event.Event.(said).amount; {
			case amount < 0:
				panic("negative")
			case amount == 0:
				return nil
			case before == nil:
				return &note{amount}
			default:
				return &note{before.Number + amount}
			}
		},
		Index: func(projections.Key, *note) projections.Index { return projections.Index{} },
	}.View()
}

func recorded(events ...said) []domain.Recorded {
	var list []domain.Recorded
	for i, event := range events {
		place := uint64(i + 1)
		list = append(list, domain.Recorded{Event: event, Position: domain.Position{Commit: place, Prepare: place}})
	}
	return list
}

func TestFoldBatch(t *testing.T) {
	view := counters()
	stored, err := view.Encode(projections.Key{ID: "old"}, &note{40})
	require.NoError(t, err)

	t.Run("given a row that changes often, it is saved once", func(t *testing.T) {
		change, err := projections.FoldBatch(view, []projections.Row{stored}, recorded(said{"old", 1}, said{"new", 5}, said{"old", 1}))
		require.NoError(t, err)
		saved, err := projections.As[note](change.Saved)
		require.NoError(t, err)
		require.Equal(t, []note{{42}, {5}}, saved)
		require.Empty(t, change.Deleted)
	})
	t.Run("given a row that goes, it is deleted", func(t *testing.T) {
		change, err := projections.FoldBatch(view, []projections.Row{stored}, recorded(said{"old", 0}))
		require.NoError(t, err)
		require.Equal(t, []projections.Key{{ID: "old"}}, change.Deleted)
		require.Empty(t, change.Saved)
	})
	t.Run("given a row that comes and goes, the store hears nothing of it", func(t *testing.T) {
		change, err := projections.FoldBatch(view, nil, recorded(said{"new", 5}, said{"new", 0}))
		require.NoError(t, err)
		require.Equal(t, projections.Change{}, change)
	})
	t.Run("given a row that goes and comes back, it is saved", func(t *testing.T) {
		change, err := projections.FoldBatch(view, []projections.Row{stored}, recorded(said{"old", 0}, said{"old", 7}))
		require.NoError(t, err)
		saved, err := projections.As[note](change.Saved)
		require.NoError(t, err)
		require.Equal(t, []note{{7}}, saved)
		require.Empty(t, change.Deleted)
	})
	for name, broken := range map[string]said{"the fold": {"new", -1}, "the keys": {"", 1}} {
		t.Run("given an event at which "+name+" panics, it names the event and saves nothing", func(t *testing.T) {
			events := recorded(said{"new", 5}, broken)
			change, err := projections.FoldBatch(view, nil, events)
			var poison *projections.Poison
			require.ErrorAs(t, err, &poison)
			require.Equal(t, events[1].Position, poison.Position)
			require.Equal(t, domain.EventType("test.said"), poison.Type)
			require.Contains(t, poison.Reason, "view counters panicked with a string at fold_test.go:", "and not what was said then")
			require.Equal(t, projections.Change{}, change)
			require.Contains(t, projections.Touched(view, events), projections.Key{ID: "new"})
		})
	}
	t.Run("given a stored row that cannot be read, it says which", func(t *testing.T) {
		damaged := stored
		damaged.Doc = []byte("{")
		_, err := projections.FoldBatch(view, []projections.Row{damaged}, recorded(said{"old", 1}))
		require.ErrorContains(t, err, "old")
	})
}

func TestTouchedNamesEachRowOnce(t *testing.T) {
	keys := projections.Touched(counters(), recorded(said{"a", 1}, said{"b", 1}, said{"a", 1}))
	require.Equal(t, []projections.Key{{ID: "a"}, {ID: "b"}}, keys)
}
