package eventlog_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, path string) *eventlog.Log {
	t.Helper()
	log, err := eventlog.Open(t.Context(), path, eventlog.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	return log
}

func TestConformance(t *testing.T) {
	paths := map[journal.Log]string{}
	create := func(t *testing.T) journal.Log {
		path := filepath.Join(t.TempDir(), "events.db")
		log := open(t, path)
		paths[log] = path
		return log
	}
	reopen := func(t *testing.T, log journal.Log) journal.Log {
		require.NoError(t, log.(*eventlog.Log).Close())
		again := open(t, paths[log])
		paths[again] = paths[log]
		return again
	}
	storetest.Log(t, storetest.LogLimits{Reopen: reopen}, create)
}
