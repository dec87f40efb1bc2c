package joinlink

import (
	"context"
	"strconv"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// Row counts the uses of one generation of an account's join link.
type Row struct {
	Generation uint64 `json:"generation"`
	Uses       int    `json:"uses"`
}

// View returns the counters of all join links.
func View() projections.View {
	return projections.Definition[Row]{
		ViewName: "join_link", ViewVersion: 2,
		Keys: func(event domain.Recorded) []projections.Key {
			registered, ok := event.Event.(person.Registered)
			if !ok || registered.Route != person.ByJoinLink || registered.Again || event.Metadata.Account.IsZero() {
				return nil
			}
			return []projections.Key{key(event.Metadata.Account, registered.Generation)}
		},
		Row: func(_ projections.Key, row *Row, event domain.Recorded) *Row {
			registered, ok := event.Event.(person.Registered)
			if !ok {
				return row
			}
			after := Row{Generation: registered.Generation, Uses: 1}
			if row != nil {
				after.Uses += row.Uses
			}
			return &after
		},
		Index: func(key projections.Key, _ *Row) projections.Index { return projections.Index{Sort: key.ID} },
	}.View()
}

// Uses returns how many people registered by a generation of the account's link.
func Uses(ctx context.Context, reader projections.Reader, account domain.AccountID, generation uint64) (int, error) {
	rows, _, err := reader.Load(ctx, View(), []projections.Key{key(account, generation)})
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	counters, err := projections.As[Row](rows)
	if err != nil {
		return 0, err
	}
	return counters[0].Uses, nil
}

func key(account domain.AccountID, generation uint64) projections.Key {
	return projections.Key{Account: account, ID: strconv.FormatUint(generation, 10)}
}
