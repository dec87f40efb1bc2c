package main_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlitedb/shelltest"
)

// command runs a command of the program to its end.
func command(t *testing.T, binary string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, faults bytes.Buffer
	run := exec.CommandContext(t.Context(), binary, args...)
	run.Stdout, run.Stderr = &out, &faults
	err = run.Run()
	return out.String(), faults.String(), err
}

func mustCommand(t *testing.T, binary string, args ...string) (stdout string) {
	t.Helper()
	stdout, stderr, err := command(t, binary, args...)
	require.NoError(t, err, "%v: %s", args, stderr)
	return stdout
}

// signIn is for a process on which acme was founded.
func (p *process) signIn() {
	p.t.Helper()
	status, answer, err := p.do(p.t.Context(), http.MethodPost, "/v1/accounts/acme/sessions", "", "", `{"login":"ann@acme.example","password":"`+adminPassword+`"}`)
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusCreated, status, "%s", answer)
	var in struct{ Token string }
	require.NoError(p.t, json.Unmarshal(answer, &in))
	p.token = in.Token
}

// links is the token of the link that each phone number was sent.
func (p *process) links() map[string]string {
	p.t.Helper()
	links := map[string]string{}
	for _, item := range p.items("/outbox?limit=1000") {
		var message struct{ To, Text string }
		require.NoError(p.t, json.Unmarshal(item, &message))
		if _, token, found := strings.Cut(message.Text, "http://usher.example/join/"); found {
			links[message.To], _, _ = strings.Cut(token, " ")
		}
	}
	return links
}

func TestBackup(t *testing.T) {
	binary := build(t)
	t.Run("given a backup under load, all that was answered before is there again", func(t *testing.T) { backupUnderLoad(t, binary) })
	t.Run("given an Usher at rest, the restored one answers alike", func(t *testing.T) { backupAtRest(t, binary) })
	t.Run("given a folder in the data folder, it is refused", func(t *testing.T) { backupInside(t, binary) })
	t.Run("given a damaged backup, it is refused", func(t *testing.T) { damagedBackups(t, binary) })
}

func backupInside(t *testing.T, binary string) {
	t.Helper()
	p := &process{t: t, binary: binary, data: filepath.Join(t.TempDir(), "data"), eventStore: "embedded"}
	p.start()
	p.stop()
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(p.data, link))
	for _, to := range []string{p.data, filepath.Join(p.data, "backups", "monday"), filepath.Join(link, "monday")} {
		_, stderr, err := command(t, binary, "backup", "--data", p.data, "--to", to)
		require.Error(t, err)
		require.Contains(t, stderr, "is in the data folder")
	}
	require.NoDirExists(t, filepath.Join(p.data, "backups"))
	mustCommand(t, binary, "backup", "--data", link, "--to", p.data+"-backup")
}

func backupUnderLoad(t *testing.T, binary string) {
	t.Helper()
	p := &process{t: t, binary: binary, data: t.TempDir(), eventStore: "embedded"}
	p.start()
	p.found()
	ledger := &ledger{answered: map[string]string{}}
	for range 3 {
		var before map[string]string
		folder := filepath.Join(t.TempDir(), "backup")
		underLoad(p, ledger, func() {
			require.Eventually(t, func() bool {
				ledger.mu.Lock()
				defer ledger.mu.Unlock()
				before = maps.Clone(ledger.answered)
				return len(before) > 0
			}, time.Minute, 10*time.Millisecond, "somebody was answered")
			mustCommand(t, binary, "backup", "--data", p.data, "--to", folder)
		})
		require.NotEmpty(t, before)
		restored := restoreAndStart(t, binary, folder)
		status, _, err := restored.do(t.Context(), http.MethodGet, "/v1/accounts/acme/employees", p.token, "", "")
		require.NoError(t, err)
		require.Equal(t, http.StatusUnauthorized, status, "nobody is signed in")
		restored.signIn()
		invited := restored.invitedByHistory()
		for phone, person := range before {
			require.Equal(t, []string{person}, invited[phone])
			require.Equal(t, person, restored.inviteOne(t.Context(), phone), "the same request has the same answer")
		}
		require.NotContains(t, invited, "", "the vault has the keys of all events")
		for phone := range restored.links() {
			require.Contains(t, invited, phone, "the outbox has no message of what is not in the log")
		}
		for _, phone := range ledger.unanswered {
			require.NotEmpty(t, restored.inviteOne(t.Context(), phone))
		}
		for phone, person := range ledger.answered { // what came after the backup is done when it comes again
			require.Equal(t, person, restored.inviteOne(t.Context(), phone))
		}
		t.Logf("%d invitations before the backup, %d in it, %d after", len(before), len(invited), len(ledger.answered))
		restored.stop()
	}
	p.stop()
}

// restoreAndStart starts an Usher on what was restored from a folder.
func restoreAndStart(t *testing.T, binary, folder string) *process {
	t.Helper()
	p := &process{t: t, binary: binary, data: filepath.Join(t.TempDir(), "restored"), eventStore: "embedded"}
	mustCommand(t, binary, "restore", "--from", folder, "--data", p.data)
	p.start()
	return p
}

func backupAtRest(t *testing.T, binary string) {
	t.Helper()
	p := &process{t: t, binary: binary, data: t.TempDir(), eventStore: "embedded"}
	p.start()
	p.found()
	for _, phone := range []string{"+14155550101", "+14155550102"} {
		require.NotEmpty(t, p.inviteOne(t.Context(), phone))
	}
	position := p.position()
	want, links := p.answers(position), p.links()
	require.Len(t, links, 2)
	t.Run("given a second server on the folder, it is refused", func(t *testing.T) {
		_, stderr, err := command(t, binary, "serve", "--data", p.data, "--listen", "127.0.0.1:0")
		require.Error(t, err)
		require.Contains(t, stderr, p.data+" is in use")
	})
	running, stopped := filepath.Join(t.TempDir(), "running"), filepath.Join(t.TempDir(), "stopped")
	mustCommand(t, binary, "backup", "--data", p.data, "--to", running)
	p.kill() // so that the write-ahead logs are still full
	mustCommand(t, binary, "backup", "--data", p.data, "--to", stopped)
	for _, folder := range []string{running, stopped} {
		restored := restoreAndStart(t, binary, folder)
		restored.signIn()
		require.Equal(t, want, restored.answers(position))
		for phone, token := range links {
			status, answer, err := restored.do(t.Context(), http.MethodGet, "/v1/join/"+token, "", "", "")
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, status, "%s: %s", phone, answer)
		}
		restored.stop()
	}
}

func damagedBackups(t *testing.T, binary string) {
	t.Helper()
	p := &process{t: t, binary: binary, data: t.TempDir(), eventStore: "embedded"}
	p.start()
	p.found()
	p.stop()
	whole := filepath.Join(t.TempDir(), "whole")
	mustCommand(t, binary, "backup", "--data", p.data, "--to", whole)
	for name, c := range map[string]struct {
		damage func(folder string) error
		says   string
	}{
		"a changed byte in the log":   {func(folder string) error { return changeByte(filepath.Join(folder, "log.db"), 5000) }, "log.db is damaged"},
		"a changed byte in the vault": {func(folder string) error { return changeByte(filepath.Join(folder, "vault.db"), 5000) }, "vault.db is damaged"},
		"a shorter log":               {func(folder string) error { return os.Truncate(filepath.Join(folder, "log.db"), 8192) }, "log.db is damaged"},
		"no vault":                    {func(folder string) error { return os.Remove(filepath.Join(folder, "vault.db")) }, "vault.db"},
		"no manifest, as when it was stopped": {func(folder string) error {
			return os.Remove(filepath.Join(folder, "backup.json"))
		}, "not finished"},
	} {
		t.Run("given "+name+", nothing is restored", func(t *testing.T) {
			folder, data := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "data")
			require.NoError(t, os.CopyFS(folder, os.DirFS(whole)))
			require.NoError(t, c.damage(folder))
			_, stderr, err := command(t, binary, "restore", "--from", folder, "--data", data)
			require.Error(t, err)
			require.Contains(t, stderr, c.says)
			left, _ := os.ReadDir(data)
			require.Empty(t, left)
		})
	}
	t.Run("given folders with something in them, both commands leave them alone", func(t *testing.T) {
		_, stderr, err := command(t, binary, "restore", "--from", whole, "--data", p.data)
		require.Error(t, err)
		require.Contains(t, stderr, "is not empty")
		_, stderr, err = command(t, binary, "backup", "--data", p.data, "--to", whole)
		require.Error(t, err)
		require.Contains(t, stderr, "is not empty")
		mustCommand(t, binary, "restore", "--from", whole, "--data", filepath.Join(t.TempDir(), "data"))
	})
	t.Run("given a damaged data folder, no backup is made of it", func(t *testing.T) {
		data, to := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "backup")
		require.NoError(t, os.CopyFS(data, os.DirFS(whole)))
		shelltest.Run(t, filepath.Join(data, "log.db"), "UPDATE events SET data = x'7b7d' WHERE position = 1")
		_, _, err := command(t, binary, "backup", "--data", data, "--to", to)
		require.Error(t, err)
		left, _ := os.ReadDir(to)
		require.Empty(t, left)
	})
	t.Run("given no Usher in a folder, it says so", func(t *testing.T) {
		_, stderr, err := command(t, binary, "backup", "--data", t.TempDir(), "--to", filepath.Join(t.TempDir(), "backup"))
		require.Error(t, err)
		require.Contains(t, stderr, "there is no log.db")
	})
}

func changeByte(path string, at int64) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	one := make([]byte, 1)
	if _, err := file.ReadAt(one, at); err != nil {
		return err
	}
	_, err = file.WriteAt([]byte{^one[0]}, at)
	return err
}
