package postgres

import (
	"fmt"
	"time"

	"github.com/usher-engine/usher/domain"
)

// times are kept as text of one length in UTC: it orders as the times do, from
// the year 0 to 9999, to the nanosecond.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

func timeText(at time.Time) string { return at.UTC().Format(timeLayout) }

// scanTime reads a column of timeText.
type scanTime struct{ into *time.Time }

// Scan implements sql.Scanner.
func (s scanTime) Scan(value any) (err error) {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("a time is stored as a %T", value)
	}
	*s.into, err = time.Parse(timeLayout, text)
	return err
}

// scanID reads bytes into an array of the same length.
type scanID struct{ into []byte }

// Scan implements sql.Scanner.
func (s scanID) Scan(value any) error {
	id, ok := value.([]byte)
	if !ok || len(id) != len(s.into) {
		return fmt.Errorf("an id is stored as %d bytes of %T instead of %d", len(id), value, len(s.into))
	}
	copy(s.into, id)
	return nil
}

// positions are kept as two integers, with all 64 bits.
func positionValues(position domain.Position) (commit, prepare int64) {
	return int64(position.Commit), int64(position.Prepare) //nolint:gosec // because toPosition turns them back
}

func toPosition(commit, prepare int64) domain.Position {
	return domain.Position{Commit: uint64(commit), Prepare: uint64(prepare)} //nolint:gosec // because positionValues made them
}
