package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// servesOnce has an Usher serve until it has a company and somebody invited.
func servesOnce(t *testing.T, p *process) {
	t.Helper()
	p.start()
	p.found()
	require.NotEmpty(t, p.inviteOne(t.Context(), "+14155550101"))
	p.stop()
}

// strangerIn writes what is no Usher's into the stream of the first company.
func strangerIn(t *testing.T, log journal.Log, prefix string) (stream string) {
	t.Helper()
	for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		if own, ours := strings.CutPrefix(record.Stream, prefix); ours && strings.HasPrefix(own, "account-") {
			stream = own
		}
	}
	_, _, err := log.Append(t.Context(), prefix+stream, domain.Any{}, []journal.Proposed{
		{ID: uuid.New(), Type: "OrderPlaced", JSON: true, Data: []byte(`{"no":1}`)},
	})
	require.NoError(t, err)
	return stream
}

func TestLogCheckFindsWhatIsSetAside(t *testing.T) {
	t.Parallel()
	binary := build(t)
	t.Run("given an embedded log, it names the stream, and where", func(t *testing.T) {
		p := &process{t: t, binary: binary, data: t.TempDir(), eventStore: "embedded"}
		servesOnce(t, p)
		served := exec.Command(binary, "log", "check", "--data", p.data)
		served.Env = append(os.Environ(), "USHER_EVENT_STORE=esdb://127.0.0.1:2113")
		said, err := served.CombinedOutput()
		require.NoError(t, err, "%s", said)
		require.Contains(t, string(said), "is as it was written", "whatever the environment says for serving")
		log, err := eventlog.Open(t.Context(), filepath.Join(p.data, "log.db"), eventlog.Options{})
		require.NoError(t, err)
		stream := strangerIn(t, log, "")
		require.NoError(t, log.Close())
		stdout, stderr := refusedCommand(t, binary, "log", "check", "--data", p.data)
		require.Contains(t, stdout, "aside   "+stream+": from revision ")
		require.Contains(t, stdout, "no Usher wrote the event there: unknown type")
		require.Contains(t, stderr, "streams that are set aside: 1")
		stdout, _ = refusedCommand(t, binary, "log", "check", "--data", p.data, "--json")
		require.Contains(t, stdout, `"set_aside":[{"stream":"`+stream+`"`)
	})
	t.Run("given a log at a server, it finds what strangers wrote, and what was cut", func(t *testing.T) {
		node := nodetest.Start(t)
		p := &process{t: t, binary: binary, data: t.TempDir(), eventStore: node.Connection}
		servesOnce(t, p)
		require.Regexp(t, `was looked through\.\n  events  \d+\n$`, mustCommand(t, binary, "log", "check", "--event-store", node.Connection))
		require.Contains(t, mustCommand(t, binary, "log", "check", "--data", p.data, "--event-store", node.Connection), "was looked through", "the folder has no log")
		company := strangerIn(t, node.Log, "usher.")
		cut := "structure-" + strings.TrimPrefix(company, "account-")
		_, _, err := node.Log.Append(t.Context(), "$$usher."+cut, domain.Any{}, []journal.Proposed{
			{ID: uuid.New(), Type: "$metadata", JSON: true, Data: []byte(`{"$maxAge":1}`)},
		})
		require.NoError(t, err)
		stdout, stderr := refusedCommand(t, binary, "log", "check", "--event-store", node.Connection)
		require.Contains(t, stdout, "aside   "+company+": from revision ")
		require.Contains(t, stdout, "aside   "+cut+": at the server usher."+cut+" has $maxAge in its metadata")
		require.Contains(t, stderr, "streams that are set aside: 2")
		_, stderr = refusedCommand(t, binary, "log", "check", "--event-store", node.Connection, "--event-store-prefix", "other.")
		require.Contains(t, stderr, "no streams begin with other. there")
	})
	t.Run("given a log whose first stream somebody deleted, it says so, and not that there is none", func(t *testing.T) {
		node := nodetest.Start(t)
		servesOnce(t, &process{t: t, binary: binary, data: t.TempDir(), eventStore: node.Connection})
		_, _, err := node.Log.Append(t.Context(), "$$usher.log", domain.Any{}, []journal.Proposed{
			{ID: uuid.New(), Type: "$metadata", JSON: true, Data: []byte(`{"$tb":9223372036854775807}`)},
		})
		require.NoError(t, err)
		_, stderr := refusedCommand(t, binary, "log", "check", "--event-store", node.Connection)
		require.Contains(t, stderr, "the stream usher.log was deleted in EventStoreDB")
	})
	t.Run("given no log, or a folder as a server, it says what is wanted", func(t *testing.T) {
		_, stderr := refusedCommand(t, binary, "log", "check")
		require.Contains(t, stderr, "--data")
		require.Contains(t, stderr, "--event-store")
		_, stderr = refusedCommand(t, binary, "log", "check", "--event-store", "embedded:"+t.TempDir())
		require.Contains(t, stderr, "for a log in a folder, say --data=DIR")
	})
}
