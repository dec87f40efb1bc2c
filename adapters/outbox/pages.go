package outbox

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// Pages is an outbox that is read page by page, by cursors.
type Pages struct{ *Outbox }

// List returns a page of an account's messages, newest first, and the cursor of
// the next; empty where this is the last. A cursor is the one of the page before,
// or empty; any other is refused with domain.InvalidCursor.
func (p Pages) List(ctx context.Context, account domain.AccountID, cursor string, limit int) ([]commands.Message, string, error) {
	after, err := parsePlace(cursor)
	if err != nil {
		return nil, "", err
	}
	found, err := p.Outbox.List(ctx, account, after, limit+1) // one more tells whether a page follows
	if err != nil || len(found) <= limit {
		return found, "", err
	}
	found = found[:limit]
	return found, formatPlace(PlaceOf(found[limit-1])), nil
}

func formatPlace(place Place) string {
	return base64.RawURLEncoding.EncodeToString(append(binary.BigEndian.AppendUint64(nil, uint64(place.At.UnixNano())), place.ID[:]...))
}

func parsePlace(cursor string) (Place, error) {
	if cursor == "" {
		return Place{}, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) != 8+16 {
		return Place{}, domain.Refuse(domain.InvalidCursor, `this is not a cursor of this list; use the "next" of the page before`).In("cursor")
	}
	at := time.Unix(0, int64(binary.BigEndian.Uint64(raw))).UTC() //nolint:gosec // because the bits come back as they were
	return Place{At: at, ID: uuid.UUID(raw[8:])}, nil
}
