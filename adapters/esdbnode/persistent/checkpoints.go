package persistent

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/usher-engine/usher/adapters/esdbnode/persistent/group"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
)

// The type of checkpoints, and what it is from EventStoreDB 24 on. Nodes wrote
// that before.
const (
	checkpointType    = "SubscriptionCheckpoint"
	checkpointTypeNew = "$SubscriptionCheckpoint"
)

const checkpointMetadata = `{"$maxCount":2,"$acl":{"$r":"$admins","$w":"$admins","$d":"$admins","$mr":"$all","$mw":"$admins"}}`

func checkpointStream(k key) string { return streamPrefix + k.String() + "-checkpoint" }

// loadCheckpoint reads up to where a group has done everything.
func loadCheckpoint(ctx context.Context, s *store.Store, k key) (place group.Place, found bool, err error) {
	last, found, err := lastEvent(ctx, s, checkpointStream(k))
	if err != nil || !found || last.Type != checkpointType && last.Type != checkpointTypeNew {
		return 0, false, err
	}
	var text string
	if err := json.Unmarshal(last.Data, &text); err != nil {
		return 0, false, fmt.Errorf("read the checkpoint of %s: %w", k, err)
	}
	place, err = parsePlace(text)
	return place, err == nil, err
}

func saveCheckpoint(ctx context.Context, s *store.Store, e entry, place group.Place) error {
	stream := checkpointStream(e.key())
	if err := ensureMetadata(ctx, s, stream, checkpointMetadata); err != nil {
		return err
	}
	return appendJSON(ctx, s, stream, checkpointType, e.text(place))
}
