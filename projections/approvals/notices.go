package approvals

import (
	"context"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// News is how many have begun to wait for approval in an account, and of how many of
// them its administrators were told.
type News struct {
	Account  domain.AccountID `json:"account"`
	Arrivals int              `json:"arrivals"`
	Noticed  int              `json:"noticed"`
	// NoticedAt is when they were told last; zero for never.
	NoticedAt time.Time `json:"noticed_at,omitzero"`
	Closed    bool      `json:"closed,omitzero"`
	// Position is where the latest stands of those who have begun to wait.
	Position domain.Position `json:"position"`
}

// Notices returns the read model of news of all accounts, by when administrators may be
// told. Its rows belong to no account: no account is asked for them.
func Notices() projections.View {
	return projections.Definition[News]{
		ViewName: "approval_notices", ViewVersion: 1,
		Keys: func(event domain.Recorded) []projections.Key {
			switch event.Event.(type) {
			case account.ApprovalsNoticed, account.Closed, account.Opened:
			default:
				if !beginsToWait(event.Event) {
					return nil
				}
			}
			if event.Metadata.Account.IsZero() {
				return nil
			}
			return []projections.Key{{ID: event.Metadata.Account.String()}}
		},
		Row: noticed,
		Index: func(_ projections.Key, n *News) projections.Index {
			if n.Arrivals <= n.Noticed || n.Closed {
				return projections.Index{}
			}
			due := time.Unix(0, 0)
			if !n.NoticedAt.IsZero() {
				due = n.NoticedAt.Add(account.NoticesEvery)
			}
			return projections.Index{Sort: projections.SortTime(due), At: due}
		},
	}.View()
}

func noticed(_ projections.Key, before *News, event domain.Recorded) *News {
	after := News{Account: event.Metadata.Account}
	if before != nil {
		after = *before
	}
	switch e := event.Event.(type) {
	case account.ApprovalsNoticed:
		after.Noticed, after.NoticedAt = e.Arrivals, e.At
	case account.Closed:
		after.Closed = true
	case account.Opened:
		after.Closed = false
	default:
		after.Arrivals++
		after.Position = event.Position
	}
	return &after
}

// beginsToWait reports whether somebody waits for an administrator from an event on.
func beginsToWait(event domain.Event) bool {
	switch e := event.(type) {
	case person.Registered:
		return e.Awaits == person.Approval
	case person.AddressProved:
		return e.Awaits == person.Approval
	}
	return false
}

// Due returns the accounts whose administrators may be told of news now, at most limit.
func Due(ctx context.Context, reader projections.Reader, now time.Time, limit int) ([]News, error) {
	rows, _, err := reader.Find(ctx, Notices(), projections.Query{To: now.Add(1), Limit: limit})
	if err != nil {
		return nil, err
	}
	return projections.As[News](rows)
}
