package lookup

import (
	"context"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/employees"
)

// waits is how long a command waits for a view.
const waits = 5 * time.Second

// Views lets a view come as far as a position.
type Views interface {
	Wait(ctx context.Context, view string, least domain.Position) error
}

// People finds people by the view of employees, which knows everybody who has
// registered. It implements commands.Directory.
type People struct {
	Reader projections.Reader
	Views  Views
}

// SlotOf implements commands.Directory.
func (p People) SlotOf(ctx context.Context, account domain.AccountID, id domain.PersonID, least domain.Position) (domain.Slot, bool, error) {
	slots, err := p.SlotsOf(ctx, account, []domain.PersonID{id}, least)
	slot, found := slots[id]
	return slot, found, err
}

// SlotsOf implements commands.Directory.
func (p People) SlotsOf(ctx context.Context, account domain.AccountID, ids []domain.PersonID, least domain.Position) (map[domain.PersonID]domain.Slot, error) {
	if err := wait(ctx, p.Views, employees.View(), least); err != nil {
		return nil, err
	}
	return employees.SlotsOf(ctx, p.Reader, account, ids...)
}

func wait(ctx context.Context, views Views, view projections.View, least domain.Position) error {
	waiting, cancel := context.WithTimeout(ctx, waits)
	defer cancel()
	if err := views.Wait(waiting, view.Name(), least); err != nil {
		return domain.Refuse(domain.NotYet, "the list "+view.Name()+" is behind; try again in a moment")
	}
	return nil
}
