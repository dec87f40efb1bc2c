package journal

import (
	"context"
	"fmt"
	"time"

	"github.com/usher-engine/usher/domain"
)

// End is where a log ends, and which log it is.
type End struct {
	Mark     string          // see Log.Mark
	Position domain.Position // of the last event
	Time     time.Time       // of the last event
}

// EndOf returns a log's end. A log in a server is read as a whole for it.
func EndOf(ctx context.Context, log Log) (end End, err error) {
	if end.Mark, err = log.Mark(ctx); err != nil {
		return End{}, err
	}
	if end.Position, err = log.Head(ctx); err != nil {
		return End{}, err
	}
	var before domain.Position
	if _, counted := log.(Local); counted && !end.Position.IsZero() {
		before.Commit = end.Position.Commit - 1
	}
	for last, err := range log.ReadAll(ctx, before) {
		if err != nil {
			return End{}, fmt.Errorf("read the last event: %w", err)
		}
		if last.Position.After(end.Position) {
			break
		}
		end.Time = last.Time
	}
	return end, nil
}
