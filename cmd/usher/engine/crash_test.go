package engine_test

import (
	"context"
	"strings"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// crashingStore ends everything right after a stream of one kind was appended
// to; below it is a real store.
type crashingStore struct {
	commands.EventStore
	after string
	crash func()
}

func withCrash(ports commands.Ports, after string, crash func()) commands.Ports {
	ports.Store = crashingStore{EventStore: ports.Store, after: after, crash: crash}
	return ports
}

func (s crashingStore) Append(ctx context.Context, stream domain.StreamName, expected domain.Expected, events []commands.Uncommitted) (commands.Appended, error) {
	appended, err := s.EventStore.Append(ctx, stream, expected, events)
	if strings.HasPrefix(string(stream), s.after) {
		s.crash()
	}
	return appended, err
}
