package history

import (
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/projections"
)

// Event is an event as it is stored. All that a log's record holds is in it.
type Event struct {
	ID       uuid.UUID         `json:"id"`
	Stream   domain.StreamName `json:"stream"`
	Revision uint64            `json:"revision"`
	Position domain.Position   `json:"position"`
	Type     domain.EventType  `json:"type"`
	Time     time.Time         `json:"time"`
	// Metadata says who caused the event, by which command.
	Metadata domain.Metadata `json:"metadata"`
	// Data is the payload: JSON, its personal part sealed.
	Data []byte `json:"data"`
	// Person is whom the event is about, Slot that person's contact; zero where
	// it is about nobody.
	Person domain.PersonID `json:"person,omitzero"`
	Slot   domain.Slot     `json:"slot,omitzero"`
}

// View returns the read model.
func View() projections.View {
	return projections.Definition[Event]{
		ViewName:    "history",
		ViewVersion: 3,
		// Of several facets the first is walked: what is of the fewest events.
		Facets: []string{"event", "stream", "slot", "person", "actor", "type"},
		Keys:   keys,
		Row:    row,
		Index:  index,
	}.View()
}

func keys(event domain.Recorded) []projections.Key {
	if event.Metadata.Account.IsZero() {
		return nil
	}
	return []projections.Key{{Account: event.Metadata.Account, ID: event.Position.String()}}
}

func row(_ projections.Key, _ *Event, event domain.Recorded) *Event {
	slot := domain.SlotOf(event.Stream)
	if founded, ok := event.Event.(account.Founded); ok {
		slot = founded.Administrator.Slot
	}
	return &Event{
		ID: event.ID, Stream: event.Stream, Revision: event.Revision, Position: event.Position,
		Type: event.Event.Type(), Time: event.Time, Metadata: event.Metadata, Data: event.Data,
		Person: event.Event.About(), Slot: slot,
	}
}

func index(_ projections.Key, e *Event) projections.Index {
	return projections.Index{
		Sort: projections.InLogOrder(e.Position),
		At:   e.Time,
		Facets: []string{
			e.ID.String(), string(e.Stream), projections.Wanted(e.Slot), projections.Wanted(e.Person), actor(e.Metadata.Actor), string(e.Type),
		},
	}
}

// actor is a person's id, or the kind of those who are no persons.
func actor(a domain.Actor) string {
	if a.Person.IsZero() {
		return string(a.Kind)
	}
	return a.Person.String()
}
