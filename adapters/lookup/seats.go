package lookup

import (
	"context"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/projections/joinlink"
)

// IdleSeats implements commands.Seats by the view of join links.
func (f Finders) IdleSeats(ctx context.Context, before time.Time, limit int) ([]commands.IdleSeat, error) {
	found, err := joinlink.Idle(ctx, f.Reader, before, limit)
	idle := make([]commands.IdleSeat, len(found))
	for i, one := range found {
		idle[i] = commands.IdleSeat{Account: one.Account, Slot: one.Slot, Seat: one.Seat}
	}
	return idle, err
}
