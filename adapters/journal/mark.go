package journal

import (
	"context"
	"fmt"

	"github.com/usher-engine/usher/domain"
)

// Mark tells a log from every other one: it is the place and the id of its
// first event, and empty while there is none. A copy of a log has the same mark
// where its events have the same positions.
//
// Whoever keeps a position beside a log keeps its mark too: in another log the
// same position is another place.
func Mark(ctx context.Context, log Log) (string, error) {
	for first, err := range log.ReadAll(ctx, domain.Position{}) {
		if err != nil {
			return "", fmt.Errorf("read the first event: %w", err)
		}
		return first.Position.String() + "/" + first.ID.String(), nil
	}
	return "", nil
}
