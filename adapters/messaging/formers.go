package messaging

import (
	"context"
	"log/slog"

	"github.com/usher-engine/usher/projections"
)

// letServe lets an edition serve in the place of another, which is kept as the
// way back. What was kept before is deleted.
func (p *Projectors) letServe(ctx context.Context, view projections.View, number int, back bool) error {
	all, err := p.editions.Editions(ctx)
	if err != nil {
		return err
	}
	former, kept := 0, []int(nil)
	for _, one := range all {
		switch {
		case one.View != view.Name() || one.Version != view.Version() || one.Number == number:
		case one.State == projections.Serving:
			former = one.Number
		case one.State == projections.Kept:
			kept = append(kept, one.Number)
		}
	}
	if err := p.editions.Serve(ctx, view, number, back); err != nil || former == 0 {
		return err
	}
	for _, old := range kept {
		if err := p.editions.Discard(ctx, view, old); err != nil { // the next time, then
			p.feed.options.Logger.WarnContext(ctx, "old rows of a view cannot be deleted for now", slog.String("view", view.Name()), slog.Int("edition", old), slog.Any("error", err))
		}
	}
	return nil
}
