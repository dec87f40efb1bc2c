package lookup

import (
	"context"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections/employees"
)

// SlotOf implements commands.Directory by the view of employees, which knows
// everybody who has registered.
func (f Finders) SlotOf(ctx context.Context, account domain.AccountID, id domain.PersonID, least domain.Position) (domain.Slot, bool, error) {
	slots, err := f.SlotsOf(ctx, account, []domain.PersonID{id}, least)
	slot, found := slots[id]
	return slot, found, err
}

// SlotsOf implements commands.Directory.
func (f Finders) SlotsOf(ctx context.Context, account domain.AccountID, ids []domain.PersonID, least domain.Position) (map[domain.PersonID]domain.Slot, error) {
	rows, err := f.reflecting(ctx, employees.View(), least)
	if err != nil {
		return nil, err
	}
	return employees.SlotsOf(ctx, rows, account, ids...)
}
