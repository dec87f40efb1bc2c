package history

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Neighbours is the ids of the events before and behind one; zero at an end.
type Neighbours struct {
	Previous, Next uuid.UUID
}

// At returns the event at a position of the log; domain.NotFound where there is none of
// the account.
func At(ctx context.Context, reader projections.Reader, account domain.AccountID, position domain.Position) (Event, domain.Position, error) {
	rows, reflected, err := reader.Load(ctx, View(), []projections.Key{{Account: account, ID: position.String()}})
	if err != nil {
		return Event{}, reflected, fmt.Errorf("load an event: %w", err)
	}
	return only(rows, reflected)
}

// Named returns the event of an id; domain.NotFound where the account has none such. Of
// several, which no Usher writes, it is the first.
func Named(ctx context.Context, reader projections.Reader, account domain.AccountID, id uuid.UUID) (Event, domain.Position, error) {
	rows, reflected, err := reader.Find(ctx, View(), projections.Query{Account: account, Facets: map[string]string{"event": id.String()}, Limit: 1})
	if err != nil {
		return Event{}, reflected, fmt.Errorf("find an event: %w", err)
	}
	return only(rows, reflected)
}

func only(rows []projections.Row, reflected domain.Position) (Event, domain.Position, error) {
	found, err := projections.As[Event](rows)
	if err == nil && len(found) == 0 {
		err = domain.Refuse(domain.NotFound, "there is no such event in this account")
	}
	if err != nil {
		return Event{}, reflected, err
	}
	return found[0], reflected, nil
}

// InStream returns the neighbours of an event in its stream, InAccount those among all
// events of its account.
func (e Event) InStream(ctx context.Context, reader projections.Reader) (Neighbours, error) {
	return e.beside(ctx, reader, map[string]string{"stream": string(e.Stream)})
}

// InAccount is beside InStream.
func (e Event) InAccount(ctx context.Context, reader projections.Reader) (Neighbours, error) {
	return e.beside(ctx, reader, nil)
}

func (e Event) beside(ctx context.Context, reader projections.Reader, among map[string]string) (Neighbours, error) {
	var ids [2]uuid.UUID
	for i := range ids {
		rows, _, err := reader.Find(ctx, View(), projections.Query{
			Account: e.Metadata.Account, Facets: among, Descending: i == 0, Limit: 1,
			After: projections.Place{Sort: projections.InLogOrder(e.Position), ID: e.Position.String()},
		})
		if err != nil {
			return Neighbours{}, fmt.Errorf("find what is beside an event: %w", err)
		}
		found, err := projections.As[Event](rows)
		if err != nil {
			return Neighbours{}, err
		}
		if len(found) > 0 {
			ids[i] = found[0].ID
		}
	}
	return Neighbours{Previous: ids[0], Next: ids[1]}, nil
}
