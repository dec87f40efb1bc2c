package lookup

import (
	"context"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/deadlines"
)

// Deadlines finds what is due by the view of deadlines. It implements
// commands.Deadlines.
type Deadlines struct {
	Reader projections.Reader
	Views  Views
}

// Due implements commands.Deadlines.
func (d Deadlines) Due(ctx context.Context, now time.Time, limit int) ([]commands.Deadline, error) {
	found, err := deadlines.Due(ctx, d.Reader, now, limit)
	due := make([]commands.Deadline, len(found))
	for n, one := range found {
		due[n] = commands.Deadline{Account: one.Account, Slot: one.Slot, Invitation: one.Invitation}
	}
	return due, err
}

// Reflect implements commands.Deadlines.
func (d Deadlines) Reflect(ctx context.Context, least domain.Position) error {
	return wait(ctx, d.Views, deadlines.View(), least)
}
