package messaging

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// folded is what a batch makes of a view, not yet committed; the change goes as
// far as the view can take it.
type folded struct {
	projections.Change
	poison *projections.Poison // at which the batch ended
}

// fold folds a batch into the rows that it touches, of a view that stands at a
// position in the store; ErrMoved where it does not, so that nothing is folded into
// rows of another moment. Where the view cannot take an event, the result is that
// of the events before it.
func (k keeper) fold(ctx context.Context, at domain.Position, b Batch) (result folded, err error) {
	result.From, result.To = b.From, b.To
	keys := projections.Touched(k.view, b.Events)
	var rows []projections.Row
	if len(keys) > 0 {
		var stands domain.Position
		if rows, stands, err = k.store.Load(ctx, k.view, keys); err != nil {
			return folded{}, asking(err)
		}
		if stands != at {
			return folded{}, projections.ErrMoved
		}
	}
	change, err := foldSafely(k.view, rows, b.Events)
	if err != nil {
		b, result.poison = isolate(k.view, rows, b, err)
		result.To = b.To
		if change, err = foldSafely(k.view, touchedOf(k.view, rows, b.Events), b.Events); err != nil {
			return folded{}, fmt.Errorf("view %s: %w", k.view.Name(), err)
		}
	}
	result.Saved, result.Deleted = change.Saved, change.Deleted
	return result, nil
}

// isolate is the batch before the first event that the view cannot take, and that.
func isolate(view projections.View, rows []projections.Row, b Batch, cause error) (Batch, *projections.Poison) {
	if poison, named := asPoison(cause); named {
		if at := slices.IndexFunc(b.Events, func(event domain.Recorded) bool { return event.Position == poison.Position }); at >= 0 {
			return b.first(at), poison
		}
	}
	at := sort.Search(len(b.Events)-1, func(i int) bool {
		few := b.Events[:i+1]
		_, err := foldSafely(view, touchedOf(view, rows, few), few)
		if err != nil {
			cause = err // of the fewest events so far
		}
		return err != nil
	})
	event := b.Events[at]
	return b.first(at), &projections.Poison{Event: event.ID, Position: event.Position, Type: event.Event.Type(), Reason: unnamed(cause)}
}

// foldSafely is projections.FoldBatch where a view that panics elsewhere than
// in its fold, say in its index, gives an error too.
func foldSafely(view projections.View, rows []projections.Row, events []domain.Recorded) (change projections.Change, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = &panicking{"view " + view.Name() + " " + projections.Panicked(fault)}
		}
	}()
	return projections.FoldBatch(view, rows, events)
}

// touchedOf is those of the rows that the events may change.
func touchedOf(view projections.View, rows []projections.Row, events []domain.Recorded) []projections.Row {
	touched := map[projections.Key]bool{}
	for _, key := range projections.Touched(view, events) {
		touched[key] = true
	}
	return slices.DeleteFunc(slices.Clone(rows), func(row projections.Row) bool { return !touched[row.Key] })
}
