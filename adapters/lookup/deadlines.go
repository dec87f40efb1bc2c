package lookup

import (
	"context"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections/deadlines"
)

// Overdue implements commands.Deadlines by the view of deadlines.
func (f Finders) Overdue(ctx context.Context, now time.Time, limit int) ([]commands.Deadline, error) {
	found, err := deadlines.Due(ctx, f.Reader, now, limit)
	due := make([]commands.Deadline, len(found))
	for n, one := range found {
		due[n] = commands.Deadline{Account: one.Account, Slot: one.Slot, Invitation: one.Invitation}
	}
	return due, err
}

// ReflectDeadlines implements commands.Deadlines.
func (f Finders) ReflectDeadlines(ctx context.Context, least domain.Position) error {
	return f.wait(ctx, deadlines.View(), least)
}
