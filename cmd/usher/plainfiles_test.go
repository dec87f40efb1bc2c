package main_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlitedb/shelltest"
)

// storesOf are the files that any SQLite may open.
func storesOf(p *process) []string {
	return []string{filepath.Join(p.data, "log.db"), filepath.Join(p.data, "vault.db"), filepath.Join(p.data, "readmodels.db")}
}

// TestOtherProgramsOnTheFiles lets the sqlite3 program do to the files of an
// Usher under load, and to those of one that was killed, what operators do.
func TestOtherProgramsOnTheFiles(t *testing.T) {
	t.Parallel()
	binary := build(t)
	p := &process{t: t, binary: binary, data: t.TempDir(), eventStore: "embedded"}
	p.start()
	p.found()
	ledger := &ledger{answered: map[string]string{}}
	for _, commands := range [][]string{
		{"SELECT count(*) FROM sqlite_schema"},
		{"PRAGMA wal_checkpoint(RESTART)", "PRAGMA wal_checkpoint(TRUNCATE)"},
		{"VACUUM", "PRAGMA integrity_check", ".dump"},
	} {
		underLoad(p, ledger, func() {
			for range kills() / 5 {
				for _, file := range storesOf(p) {
					shelltest.Run(t, file, commands...)
				}
			}
		})
		require.True(t, p.ready(), "after %v", commands)
		require.NotEmpty(t, p.inviteOne(t.Context(), ledger.phone()), "after %v", commands)
		underLoad(p, ledger, p.kill)
		for _, file := range storesOf(p) {
			shelltest.Run(t, file, commands...)
		}
		p.start()
	}
	mustCommand(t, binary, "log", "check", "--data", p.data)
	p.signIn()
	requireNothingLost(t, p, ledger)
	mustCommand(t, binary, "log", "check", "--data", p.data)
}

// TestBackupsOfOtherPrograms restores what other programs copied of a serving Usher.
func TestBackupsOfOtherPrograms(t *testing.T) {
	t.Parallel()
	binary := build(t)
	t.Run("the sqlite3 program, first the log, then the vault", func(t *testing.T) { copiedByTheShell(t, binary) })
	if soak() {
		t.Run("Litestream, both as they change", func(t *testing.T) { copiedByLitestream(t, binary) })
	}
}

func copiedByTheShell(t *testing.T, binary string) {
	t.Helper()
	p := &process{t: t, binary: binary, data: t.TempDir(), eventStore: "embedded"}
	p.start()
	p.found()
	ledger := &ledger{answered: map[string]string{}}
	for _, backup := range []string{".backup '%s'", "VACUUM INTO '%s'"} {
		restored := &process{t: t, binary: binary, data: t.TempDir(), eventStore: "embedded", flags: []string{"--accept-lost-events"}}
		before := map[string]string{}
		copies := func() {
			ledger.mu.Lock()
			maps.Copy(before, ledger.answered)
			ledger.mu.Unlock()
			for _, file := range []string{"log.db", "vault.db"} {
				shelltest.Run(t, filepath.Join(p.data, file), fmt.Sprintf(backup, filepath.Join(restored.data, file)))
			}
		}
		if backup == ".backup '%s'" { // which begins anew at each write of somebody else, and would never end under load
			underLoad(p, ledger, func() {})
			copies()
		} else {
			underLoad(p, ledger, copies)
		}
		mustCommand(t, binary, "log", "check", "--data", restored.data)
		restored.start()
		restored.signIn()
		invited := restored.invitedByHistory()
		for phone, person := range before {
			require.Equal(t, []string{person}, invited[phone])
		}
		require.NotContains(t, invited, "", "the vault has the keys of all events")
		restored.stop()
	}
	p.stop()
}

func TestLogCheck(t *testing.T) {
	t.Parallel()
	binary := build(t)
	p := &process{t: t, binary: binary, data: t.TempDir(), eventStore: "embedded"}
	p.start()
	p.found()
	require.NotEmpty(t, p.inviteOne(t.Context(), "+14155550101"))

	t.Run("given an Usher that serves, its files are as they were written", func(t *testing.T) {
		require.Regexp(t, `(?s)is as it was written\.\n  events  \d+\n  vault   \d+ rows\n`, mustCommand(t, binary, "log", "check", "--data", p.data))
		receipt := receiptOf(t, mustCommand(t, binary, "log", "check", "--data", p.data, "--json"))
		require.Greater(t, receipt["events"], 3.0)
		require.Greater(t, receipt["vault_rows"], 5.0)
		require.NotContains(t, receipt, "events_without_digest")
	})
	p.stop()
	for what, wrong := range map[string]struct{ file, sql, says string }{
		"an event":         {"log.db", "UPDATE events SET data = x'7b7d' WHERE position = 2", "log.db is damaged at event 2 (revision "},
		"a key":            {"vault.db", "UPDATE data_keys SET key = randomblob(32)", "of the table data_keys is not as Usher wrote it"},
		"a policy's place": {"vault.db", "UPDATE policies SET position_commit = 0", "of the table policies is not as Usher wrote it"},
	} {
		t.Run("given that somebody changed "+what+", it is named, and what else is wrong as well", func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			require.NoError(t, os.CopyFS(data, os.DirFS(p.data)))
			shelltest.Run(t, filepath.Join(data, wrong.file), wrong.sql)
			_, stderr, err := command(t, binary, "log", "check", "--data", data)
			require.Error(t, err)
			require.Contains(t, stderr, wrong.says)
			_, stderr, err = command(t, binary, "serve", "--data", data, "--listen", "127.0.0.1:0")
			require.Error(t, err)
			require.Contains(t, stderr, wrong.says, "so short a log and vault are looked at as a whole at the start")
		})
	}
	t.Run("given a folder without a log, it says so", func(t *testing.T) {
		_, stderr, err := command(t, binary, "log", "check", "--data", t.TempDir())
		require.Error(t, err)
		require.Contains(t, stderr, "there is no log.db")
	})
}

// TestForeignWriteEndsTheProcess is what is left to do where somebody else has
// changed the log: to say so and end, before more is built on it.
func TestForeignWriteEndsTheProcess(t *testing.T) {
	t.Parallel()
	p := &process{t: t, binary: build(t), data: t.TempDir(), eventStore: "embedded"}
	p.start()
	p.found()
	shelltest.Run(t, filepath.Join(p.data, "log.db"), "UPDATE events SET metadata = x'7b7d' WHERE position = 2")
	require.Empty(t, p.inviteOne(t.Context(), "+14155550101"))
	require.Error(t, p.command.Wait())
	_, answer, _ := p.do(t.Context(), "GET", "/readyz", "", "", "")
	require.False(t, json.Valid(answer) && len(answer) > 0, "nothing answers any more")
}
