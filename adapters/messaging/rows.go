package messaging

import (
	"context"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// rows is a Reader that never answers from rows that reflect less than this
// instance has ever seen of their view: those were lost, or are an older copy. It
// refuses them with a *projections.Behind, and has them made anew at once.
type rows struct{ *Projectors }

// Rows returns the views' rows, for all who ask.
func (p *Projectors) Rows() projections.Reader { return rows{p} }

// Find implements projections.Reader.
func (r rows) Find(ctx context.Context, view projections.View, query projections.Query) ([]projections.Row, domain.Position, error) {
	judge := r.before(view)
	return judge(r.store.Find(ctx, view, query))
}

// Load implements projections.Reader.
func (r rows) Load(ctx context.Context, view projections.View, keys []projections.Key) ([]projections.Row, domain.Position, error) {
	judge := r.before(view)
	return judge(r.store.Load(ctx, view, keys))
}

// Count implements projections.Reader.
func (r rows) Count(ctx context.Context, view projections.View, query projections.Query) (*int, domain.Position, error) {
	judge := r.before(view)
	count, position, err := r.store.Count(ctx, view, query)
	_, position, err = judge(nil, position, err)
	return count, position, err
}

// Tally implements projections.Reader.
func (r rows) Tally(ctx context.Context, view projections.View, account domain.AccountID, facet string, within projections.Span) (map[string]int, domain.Position, error) {
	judge := r.before(view)
	counts, position, err := r.store.Tally(ctx, view, account, facet, within)
	_, position, err = judge(nil, position, err)
	return counts, position, err
}

// Position implements projections.Reader: where the rows stand, however far that is.
func (r rows) Position(ctx context.Context, view projections.View) (domain.Position, error) {
	one, known := r.byName[view.Name()]
	if !known {
		return r.store.Position(ctx, view)
	}
	believed := one.place.get()
	position, err := r.store.Position(ctx, view)
	if err == nil {
		one.place.found(position, believed)
	}
	return position, err
}

// before is called before the store is asked, so that what a view reaches meanwhile
// is not held against the answer, which is then judged.
func (r rows) before(view projections.View) func([]projections.Row, domain.Position, error) ([]projections.Row, domain.Position, error) {
	one, known := r.byName[view.Name()]
	if !known {
		return func(found []projections.Row, position domain.Position, err error) ([]projections.Row, domain.Position, error) {
			return found, position, err
		}
	}
	believed, least := one.place.believed()
	return func(found []projections.Row, position domain.Position, err error) ([]projections.Row, domain.Position, error) {
		if err == nil {
			one.place.found(position, believed)
		}
		return projections.Reflecting(found, position, err, view, least)
	}
}
