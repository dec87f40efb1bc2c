package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDoManyInvitations(t *testing.T) {
	t.Parallel()
	p := &process{t: t, binary: build(t), data: t.TempDir(), eventStore: "embedded"}
	p.start()
	p.found()
	home := t.TempDir()
	invite := func(t *testing.T, emails []string, more ...string) (stdout, stderr string, status int) {
		t.Helper()
		file := filepath.Join(home, "colleagues.txt")
		require.NoError(t, os.WriteFile(file, []byte(strings.Join(emails, "\n")), 0o600))
		var out, faults bytes.Buffer
		run := exec.CommandContext(t.Context(), p.binary, append([]string{"do", "invite-by-email", "emails=@" + file}, more...)...)
		run.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "USHER_SERVER="+p.base, "USHER_ACCOUNT=acme", "USHER_TOKEN="+p.token)
		run.Dir, run.Stdout, run.Stderr = home, &out, &faults
		err := run.Run()
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return out.String(), faults.String(), exit.ExitCode()
		}
		require.NoError(t, err)
		return out.String(), faults.String(), 0
	}
	many := func(name string, n int) []string {
		emails := make([]string, n)
		for i := range emails {
			emails[i] = fmt.Sprintf("%s%d@mill.example", name, i)
		}
		return emails
	}
	t.Run("given more rows than are answered at once, it waits, and ends with the counts and the refused rows", func(t *testing.T) {
		stdout, stderr, status := invite(t, append(many("ann", 210), "nonsense", "ben@gmail.con"))
		require.Equal(t, 1, status, stderr)
		lines := strings.Split(strings.TrimSpace(stdout), "\n")
		require.Equal(t, "210 invited, 2 refused", lines[0])
		require.Contains(t, lines[1], `row 211: "nonsense"`)
		require.Contains(t, lines[2], "did you mean ben@gmail.com?")
		require.Contains(t, stderr, "stop-batch")
		require.NotContains(t, stderr, "usher: ")
	})
	t.Run("given that all are invited, its status is 0", func(t *testing.T) {
		stdout, _, status := invite(t, many("eve", 201))
		require.Zero(t, status)
		require.Equal(t, "201 invited, 0 refused\n", stdout)
	})
	t.Run("given that all are refused, its status is 2", func(t *testing.T) {
		stdout, _, status := invite(t, many("eve", 201))
		require.Equal(t, 2, status)
		require.True(t, strings.HasPrefix(stdout, "0 invited, 201 refused\n"))
		require.Equal(t, 202, strings.Count(stdout, "\n"))
	})
	t.Run("given --json, it gives the whole", func(t *testing.T) {
		stdout, _, status := invite(t, many("eve", 1010), "--json")
		require.Equal(t, 1, status)
		var whole struct {
			State       string
			Refused     int
			RefusedRows []any `json:"refused_rows"`
		}
		require.NoError(t, json.Unmarshal([]byte(stdout), &whole))
		require.Equal(t, "done", whole.State)
		require.Len(t, whole.RefusedRows, whole.Refused, "also where they are more than a page")
	})
	t.Run("given rows that are answered at once, its status says the same", func(t *testing.T) {
		_, stderr, status := invite(t, []string{"eve1@mill.example"})
		require.Equal(t, 2, status, stderr)
		_, stderr, status = invite(t, []string{"eve1@mill.example", "not an address"}, "--json")
		require.Equal(t, 2, status, stderr)
	})
	p.stop()
}
