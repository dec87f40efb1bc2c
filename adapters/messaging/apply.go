package messaging

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// folded is what a batch makes of a view, not yet committed.
type folded struct {
	projections.Change
	to     domain.Position     // zero where the first event is poisonous
	poison *projections.Poison // at which the batch ended
}

func (f folded) changesNothing() bool { return len(f.Saved) == 0 && len(f.Deleted) == 0 }

// fold folds a batch into the rows that it touches. Where the view cannot take
// an event, the result is that of the events before it.
func (p *projector) fold(ctx context.Context, b batch) (folded, error) {
	b = b.without(p.skipped)
	var rows []projections.Row
	if keys := projections.Touched(p.view, b.events); len(keys) > 0 {
		var err error
		if rows, err = p.store.Load(ctx, p.view, keys); err != nil {
			return folded{}, err
		}
	}
	change, err := foldSafely(p.view, rows, b.events)
	if err != nil {
		b = isolate(p.view, rows, b, err)
		if change, err = foldSafely(p.view, touchedOf(p.view, rows, b.events), b.events); err != nil {
			return folded{}, fmt.Errorf("view %s: %w", p.view.Name(), err)
		}
	}
	return folded{Change: change, to: b.to, poison: b.poison}, nil
}

// isolate is the batch before the first event that the view cannot take.
func isolate(view projections.View, rows []projections.Row, b batch, cause error) batch {
	if poison, named := asPoison(cause); named {
		if at := slices.IndexFunc(b.events, func(event domain.Recorded) bool { return event.Position == poison.Position }); at >= 0 {
			return b.before(at, poison)
		}
	}
	at := sort.Search(len(b.events)-1, func(i int) bool {
		few := b.events[:i+1]
		_, err := foldSafely(view, touchedOf(view, rows, few), few)
		if err != nil {
			cause = err // of the fewest events so far
		}
		return err != nil
	})
	event := b.events[at]
	return b.before(at, &projections.Poison{Event: event.ID, Position: event.Position, Type: event.Event.Type(), Reason: cause.Error()})
}

// foldSafely is projections.FoldBatch where a view that panics elsewhere than
// in its fold, say in its index, gives an error too.
func foldSafely(view projections.View, rows []projections.Row, events []domain.Recorded) (change projections.Change, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("view %s panicked: %v", view.Name(), fault)
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

func asPoison(err error) (*projections.Poison, bool) { return errors.AsType[*projections.Poison](err) }
