package projections

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// Touched returns the keys of all rows that the events may change, each once. An
// event at which the view panics has none here; FoldBatch names it.
func Touched(view View, events []domain.Recorded) []Key {
	var keys []Key
	seen := map[Key]bool{}
	for _, event := range events {
		for _, key := range touched(view, event) {
			if !seen[key] {
				seen[key] = true
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func touched(view View, event domain.Recorded) (keys []Key) {
	defer func() {
		if fault := recover(); fault != nil {
			keys = nil
		}
	}()
	return view.Touches(event)
}

// FoldBatch returns what a batch of events makes of a view, given the touched rows
// that exist. A row that changes many times is encoded once.
//
// A fold that panics stops the batch with a *Poison naming the event.
func FoldBatch(view View, stored []Row, events []domain.Recorded) (Change, error) {
	rows := make(map[Key]any, len(stored))
	for _, row := range stored {
		typed, err := view.Decode(row)
		if err != nil {
			return Change{}, err
		}
		rows[row.Key] = typed
	}
	existed := make(map[Key]bool, len(stored))
	for key := range rows {
		existed[key] = true
	}
	var order []Key
	changed, forgotten := map[Key]bool{}, false
	for _, event := range events {
		keys, err := foldOne(view, rows, event)
		if err != nil {
			return Change{}, err
		}
		forgotten = forgotten || len(keys) > 0 && forgets(event)
		for _, key := range keys {
			if !changed[key] {
				changed[key] = true
				order = append(order, key)
			}
		}
	}
	change, err := encode(view, rows, existed, order)
	change.Forgets = forgotten && isPersonal(view)
	return change, err
}

// forgets reports whether an event takes personal data away: a contact that was
// mistyped and may be a stranger's, the login before, or all that is of somebody erased.
func forgets(event domain.Recorded) bool {
	switch event.Event.(type) {
	case person.ContactCorrected, person.LoginChanged:
		return true
	}
	return event.Erased
}

func isPersonal(view View) bool {
	if numbered, ok := view.(Numbered); ok {
		view = numbered.View
	}
	_, personal := view.(Personal)
	return personal
}

func foldOne(view View, rows map[Key]any, event domain.Recorded) (keys []Key, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = &Poison{Event: event.ID, Position: event.Position, Type: event.Event.Type(), Reason: "view " + view.Name() + " " + Panicked(fault)}
		}
	}()
	keys = view.Touches(event)
	for _, key := range keys {
		rows[key] = view.Fold(key, rows[key], event)
	}
	return keys, nil
}

func encode(view View, rows map[Key]any, existed map[Key]bool, order []Key) (Change, error) {
	var change Change
	for _, key := range order {
		row := rows[key]
		if row == nil {
			if existed[key] {
				change.Deleted = append(change.Deleted, key)
			}
			continue
		}
		stored, err := view.Encode(key, row)
		if err != nil {
			return Change{}, err
		}
		change.Saved = append(change.Saved, stored)
	}
	return change, nil
}

// Poison is an event that a view cannot apply.
type Poison struct {
	Event    uuid.UUID // its id
	Position domain.Position
	Type     domain.EventType
	Reason   string
}

func (p *Poison) Error() string {
	return fmt.Sprintf("event %s at position %s cannot be applied: %s", p.Type, p.Position, p.Reason)
}
