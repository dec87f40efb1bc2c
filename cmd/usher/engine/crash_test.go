package engine_test

import (
	"context"
	"strings"
	"testing"

	"github.com/usher-engine/usher/adapters/composition"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
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

func withCrash(t *testing.T, usher *enginetest.Usher, after string, crash func()) *commands.App {
	t.Helper()
	return usher.Another(t, func(base *composition.Base) {
		base.Store = crashingStore{EventStore: base.Store, after: after, crash: crash}
	})
}

func (s crashingStore) Append(ctx context.Context, stream domain.StreamName, expected domain.Expected, events []commands.Uncommitted) (commands.Appended, error) {
	appended, err := s.EventStore.Append(ctx, stream, expected, events)
	if strings.HasPrefix(string(stream), s.after) {
		s.crash()
	}
	return appended, err
}
