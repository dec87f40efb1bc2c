package lookup

import (
	"context"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/joinlink"
)

// Seats finds idle seats of join links. It implements commands.Seats.
type Seats struct{ Reader projections.Reader }

// Idle implements commands.Seats.
func (s Seats) Idle(ctx context.Context, before time.Time, limit int) ([]commands.IdleSeat, error) {
	found, err := joinlink.Idle(ctx, s.Reader, before, limit)
	idle := make([]commands.IdleSeat, len(found))
	for i, one := range found {
		idle[i] = commands.IdleSeat{Account: one.Account, Slot: one.Slot, Seat: one.Seat}
	}
	return idle, err
}
