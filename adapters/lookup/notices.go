package lookup

import (
	"context"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/approvals"
)

// News implements commands.Notices by the view of notices.
func (f Finders) News(ctx context.Context, now time.Time, limit int) ([]commands.News, error) {
	found, err := approvals.Due(ctx, f.Reader, now, limit)
	news := make([]commands.News, len(found))
	for i, one := range found {
		news[i] = commands.News{Account: one.Account, Arrivals: one.Arrivals, Position: one.Position}
	}
	return news, err
}

// Waiting implements commands.Notices by the view of approvals.
func (f Finders) Waiting(ctx context.Context, account domain.AccountID, least domain.Position) (int, error) {
	rows, err := f.reflecting(ctx, approvals.View(), least)
	if err != nil {
		return 0, err
	}
	page, err := approvals.List(ctx, rows, approvals.Query{
		Account: account, Awaits: person.Approval, Paging: projections.Paging{Limit: commands.MostCounted},
	})
	return len(page.Items), err
}
