package policies

import (
	"context"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// returnSeats gives a limited join link the uses back that were fenced.
func returnSeats(app *commands.App) func(context.Context, domain.Recorded) error {
	return func(ctx context.Context, event domain.Recorded) error {
		if forfeited, ok := event.Event.(person.SeatForfeited); ok {
			return app.ReturnSeat(ctx, event, forfeited)
		}
		return nil
	}
}
