package engine_test

import (
	"context"
	"strings"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// crashingStore ends everything when a stream of one kind is about to be
// appended to; below it is a real store.
type crashingStore struct {
	commands.EventStore
	at    string
	crash func()
}

func withCrash(ports commands.Ports, at string, crash func()) commands.Ports {
	ports.Store = crashingStore{EventStore: ports.Store, at: at, crash: crash}
	return ports
}

func (s crashingStore) Append(ctx context.Context, stream domain.StreamName, expected domain.Expected, events []commands.Uncommitted) (commands.Appended, error) {
	if strings.HasPrefix(string(stream), s.at) {
		s.crash()
		return commands.Appended{}, ctx.Err()
	}
	return s.EventStore.Append(ctx, stream, expected, events)
}
