package questions

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	employeesview "github.com/usher-engine/usher/projections/employees"
	historyview "github.com/usher-engine/usher/projections/history"
	structureview "github.com/usher-engine/usher/projections/structure"
	whyview "github.com/usher-engine/usher/projections/why"
)

// HistoryQuery asks for events in the order of the log.
type HistoryQuery struct {
	historyview.Query
	// Contact is an e-mail address or phone number that they are about, as people
	// write it; empty does not matter.
	Contact string
}

// Events is events in order, and what the people are called who caused them or whom
// they are about.
type Events struct {
	projections.Page[domain.Recorded]
	Names projections.Names
}

// History asks for every event, in order. It refuses with domain.InvalidContact a
// contact that is none.
func History() Question[HistoryQuery, Events] {
	return Question[HistoryQuery, Events]{
		Entry{"history", commands.SeeHistory, []projections.View{historyview.View(), employeesview.View()}}, history,
	}
}

func history(ctx context.Context, asker Asker, query HistoryQuery) (events Events, err error) {
	query.Account = asker.Account
	if err := OneOf(string(query.Type), "type", Types(asker.from.Events)...); err != nil {
		return events, err
	}
	if query.Contact != "" {
		if query.Slot, err = asker.from.App.SlotNamed(ctx, asker.Caller, asker.Account, query.Contact); err != nil {
			return events, err
		}
	}
	found, err := historyview.List(ctx, asker.rows, query.Query)
	if err != nil {
		return events, err
	}
	decoded, err := asker.from.decode(ctx, found.Items)
	if err != nil {
		return events, err
	}
	events.Page = projections.Page[domain.Recorded]{Items: decoded, Next: found.Next, Position: found.Position, Total: found.Total}
	events.Names, err = asker.namesIn(ctx, decoded)
	return events, err
}

// EventQuery asks for one event: by its id, or by its position where the id is zero.
type EventQuery struct {
	ID       uuid.UUID
	Position domain.Position
}

// OneEvent is an event, with those beside it.
type OneEvent struct {
	domain.Recorded
	InStream, InAccount historyview.Neighbours
	Names               projections.Names
	Reflected           domain.Position
}

// Event asks for one event as it was recorded. It refuses with domain.NotFound.
func Event() Question[EventQuery, OneEvent] {
	return Question[EventQuery, OneEvent]{
		Entry{"event", commands.SeeHistory, []projections.View{historyview.View(), employeesview.View()}}, event,
	}
}

func event(ctx context.Context, asker Asker, query EventQuery) (one OneEvent, err error) {
	var stored historyview.Event
	if query.ID == uuid.Nil {
		stored, one.Reflected, err = historyview.At(ctx, asker.rows, asker.Account, query.Position)
	} else {
		stored, one.Reflected, err = historyview.Named(ctx, asker.rows, asker.Account, query.ID)
	}
	if err != nil {
		return one, err
	}
	decoded, err := asker.from.decode(ctx, []historyview.Event{stored})
	if err != nil {
		return one, err
	}
	one.Recorded = decoded[0]
	if one.InStream, err = stored.InStream(ctx, asker.rows); err != nil {
		return one, err
	}
	if one.InAccount, err = stored.InAccount(ctx, asker.rows); err != nil {
		return one, err
	}
	one.Names, err = asker.namesIn(ctx, decoded)
	return one, err
}

// namesIn is what the people of events are called, and others.
func (a Asker) namesIn(ctx context.Context, events []domain.Recorded, people ...domain.PersonID) (projections.Names, error) {
	for _, one := range events {
		people = append(people, one.Metadata.Actor.Person, one.Event.About())
	}
	return employeesview.People(ctx, a.rows, a.Account, people...)
}

// Grounds is why somebody has access.
type Grounds struct {
	whyview.Grounds
	Sentence string
	Names    projections.Names // of the people in its events
	Position domain.Position
}

// Why asks why somebody has access. It refuses with domain.NotFound who was never
// let in.
func Why() Question[domain.PersonID, Grounds] {
	return Question[domain.PersonID, Grounds]{
		Entry{"why", commands.SeeHistory, []projections.View{historyview.View(), employeesview.View(), structureview.View()}}, why,
	}
}

func why(ctx context.Context, asker Asker, who domain.PersonID) (Grounds, error) {
	stored, position, err := historyview.Of(ctx, asker.rows, asker.Account, who)
	if err != nil {
		return Grounds{}, err
	}
	decoded, err := asker.from.decode(ctx, stored)
	if err != nil {
		return Grounds{}, err
	}
	found, admitted := whyview.Of(decoded)
	if !admitted {
		return Grounds{}, errNeverLetIn()
	}
	names, err := asker.namesIn(ctx, found.Events, found.People()...)
	if err != nil {
		return Grounds{}, err
	}
	places, err := structureview.Names(ctx, asker.rows, asker.Account,
		[]domain.DepartmentID{found.Unplaced.Department, found.Unplaced.Instead}, found.Unplaced.Workgroups)
	return Grounds{found, found.Sentence(names, places), names, position}, err
}

// decode returns the events as the domain knows them.
func (s *Sources) decode(ctx context.Context, events []historyview.Event) ([]domain.Recorded, error) {
	records := make([]journal.Record, len(events))
	for i, e := range events {
		metadata, err := json.Marshal(e.Metadata, json.Deterministic(true))
		if err != nil {
			return nil, fmt.Errorf("metadata of event %s: %w", e.ID, err)
		}
		records[i] = journal.Record{
			Proposed: journal.Proposed{ID: e.ID, Type: string(e.Type), JSON: true, Data: e.Data, Metadata: metadata},
			Stream:   string(e.Stream), Revision: e.Revision, Position: e.Position, Time: e.Time,
		}
	}
	decoded, err := s.Events.Decode(ctx, records)
	if err != nil {
		return nil, fmt.Errorf("decode history: %w", err)
	}
	return decoded, nil
}
