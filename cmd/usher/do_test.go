package main_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
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
		for _, args := range [][]string{{"--explain"}, {"--help"}, {"-h"}, {"emails=x", "--help"}, {"--help", "--server", "http://127.0.0.1:1"}} {
			explained := done(t, append([]string{"do", "invite-by-email"}, args...)...)
			require.Contains(t, explained, "Usage: usher do invite-by-email [name=value ...]")
			require.Contains(t, explained, "  emails (list of texts)\n      1 to 10,000 addresses. Either these or text.\n")
			require.Contains(t, explained, "  usher do invite-by-email emails=ben@mill.example emails=chloe@mill.example\n")
			require.NotContains(t, explained, "--columns", "that is the help of all operations")
		}
		require.Contains(t, done(t, "do", "change-role", "--help"), "One of administrator, auditor, employee.")
		require.Contains(t, done(t, "do", "activity", "--help"), "One of account.")
		require.Contains(t, done(t, "do", "limit-join-link", "--help"), "max_uses (number or unlimited)")
		require.Contains(t, done(t, "do", "found-account", "--help"), "administrator.password='correct horse battery staple'")
		require.Contains(t, done(t, "do", "--help"), "--columns")
	})
	t.Run("no help shows how a program writes times", func(t *testing.T) {
		for _, command := range []string{"", "serve", "do", "log copy", "projections rebuild", "backup"} {
			require.NotContains(t, done(t, append(strings.Fields(command), "--help")...), "2006-01-02")
		}
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
	t.Run("given people as they were pasted or exported, it tries and invites them", func(t *testing.T) {
		list, people := filepath.Join(home, "list.txt"), filepath.Join(home, "people.csv")
		require.NoError(t, os.WriteFile(list, []byte("\ufeffDora Evans <dora@mill.example>\r\n\r\nLi <li@mill.example>\r\n"), 0o600))
		require.NoError(t, os.WriteFile(people, []byte("Vorname;Name;E-Mail;Position\nAn;Nguyễn;an@mill.example;Kế toán\n"), 0o600))
		require.Contains(t, done(t, "do", "invite-by-email", "dry_run=true", "--file", list, "--json"), `"beside":"Dora Evans"`)
		require.Contains(t, done(t, "do", "invite-by-email", "--file", list, "--json"), `"line":3`)
		require.Contains(t, done(t, "do", "import-people", "use=register", "dry_run=true", "--file", people, "--json"), `"outcome":"registered"`)
		stdout, stderr, err := do(t, "Email\nnew@mill.example\n", "do", "import-people", "use=invite", "--file", "-", "--json")
		require.NoError(t, err, stderr)
		require.Contains(t, stdout, `"outcome":"invited"`)
		_, stderr, err = do(t, "Email\nnoreply@mill.example\n", "do", "import-people", "use=invite", "--file", "-")
		require.Error(t, err, "all of it is refused: %s", stderr)
	})
	t.Run("given what cannot be, it says what to do", func(t *testing.T) {
		for want, args := range map[string]string{
			"did you mean invite-by-email?":              "invite-by-emai",
			"usher do lists all":                         "fly",
			"is not name=value":                          "invite-by-email emails",
			`"maybe" is neither true nor false`:          "change-inviting everyone_may_invite=maybe",
			`neither true nor false`:                     "change-inviting --everyone-may-invite perhaps",
			`does not take status; it takes`:             "change-inviting --status",
			`--json and --csv can't be used`:             "employees --json --csv",
			"--csv is for lists":                         "me --csv",
			"there is no column nam; there are":          "employees --columns nam",
			`"many" is not JSON`:                         "change-limits sms=many",
			"(password_wrong)":                           "change-password current=x new=y",
			"this takes one value, not 2":                "change-password current=x current=y new=z",
			"no such file":                               "invite-by-email emails=@nothing.txt",
			"query.limit: expected number <= 1000":       "employees limit=2000",
			"(not_found)":                                "employee person=nobody",
			"--server is an http or https URL":           "me --server nonsense",
			"register-directly needs email=":             "register-directly",
			"body.emails: this is needed":                "invite-by-email",
			"import-people needs --file":                 "import-people use=invite",
			"me takes no --file":                         "me --file nothing.csv",
			"open nothing.csv: no such file":             "import-people use=invite --file nothing.csv",
			"it takes account, confirmed, department_id": "invite-by-email foo=bar",
		} {
			require.Contains(t, refused(t, append([]string{"do"}, strings.Fields(args)...)...), want, args)
		}
	})
	t.Run("given flags of an operation, they say what is true and what is not", func(t *testing.T) {
		for _, c := range []struct {
			said string
			open bool
		}{
			{"--everyone-may-invite", true},
			{"--everyone-may-invite=false", false},
			{"everyone_may_invite=yes", true},
			{"--no-everyone-may-invite", false},
			{"--everyone-may-invite=true", true},
			{"everyone-may-invite=off", false},
			{"--everyone_may_invite on", true},
			{"everyone_may_invite=FALSE", false},
		} {
			done(t, append([]string{"do", "change-inviting"}, strings.Fields(c.said)...)...)
			require.Contains(t, done(t, "do", "settings", "--json"), fmt.Sprintf(`"everyone_may_invite":%t`, c.open), c.said)
		}
	})
	t.Run("given nothing for a list, it is empty", func(t *testing.T) {
		for _, domains := range []string{"domains=acme.example", "domains="} {
			done(t, "do", "change-registration", domains)
		}
		require.Contains(t, done(t, "do", "settings", "--json"), `"domains":[]`)
		done(t, "do", "change-limits", "--sms-countries=DE", "sms_countries=AT")
		require.Contains(t, done(t, "do", "settings", "--json"), `"sms_countries":["AT","DE"]`)
		done(t, "do", "change-limits", "--sms-countries=")
		require.Contains(t, done(t, "do", "settings", "--json"), `"sms_countries":[]`)
	})
	t.Run("given a number or a word, either is taken", func(t *testing.T) {
		for said, shown := range map[string]string{
			"max_uses=30": `"max_uses":30`, "max_uses=unlimited": `"max_uses":"unlimited"`, "--max-uses=31": `"max_uses":31`,
			"expires_at=2099-12-24": `"expires_at":"2099-12-24T00:00:00Z"`, "expires_at=never": `"expires_at":"never"`, "department_id=": `"department_id":""`,
		} {
			done(t, "do", "limit-join-link", said)
			require.Contains(t, done(t, "do", "join-link", "--json"), shown, said)
		}
	})
	t.Run("given --csv, a list is whole, below its names, and no cell is a formula", func(t *testing.T) {
		for _, title := range []string{"=1+1", "@SUM(A1)", "-2", "+3", "Head, baker"} {
			done(t, "do", "register-directly", fmt.Sprintf("email=%x@acme.example", title), "first_name=明", `last_name=O"Brien`, "job_title="+strings.Replace(title, "@", "@@", 1), "--no-without-confirmation")
		}
		rows, err := csv.NewReader(strings.NewReader(done(t, "do", "employees", "--csv", "--columns", "job_title,last_name", "search=brien"))).ReadAll()
		require.NoError(t, err)
		require.Equal(t, []string{"\uFEFFjob_title", "last_name"}, rows[0])
		titles := map[string]bool{}
		for _, row := range rows[1:] {
			titles[row[0]] = true
			require.Equal(t, `O"Brien`, row[1])
		}
		require.Equal(t, map[string]bool{"'=1+1": true, "'@SUM(A1)": true, "'-2": true, "'+3": true, "Head, baker": true}, titles)
		require.Equal(t, 1+6, strings.Count(done(t, "do", "employees", "--csv"), "\n"))
		require.Contains(t, refused(t, "do", "employees", "--csv", "limit=2"), "a list as CSV is the whole list")
		require.Contains(t, refused(t, "do", "employees", "--csv", "--columns", "nam"), "there is no column nam; there are person")
	})
	t.Run("given a token or a folder of the operator's, it counts more than who is signed in", func(t *testing.T) {
		require.Contains(t, refused(t, "do", "change-plan", "plan=free"), "(not_permitted)")
		done(t, "do", "change-plan", "plan=free", "--operator-token", operatorToken)
		folder := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(folder, "operator-token"), []byte(operatorToken+"\n"), 0o600))
		done(t, "do", "change-plan", "plan=standard", "--data", folder)
		require.Contains(t, refused(t, "do", "change-plan", "plan=free", "--data", filepath.Join(folder, "nothing")), "operator token is neither")
		require.Contains(t, refused(t, "do", "change-plan", "plan=free", "--operator-token", "another token, which is none"), "(not_signed_in)")
		require.Contains(t, done(t, "do", "settings", "--json"), `"plan":"standard"`)
	})
	t.Run("given no server, it is the one that was signed in to", func(t *testing.T) {
		run := exec.CommandContext(t.Context(), p.binary, "do", "me")
		run.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home)
		run.Dir = home
		answer, err := run.CombinedOutput()
		require.NoError(t, err, "%s", answer)
		require.Contains(t, string(answer), "ann@acme.example")
		require.Contains(t, refused(t, "do", "me", "--server", "http://127.0.0.1:1"), "no Usher answers at http://127.0.0.1:1/")
	})
	t.Run("given a logout, the session is gone", func(t *testing.T) {
		done(t, "logout")
		require.Contains(t, refused(t, "do", "me", "account=acme"), "(not_signed_in)")
		done(t, "logout")
	})
	p.stop()
}
