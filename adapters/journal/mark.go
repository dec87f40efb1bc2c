package journal

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
)

// FirstMark returns the mark (see Log.Mark) of a log that has nothing before its first
// event.
func FirstMark(ctx context.Context, log Log) (string, error) {
	for first, err := range log.ReadAll(ctx, domain.Position{}) {
		if err != nil {
			return "", fmt.Errorf("read the first event: %w", err)
		}
		return MarkOf(first), nil
	}
	return "", nil
}

// BegunBy says whether a log with this mark begins with the event of this id.
func BegunBy(mark string, id uuid.UUID) bool {
	_, first, _ := strings.Cut(mark, "/")
	return strings.HasPrefix(first, id.String())
}

// MarkOf returns the mark of a log that begins with an event.
func MarkOf(first Record) string { return first.Position.String() + "/" + first.ID.String() }
