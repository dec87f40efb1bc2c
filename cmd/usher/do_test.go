package main_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDo(t *testing.T) {
	t.Parallel()
	p := &process{t: t, binary: build(t), data: t.TempDir(), eventStore: "embedded"}
	p.start()
	home := t.TempDir()
	do := func(t *testing.T, stdin string, args ...string) (stdout, stderr string, err error) {
		t.Helper()
		var out, faults bytes.Buffer
		run := exec.CommandContext(t.Context(), p.binary, args...)
		run.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "USHER_SERVER="+p.base)
		run.Dir, run.Stdin, run.Stdout, run.Stderr = home, strings.NewReader(stdin), &out, &faults
		err = run.Run()
		return out.String(), faults.String(), err
	}
	done := func(t *testing.T, args ...string) string {
		t.Helper()
		stdout, stderr, err := do(t, "", args...)
		require.NoError(t, err, stderr)
		return stdout
	}
	refused := func(t *testing.T, args ...string) string {
		t.Helper()
		stdout, stderr, err := do(t, "", args...)
		require.Error(t, err, stdout)
		return stderr
	}

	t.Run("given nothing, it lists all there is to do", func(t *testing.T) {
		all := done(t, "do")
		require.Regexp(t, `(?m)^Invitations$`, all)
		require.Regexp(t, `(?m)^  invite-by-sms +Invite phone numbers by SMS$`, all)
		require.NotContains(t, all, "activity-stream")
	})
	t.Run("given an operation, it explains what it takes", func(t *testing.T) {
		explained := done(t, "do", "invite-by-email", "--explain")
		require.Regexp(t, `emails +1 to 10,000 addresses. \(list\) Needed.`, explained)
	})
	t.Run("given the operator's token, it founds an account", func(t *testing.T) {
		done(t, "do", "found-account", "--token", operatorToken, "slug=acme", "name=Acme", "administrator.email=ann@acme.example",
			"administrator.first_name=Ann", "administrator.last_name=Ace", "administrator.password="+adminPassword)
	})
	t.Run("given a wrong password, nobody is signed in", func(t *testing.T) {
		_, stderr, err := do(t, "wrong\n", "login", "acme", "ann@acme.example")
		require.Error(t, err)
		require.Contains(t, stderr, "(login_failed)")
		require.Contains(t, refused(t, "do", "me", "account=acme"), "(not_signed_in)")
	})
	t.Run("given the right one, the session is kept for its user alone", func(t *testing.T) {
		stdout, stderr, err := do(t, adminPassword+"\n", "login", "acme", "ann@acme.example")
		require.NoError(t, err, stderr)
		require.Equal(t, "signed in to acme\n", stdout)
		kept, err := os.Stat(filepath.Join(home, "usher", "session.json"))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), kept.Mode().Perm())
		require.Contains(t, done(t, "do", "me"), `"login": "ann@acme.example"`)
	})
	t.Run("given a file, each line is a value, and a list can be followed to its end", func(t *testing.T) {
		file := filepath.Join(home, "colleagues.txt")
		require.NoError(t, os.WriteFile(file, []byte("ben@mill.example\n\nchloe@mill.example\n"), 0o600))
		require.Equal(t, 2, strings.Count(done(t, "do", "invite-by-email", "emails=@"+file, "--json"), `"outcome":"invited"`))
		require.Equal(t, 2, strings.Count(done(t, "do", "invited", "limit=1", "--all"), "\n"))
	})
	t.Run("given what cannot be, it says what to do", func(t *testing.T) {
		for want, args := range map[string]string{
			"did you mean invite-by-email?":        "invite-by-emai",
			"usher do lists all":                   "fly",
			"invite-by-email needs emails=":        "invite-by-email",
			"it takes account, department_id":      "invite-by-email foo=bar",
			"is not name=value":                    "invite-by-email emails",
			`"maybe" is not JSON`:                  "change-inviting everyone_may_invite=maybe",
			"(password_wrong)":                     "change-password current=x new=y",
			"this takes one value, not 2":          "change-password current=x current=y new=z",
			"no such file":                         "invite-by-email emails=@nothing.txt",
			"query.limit: expected number <= 1000": "employees limit=2000",
			"(not_found)":                          "employee person=nobody",
			"--server is an http or https URL":     "me --server nonsense",
		} {
			require.Contains(t, refused(t, append([]string{"do"}, strings.Fields(args)...)...), want, args)
		}
	})
	t.Run("given a logout, the session is gone", func(t *testing.T) {
		done(t, "logout")
		require.Contains(t, refused(t, "do", "me", "account=acme"), "(not_signed_in)")
		done(t, "logout")
	})
	p.stop()
}
