package engine

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/employees"
)

// directory finds people by the view of employees, which knows everybody who
// has registered.
type directory struct {
	reader     projections.Reader
	projectors *messaging.Projectors
}

// directoryLimit is how long a command waits for the view.
const directoryLimit = 5 * time.Second

// SlotOf implements commands.Directory.
func (d directory) SlotOf(ctx context.Context, account domain.AccountID, id domain.PersonID, least domain.Position) (domain.Slot, bool, error) {
	slots, err := d.SlotsOf(ctx, account, []domain.PersonID{id}, least)
	slot, found := slots[id]
	return slot, found, err
}

// SlotsOf implements commands.Directory.
func (d directory) SlotsOf(ctx context.Context, account domain.AccountID, ids []domain.PersonID, least domain.Position) (map[domain.PersonID]domain.Slot, error) {
	waiting, cancel := context.WithTimeout(ctx, directoryLimit)
	defer cancel()
	if err := d.projectors.Wait(waiting, employees.View().Name(), least); err != nil {
		return nil, domain.Refuse(domain.NotYet, "the list of people is behind; try again in a moment")
	}
	return employees.SlotsOf(ctx, d.reader, account, ids...)
}

// messages pages through the outbox by cursors.
type messages struct{ *outbox.Outbox }

// List implements httpapi.Outbox.
func (m messages) List(ctx context.Context, account domain.AccountID, cursor string, limit int) ([]commands.Message, string, error) {
	after, err := parsePlace(cursor)
	if err != nil {
		return nil, "", err
	}
	found, err := m.Outbox.List(ctx, account, after, limit+1) // one more tells whether a page follows
	if err != nil || len(found) <= limit {
		return found, "", err
	}
	found = found[:limit]
	return found, formatPlace(outbox.PlaceOf(found[limit-1])), nil
}

func formatPlace(place outbox.Place) string {
	return base64.RawURLEncoding.EncodeToString(append(binary.BigEndian.AppendUint64(nil, uint64(place.At.UnixNano())), place.ID[:]...))
}

func parsePlace(cursor string) (outbox.Place, error) {
	if cursor == "" {
		return outbox.Place{}, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) != 8+16 {
		return outbox.Place{}, domain.Refuse(domain.InvalidCursor, `this is not a cursor of this list; use the "next" of the page before`).In("cursor")
	}
	at := time.Unix(0, int64(binary.BigEndian.Uint64(raw))).UTC() //nolint:gosec // because the bits come back as they were
	return outbox.Place{At: at, ID: uuid.UUID(raw[8:])}, nil
}
