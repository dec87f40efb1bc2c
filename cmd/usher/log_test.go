package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/domain"
)

// history makes a folder with a log of some events.
func history(t *testing.T, events int) (folder string) {
	t.Helper()
	folder = t.TempDir()
	log, err := eventlog.Open(t.Context(), filepath.Join(folder, "log.db"), eventlog.Options{})
	require.NoError(t, err)
	for at := 0; at < events; {
		batch := make([]journal.Proposed, min(1+rand.IntN(200), events-at))
		for i := range batch {
			batch[i] = journal.Proposed{
				ID: uuid.New(), Type: "person.invited", JSON: true,
				Data: fmt.Appendf(nil, `{"number":%d}`, at+i), Metadata: []byte(`{"schema":1}`),
			}
		}
		_, _, err := log.Append(t.Context(), fmt.Sprintf("person-%08x-0000-4000-8000-000000000000", rand.IntN(50)), domain.Any{}, batch)
		require.NoError(t, err)
		at += len(batch)
	}
	require.NoError(t, log.Close())
	return folder
}

// logCommand runs a command of the program to its end.
func logCommand(t *testing.T, binary string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, faults bytes.Buffer
	command := exec.CommandContext(t.Context(), binary, append([]string{"log"}, args...)...)
	command.Stdout, command.Stderr = &out, &faults
	err = command.Run()
	return out.String(), faults.String(), err
}

// receiptOf is the last of the lines that a program reads.
func receiptOf(t *testing.T, stdout string) map[string]any {
	t.Helper()
	lines := bytes.Split(bytes.TrimSpace([]byte(stdout)), []byte("\n"))
	var last struct{ Receipt map[string]any }
	require.NoError(t, json.Unmarshal(lines[len(lines)-1], &last), "%s", stdout)
	return last.Receipt
}

// killedCopy begins a copy and kills it at some moment; false where it was
// faster.
func killedCopy(t *testing.T, binary string, within time.Duration, from, to string) bool {
	t.Helper()
	command := exec.CommandContext(t.Context(), binary, "log", "copy", "--from", from, "--to", to)
	require.NoError(t, command.Start())
	timer := time.AfterFunc(rand.N(within), func() { _ = command.Process.Kill() })
	defer timer.Stop()
	return command.Wait() != nil
}

func TestLogCommandsAfterKills(t *testing.T) {
	binary := build(t)
	t.Run("given a copy that is killed at any moment, the next goes on", func(t *testing.T) { killedGoesOn(t, binary) })
	t.Run("given what cannot be copied, they say so", func(t *testing.T) { refusals(t, binary) })
	t.Run("given a vault, it follows the log", func(t *testing.T) { vaultFollows(t, binary) })
	t.Run("given a log without a prefix, it is taken into one, beside it or elsewhere", func(t *testing.T) { intoAPrefix(t, binary) })
}

func killedGoesOn(t *testing.T, binary string) {
	t.Helper()
	const events = 8000
	source := history(t, events)
	node := nodetest.Start(t)
	to, back := filepath.Join(t.TempDir(), "new"), filepath.Join(t.TempDir(), "back")
	for _, one := range []struct{ from, to string }{
		{"embedded:" + source, "embedded:" + to},
		{"embedded:" + source, node.Connection},
		{node.Connection, "embedded:" + back},
	} {
		// Each has a little more time than the one before, however fast this
		// machine is, until one comes to its end.
		killed := 0
		for killedCopy(t, binary, time.Duration(killed+1)*time.Second/time.Duration(2*kills()), one.from, one.to) {
			killed++
		}
		stdout, stderr, err := logCommand(t, binary, "copy", "--from", one.from, "--to", one.to, "--json")
		require.NoError(t, err, "%s", stderr)
		receipt := receiptOf(t, stdout)
		require.EqualValues(t, events, receipt["events"])
		require.NotZero(t, killed)
		t.Logf("killed %d times; %v events were left for the last time", killed, receipt["copied"])
	}
	requireSameLogs(t, source, to, back)
}

// requireSameLogs compares two files record by record.
func requireSameLogs(t *testing.T, folders ...string) {
	t.Helper()
	var all [][]journal.Record
	for _, folder := range folders {
		log, err := eventlog.Open(context.Background(), filepath.Join(folder, "log.db"), eventlog.Options{})
		require.NoError(t, err)
		var records []journal.Record
		for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
			require.NoError(t, err)
			records = append(records, record)
		}
		require.NoError(t, log.Close())
		all = append(all, records)
	}
	for _, other := range all[1:] {
		require.Len(t, other, len(all[0]))
		for i := range all[0] {
			require.Equal(t, all[0][i], other[i])
		}
	}
}

func refusals(t *testing.T, binary string) {
	t.Helper()
	some, other, nodes := history(t, 3), history(t, 5), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(nodes, "node.db"), nil, 0o600))
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"a source that is not there": {[]string{"copy", "--from", "embedded:" + t.TempDir(), "--to", "embedded:" + some}, "there is no log in"},
		"a node's folder":            {[]string{"copy", "--from", "embedded:" + nodes, "--to", "embedded:" + some}, "is a node's folder"},
		"a node's folder to copy to": {[]string{"copy", "--from", "embedded:" + some, "--to", "embedded:" + nodes}, "is a node's folder"},
		"the same log twice":         {[]string{"copy", "--from", "embedded:" + some, "--to", "embedded:" + some + "/."}, "both logs are the same"},
		"a target with other events": {[]string{"copy", "--from", "embedded:" + some, "--to", "embedded:" + other}, "event 1 is"},
		"another kind of address":    {[]string{"copy", "--from", "http://ann:secret@host", "--to", "embedded:" + some}, "a log is embedded:DIR"},
		"a bad connection string":    {[]string{"copy", "--from", "esdb://ann:sec?ret@host", "--to", "embedded:" + some}, "percent-encode"},
		"an unknown setting":         {[]string{"copy", "--from", "esdb://ann:secret@host?retry=1", "--to", "embedded:" + some}, "unknown setting"},
		"logs that differ":           {[]string{"verify", "--a", "embedded:" + some, "--b", "embedded:" + other}, "event 1 is"},
	} {
		t.Run("given "+name+", they say so, and show no password", func(t *testing.T) {
			stdout, stderr, err := logCommand(t, binary, c.args...)
			require.Error(t, err)
			require.Contains(t, stderr, c.says)
			require.NotContains(t, stdout+stderr, "secret")
			require.NotContains(t, stdout+stderr, "sec?ret")
		})
	}
	t.Run("given addresses in the environment, they are taken", func(t *testing.T) {
		t.Setenv("USHER_A", "embedded:"+some)
		t.Setenv("USHER_B", "embedded:"+other)
		_, stderr, err := logCommand(t, binary, "verify")
		require.Error(t, err)
		require.Contains(t, stderr, "event 1 is")
	})
	t.Run("given a log in use, they say so", func(t *testing.T) {
		log, err := eventlog.Open(t.Context(), filepath.Join(some, "log.db"), eventlog.Options{})
		require.NoError(t, err)
		defer log.Close()
		_, stderr, err := logCommand(t, binary, "copy", "--from", "embedded:"+some, "--to", "embedded:"+t.TempDir())
		require.Error(t, err)
		require.Contains(t, stderr, "is in use")
	})
}

// besideLog is which log a folder's vault follows, and how far its policies are.
func besideLog(t *testing.T, folder string) (mark string, checkpoints map[string]domain.Position) {
	t.Helper()
	vault, err := sqlite.OpenVault(t.Context(), filepath.Join(folder, "vault.db"))
	require.NoError(t, err)
	defer vault.Close()
	mark, err = vault.LogMark(t.Context())
	require.NoError(t, err)
	checkpoints, err = vault.Checkpoints(t.Context())
	require.NoError(t, err)
	return mark, checkpoints
}

func intoAPrefix(t *testing.T, binary string) {
	t.Helper()
	source, node := history(t, 500), nodetest.Start(t)
	digests := map[any]bool{}
	for _, args := range [][]string{
		{"--from", "embedded:" + source, "--to", node.Connection, "--to-prefix", ""},
		{"--from", node.Connection, "--from-prefix", "", "--to", node.Connection}, // into usher.
		{"--from", node.Connection, "--to", nodetest.Start(t).Connection, "--to-prefix", "a.b."},
		{"--from", node.Connection, "--from-prefix", "", "--to", node.Connection}, // which has it already
	} {
		stdout, stderr, err := logCommand(t, binary, append([]string{"copy", "--json"}, args...)...)
		require.NoError(t, err, "%s", stderr)
		receipt := receiptOf(t, stdout)
		require.EqualValues(t, 500, receipt["events"])
		digests[receipt["digest"]] = true
	}
	require.Len(t, digests, 1, "the digest is the same with any prefix")
	for says, args := range map[string][]string{
		"both logs are the same":             {"--a", node.Connection, "--b", node.Connection},
		"no streams begin with other. there": {"--a", node.Connection, "--b", node.Connection, "--b-prefix", "other."},
		"can be no prefix of streams":        {"--a", node.Connection, "--b", node.Connection, "--b-prefix", "other"},
		"hold the same events":               {"--a", node.Connection, "--b", node.Connection, "--b-prefix", ""},
	} {
		stdout, stderr, err := logCommand(t, binary, append([]string{"verify"}, args...)...)
		require.Equal(t, says == "hold the same events", err == nil)
		require.Contains(t, stdout+stderr, says)
	}
}

func vaultFollows(t *testing.T, binary string) {
	t.Helper()
	usher := &process{t: t, binary: binary, data: t.TempDir()}
	usher.start()
	usher.found()
	for i := range 5 {
		require.NotEmpty(t, usher.inviteOne(t.Context(), fmt.Sprintf("+1415555010%d", i)))
	}
	usher.stop()
	home := "embedded:" + usher.data
	mark, before := besideLog(t, usher.data)
	require.NotEmpty(t, before)

	node := nodetest.Start(t) // which has events of its own, so that positions differ
	stdout, stderr, err := logCommand(t, binary, "copy", "--from", home, "--to", node.Connection, "--no-vault")
	require.NoError(t, err, "%s", stderr)
	require.Contains(t, stdout, "none follows")
	same, _ := besideLog(t, usher.data)
	require.Equal(t, mark, same)
	stdout, stderr, err = logCommand(t, binary, "copy", "--from", home, "--to", node.Connection)
	require.NoError(t, err, "%s", stderr)
	require.Contains(t, stdout, "vault.db follows")
	there, moved := besideLog(t, usher.data)
	require.NotEqual(t, mark, there)
	require.Len(t, moved, len(before))
	for name, at := range before {
		require.NotEqual(t, at, moved[name])
	}

	stdout, stderr, err = logCommand(t, binary, "copy", "--from", home, "--to", node.Connection)
	require.NoError(t, err, "%s", stderr)
	require.Contains(t, stdout, "vault.db followed before")
	_, again := besideLog(t, usher.data)
	require.Equal(t, moved, again)

	back := t.TempDir()
	_, stderr, err = logCommand(t, binary, "copy", "--from", node.Connection, "--to", "embedded:"+back, "--data", usher.data)
	require.NoError(t, err, "%s", stderr)
	requireSameLogs(t, usher.data, back)
	here, returned := besideLog(t, usher.data)
	require.Equal(t, mark, here)
	require.Equal(t, before, returned)

	t.Run("given a vault of another log, it is refused", func(t *testing.T) {
		other := history(t, 3)
		_, stderr, err := logCommand(t, binary, "copy", "--from", "embedded:"+other, "--to", "embedded:"+t.TempDir(), "--data", usher.data)
		require.Error(t, err)
		require.Contains(t, stderr, "belongs to another log")
	})
	t.Run("given a vault in use, it is refused", func(t *testing.T) {
		usher.start()
		defer usher.stop()
		_, stderr, err := logCommand(t, binary, "copy", "--from", "embedded:"+back, "--to", "embedded:"+t.TempDir(), "--data", usher.data)
		require.Error(t, err)
		require.Contains(t, stderr, "vault.db is in use")
	})
}
