package invited

import (
	"context"
	"fmt"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Counts is how many invited people are listed, by status.
type Counts struct {
	// Total is all, Open those that are pending or expired.
	Total, Open int
	// Pending and Expired are nil where both are more than mostCounted: time decides
	// between them, so that no counter is kept of either.
	Pending, Expired         *int
	Declined, Asked, Refused int
}

// mostCounted bounds the rows that are read to count them.
const mostCounted = 1000

// Count returns how many are listed at a time, and the position that this reflects.
func Count(ctx context.Context, reader projections.Reader, account domain.AccountID, now time.Time) (Counts, domain.Position, error) {
	kept, position, err := reader.Tally(ctx, View(), account, "state", projections.Span{})
	if err != nil {
		return Counts{}, position, fmt.Errorf("count the invited: %w", err)
	}
	counts := Counts{Open: kept[open], Declined: kept[string(Declined)], Asked: kept[string(Asked)], Refused: kept[string(Refused)]}
	for _, count := range kept {
		counts.Total += count
	}
	expired, err := countOpen(ctx, reader, account, now, true)
	switch {
	case err != nil:
		return Counts{}, position, err
	case expired <= mostCounted:
		counts.divide(counts.Open-expired, expired)
		return counts, position, nil
	}
	pending, err := countOpen(ctx, reader, account, now, false)
	if err == nil && pending <= mostCounted {
		counts.divide(pending, counts.Open-pending)
	}
	return counts, position, err
}

// divide takes care of an invitation that came or went while others were counted.
func (c *Counts) divide(pending, expired int) {
	pending, expired = max(pending, 0), max(expired, 0)
	c.Pending, c.Expired = &pending, &expired
}

// countOpen is how many open invitations have expired at a time, or have not, as far as
// they are not more than one above mostCounted.
func countOpen(ctx context.Context, reader projections.Reader, account domain.AccountID, now time.Time, expired bool) (int, error) {
	rows, _, err := reader.Find(ctx, View(), projections.Query{
		Account: account, Facets: map[string]string{"state": open}, Order: "expires", Descending: expired, Limit: mostCounted + 1,
		After: projections.Place{Order: projections.SortTime(now), Sort: "\U0010FFFF"},
	})
	if err != nil {
		return 0, fmt.Errorf("count open invitations: %w", err)
	}
	return len(rows), nil
}
