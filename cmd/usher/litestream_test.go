package main_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// litestream is a Litestream that copies the log and the vault of a data folder
// to another folder as they change.
type litestream struct {
	t       *testing.T
	data    string // what it copies
	folder  string // its own
	starts  int
	command *exec.Cmd
}

func besideUsher(t *testing.T, data string) *litestream {
	t.Helper()
	folder, err := os.MkdirTemp("", "litestream") //nolint:usetesting // because the socket in it needs a shorter path than the test's own
	require.NoError(t, err)
	l := &litestream{t: t, data: data, folder: folder}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("Litestream printed %s", l.printed())
		}
		require.NoError(t, os.RemoveAll(folder))
	})
	return l
}

func (l *litestream) printed() string {
	text, err := os.ReadFile(filepath.Join(l.folder, "printed"))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// settings writes those of the documents, for this start.
func (l *litestream) settings() (path string) {
	l.t.Helper()
	documented := between(l.t, "../../docs/operations.md", "```yaml\ndbs:\n", "```\n")
	written := strings.NewReplacer("/var/lib/usher/", l.data+"/", "/backup/usher/", l.copies()+"/").Replace("dbs:\n" + documented)
	require.Equal(l.t, 2, strings.Count(written, l.copies()))
	path = filepath.Join(l.folder, "litestream.yml")
	written += "socket: {enabled: true, path: " + l.socket() + "}\n"
	require.NoError(l.t, os.WriteFile(path, []byte(written), 0o600))
	return path
}

// between is what stands in a file between two texts, of which the first is there once.
func between(t *testing.T, file, first, second string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(text), first))
	_, rest, _ := strings.Cut(string(text), first)
	found, _, ends := strings.Cut(rest, second)
	require.True(t, ends)
	return found
}

func (l *litestream) socket() string { return filepath.Join(l.folder, "socket") }

// copies is where the copies are since the last start.
func (l *litestream) copies() string { return filepath.Join(l.folder, fmt.Sprint("copies-", l.starts)) }

func (l *litestream) copyOf(name string) string { return "file://" + filepath.Join(l.copies(), name) }

// start begins new copies, as the documents say.
func (l *litestream) start() {
	l.t.Helper()
	l.starts++
	for _, file := range []string{".log.db-litestream", ".vault.db-litestream"} {
		require.NoError(l.t, os.RemoveAll(filepath.Join(l.data, file)))
	}
	l.command = exec.Command("litestream", "replicate", "-config", l.settings())
	printed, err := os.OpenFile(filepath.Join(l.folder, "printed"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(l.t, err)
	defer printed.Close()
	l.command.Stdout, l.command.Stderr = printed, printed
	require.NoError(l.t, l.command.Start(), "the test needs Litestream: .ci/install soak installs it")
	l.t.Cleanup(func() { _ = l.command.Process.Kill() }) // where the test failed
	require.Eventually(l.t, func() bool {
		return exec.CommandContext(l.t.Context(), "litestream", "info", "-socket", l.socket()).Run() == nil
	}, time.Minute, 50*time.Millisecond, "Litestream runs")
}

func (l *litestream) kill() {
	l.t.Helper()
	require.NoError(l.t, l.command.Process.Kill())
	_ = l.command.Wait() // which says that it was killed
}

// run runs one of its commands, and returns what it printed.
func (l *litestream) run(args ...string) string {
	l.t.Helper()
	said, err := exec.CommandContext(l.t.Context(), "litestream", args...).Output()
	require.NoError(l.t, err, "%v: %s %s", args, said, l.printed())
	return string(said)
}

// sync waits until all that is in a file is copied, and is the copy's number.
func (l *litestream) sync(file string) string {
	l.t.Helper()
	var done struct {
		Copied uint64 `json:"replica_txid"`
	}
	require.NoError(l.t, json.Unmarshal([]byte(l.run("sync", "-wait", "-json", "-socket", l.socket(), filepath.Join(l.data, file))), &done))
	return fmt.Sprintf("%016x", done.Copied)
}

// numbers are those of the copies of the last minutes.
func (l *litestream) numbers(name string) (numbers []string) {
	l.t.Helper()
	var files []struct {
		Last string `json:"max_txid"`
	}
	require.NoError(l.t, json.Unmarshal([]byte(l.run("ltx", "-json", l.copyOf(name))), &files))
	for _, file := range files {
		numbers = append(numbers, file.Last)
	}
	return numbers
}

// restore restores one file: its last copy, or the one with a number.
func (l *litestream) restore(name, number, to string) {
	l.t.Helper()
	args := []string{"restore", "-o", to}
	if number != "" {
		args = append(args, "-txid", number)
	}
	l.run(append(args, l.copyOf(name))...)
}

// started restores a vault, with a log that has no event whose key that vault
// lacks, by the documented way, and starts an Usher there. It also returns by how many
// copies the log is older than its last.
func (l *litestream) started(binary, vault string) (restored *process, back int) {
	l.t.Helper()
	restored = &process{t: l.t, binary: binary, data: l.t.TempDir(), eventStore: "embedded", flags: []string{"--accept-lost-events"}}
	l.restore("vault", vault, filepath.Join(restored.data, "vault.db"))
	numbers := l.numbers("log")
	for number := ""; ; number = numbers[len(numbers)-1-back] {
		l.restore("log", number, filepath.Join(restored.data, "log.db"))
		mustCommand(l.t, binary, "log", "check", "--data", restored.data)
		restored.start()
		var said string
		decided := func() bool {
			_, fault, err := command(l.t, binary, "ready", "--server", restored.base)
			said = fault
			return err == nil || strings.Contains(said, `"vault":"lacking"`)
		}
		if !assert.Eventually(l.t, decided, time.Minute, 50*time.Millisecond, "it is ready, or says that a key is missing") {
			require.FailNow(l.t, said)
		}
		if said == "" {
			return restored, back
		}
		restored.stop()
		for _, file := range []string{"log.db", "readmodels.db"} {
			files, err := filepath.Glob(filepath.Join(restored.data, file+"*"))
			require.NoError(l.t, err)
			for _, file := range files {
				require.NoError(l.t, os.Remove(file))
			}
		}
		back++
	}
}

// copiedByLitestream kills an Usher under load together with the Litestream beside
// it, again and again. What was answered before Litestream had copied log and vault
// is in what is restored; where the copy of the vault is older than that of the log,
// an older copy of the log is, as the documents say. Where the files are not lost,
// both go on.
func copiedByLitestream(t *testing.T, binary string) {
	t.Helper()
	p := &process{t: t, binary: binary, data: t.TempDir(), eventStore: "embedded"}
	p.start()
	p.found()
	l := besideUsher(t, p.data)
	l.start()
	ledger := &ledger{answered: map[string]string{}}
	for range kills() / 40 {
		var first, second map[string]string
		var vault string
		copied := func() map[string]string {
			ledger.mu.Lock()
			answered := maps.Clone(ledger.answered)
			ledger.mu.Unlock()
			l.sync("log.db")
			vault = l.sync("vault.db")
			return answered
		}
		underLoad(p, ledger, func() { first = copied() })
		older := vault
		underLoad(p, ledger, func() {
			phone := ledger.phone()
			person := p.inviteOne(t.Context(), phone) // whose key the older vault has not
			require.NotEmpty(t, person)
			ledger.note(phone, person)
			second = copied()
			aMoment(t)
			p.kill()
			l.kill()
		})
		for _, restore := range []struct {
			vault    string
			answered map[string]string
		}{{"", second}, {older, first}} {
			restored, back := l.started(binary, restore.vault)
			restored.signIn()
			invited := restored.invitedByHistory()
			require.NotContains(t, invited, "", "the vault has the keys of all events")
			for phone, person := range restore.answered {
				require.Equal(t, []string{person}, invited[phone], "what was answered before it was copied is there")
			}
			for phone, person := range ledger.answered { // what came after it is done when it comes again
				require.Equal(t, person, restored.inviteOne(t.Context(), phone))
			}
			again := restored.invitedByHistory()
			for phone, person := range ledger.answered {
				require.Equal(t, []string{person}, again[phone])
			}
			require.True(t, restored.ready())
			restored.stop()
			mustCommand(t, binary, "log", "check", "--data", restored.data)
			if restore.vault != "" {
				require.Positive(t, back, "the last copy of the log has events whose keys an older vault has not")
			}
			t.Logf("%d invitations answered before the copies, %d restored, %d answered in all; the log is %d copies older than its last", len(restore.answered), len(invited), len(ledger.answered), back)
		}
		p.start()
		l.start()
	}
	require.True(t, p.ready())
	requireNothingLost(t, p, ledger)
	l.kill()
	mustCommand(t, binary, "log", "check", "--data", p.data)
}
