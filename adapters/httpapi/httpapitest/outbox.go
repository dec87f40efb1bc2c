package httpapitest

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// pages is the outbox by cursors.
type pages struct{ *outbox.Outbox }

func (p pages) List(ctx context.Context, account domain.AccountID, cursor string, limit int) ([]commands.Message, string, error) {
	var after outbox.Place
	if cursor != "" {
		at, id, _ := strings.Cut(cursor, ".")
		nanoseconds, err1 := strconv.ParseInt(at, 10, 64)
		place, err2 := uuid.Parse(id)
		if err1 != nil || err2 != nil {
			return nil, "", domain.Refuse(domain.InvalidCursor, "this is not a cursor of this list").In("cursor")
		}
		after = outbox.Place{At: time.Unix(0, nanoseconds).UTC(), ID: place}
	}
	found, err := p.Outbox.List(ctx, account, after, limit+1)
	if err != nil || len(found) <= limit {
		return found, "", err
	}
	found = found[:limit]
	last := outbox.PlaceOf(found[limit-1])
	return found, strconv.FormatInt(last.At.UnixNano(), 10) + "." + last.ID.String(), nil
}
