package messaging

import (
	"context"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// keeper is the Follower that keeps one view. Batches of events become changed
// rows, which are committed together with the view's position.
type keeper struct {
	view  projections.View
	store projections.Store
}

// Name implements Follower.
func (k keeper) Name() string { return k.view.Name() }

// Position implements Follower.
func (k keeper) Position(ctx context.Context) (domain.Position, error) {
	return k.store.Position(ctx, k.view)
}

// Take implements Follower.
func (k keeper) Take(ctx context.Context, b Batch) (domain.Position, error) {
	result, err := k.fold(ctx, b.From, b)
	if err != nil {
		return b.From, err
	}
	if result.To.After(result.From) {
		if err := k.store.Apply(ctx, k.view, result.Change); err != nil {
			return b.From, asking(err)
		}
	}
	if result.poison != nil {
		return result.To, result.poison
	}
	return result.To, nil
}
