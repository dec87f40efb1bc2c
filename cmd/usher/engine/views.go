package engine

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

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
