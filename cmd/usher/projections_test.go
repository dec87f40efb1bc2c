package main_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/adapters/storetest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/catalogue"
	"github.com/usher-engine/usher/projections/employees"
)

// refusedCommand is what a command says that must fail.
func refusedCommand(t *testing.T, binary string, args ...string) (stdout, stderr string) {
	t.Helper()
	stdout, stderr, err := command(t, binary, args...)
	require.Error(t, err, "%s", stdout)
	return stdout, stderr
}

func TestProjectionsCommands(t *testing.T) {
	p := &process{t: t, binary: build(t), data: t.TempDir(), eventStore: "embedded"}
	p.start()
	p.found()
	t.Setenv("USHER_SERVER", p.base)
	t.Setenv("USHER_OPERATOR_TOKEN", operatorToken)
	usher := func(args ...string) string {
		t.Helper()
		return mustCommand(t, p.binary, append([]string{"projections"}, args...)...)
	}
	var everybody struct{ Views, Policies []struct{ Name string } }
	require.NoError(t, json.Unmarshal([]byte(usher("list", "--json")), &everybody))
	followers := len(everybody.Views) + len(everybody.Policies)
	t.Run("given views, they are rebuilt, and the old rows are there to go back to", func(t *testing.T) {
		stdout := usher("rebuild", "employees", "chat")
		require.Regexp(t, `employees, version \d+: edition 2 serves; at position \d+, the same rows\.`, stdout)
		require.Equal(t, 4, strings.Count(stdout, "sha256:"))
		require.Regexp(t, `employees is served from edition 1`, usher("back", "employees", "1"))
		_, stderr := refusedCommand(t, p.binary, "projections", "drop", "employees", "1")
		require.Contains(t, stderr, "(edition_serves)")
		require.Contains(t, usher("drop", "employees", "2"), "is dropped")
		require.Regexp(t, `(?m)^employees +\d+ +1 +following`, usher("list"))
	})
	t.Run("given all views, they are verified, and nothing is left of that", func(t *testing.T) {
		lines := strings.Split(strings.TrimSpace(usher("verify", "--json")), "\n")
		verified, progress := map[string]bool{}, 0
		for _, line := range lines {
			var one struct {
				View    string
				Receipt *struct{ Differences int }

				At, Head string // positions do not fit into JavaScript's numbers
				Start    string `json:"head_at_start"`
			}
			require.NoError(t, json.Unmarshal([]byte(line), &one), line)
			if one.Receipt == nil {
				require.NotEmpty(t, one.At)
				require.Equal(t, one.Head, one.Start)
				progress++
			}
			if one.Receipt != nil {
				require.Zero(t, one.Receipt.Differences)
				verified[one.View] = true
			}
		}
		require.Len(t, verified, len(catalogue.All()))
		require.NotZero(t, progress)
		require.NotContains(t, usher("list"), "scratch")
		var all struct{ Views []struct{ Editions []any } }
		require.NoError(t, json.Unmarshal([]byte(usher("list", "--json")), &all))
		require.Len(t, all.Views[0].Editions, 1)
	})
	t.Run("given what cannot be, it says what to do", func(t *testing.T) {
		for want, args := range map[string]string{
			`there is no view "nothing"; there are employees`: "rebuild nothing",
			"nothing is stopped at position 3":                "skip 3 --reason because",
			"is not a position":                               "skip x --reason because",
			"missing flags: --reason":                         "skip 3",
			"(not_found)":                                     "back employees 9",
			"no Usher answers at":                             "list --server http://127.0.0.1:1",
			"--server is an http or https URL":                "list --server 127.0.0.1:8080",
			"does not take this operator token":               "list --operator-token not-the-right-one",
		} {
			_, stderr := refusedCommand(t, p.binary, append([]string{"projections"}, strings.Fields(args)...)...)
			require.Contains(t, stderr, want, args)
		}
		t.Setenv("USHER_OPERATOR_TOKEN", "")
		_, stderr := refusedCommand(t, p.binary, "projections", "list", "--data", p.data)
		require.Contains(t, stderr, "--data names the server's data folder")
		require.NoError(t, os.WriteFile(filepath.Join(p.data, "operator-token"), []byte(operatorToken+"\n"), 0o600))
		require.NotEmpty(t, usher("list", "--data", p.data))
	})
	t.Run("given a server that is killed meanwhile, it waits for it", func(t *testing.T) {
		t.Setenv("USHER_SERVER", killedAtTheThirdRequest(t, p))
		stdout, stderr, err := command(t, p.binary, "projections", "rebuild", "history")
		require.NoError(t, err, "%s", stderr)
		require.Contains(t, stderr, "waiting for it to come back")
		require.Contains(t, stdout, "the same rows")
	})
	p.stop()
	at := spoil(t, p.data)
	p.start()
	t.Setenv("USHER_SERVER", p.base)
	t.Run("given an event that nobody can read, it is skipped by name, or by all", func(t *testing.T) {
		require.Eventually(t, func() bool { return strings.Count(usher("list"), "is stopped at position "+at) == followers }, time.Minute, 100*time.Millisecond)
		_, stderr := refusedCommand(t, p.binary, "projections", "skip", at, "--reason", "rain is no business of ours")
		require.Contains(t, stderr, "several are stopped at position "+at)
		_, stderr = refusedCommand(t, p.binary, "projections", "verify", "chat")
		require.Contains(t, stderr, "chat is stopped at position "+at)
		require.Contains(t, usher("skip", at, "--view", "chat", "--reason", "rain is no business of ours"), "chat leaves out the event at position "+at)
		require.Eventually(t, func() bool { return strings.Count(usher("list"), "is stopped at position "+at) == followers-1 }, time.Minute, 100*time.Millisecond)
		require.Equal(t, followers-1, strings.Count(usher("skip", at, "--all", "--reason", "rain is no business of ours"), "on record"))
		require.Eventually(t, func() bool { return !strings.Contains(usher("list"), "is stopped") }, time.Minute, 100*time.Millisecond)
	})
	t.Run("given rows that somebody has changed, a comparison finds them", func(t *testing.T) {
		stdout, stderr := refusedCommand(t, p.binary, "projections", "verify")
		require.Contains(t, stderr, "rows differ; see the receipts")
		require.Regexp(t, `employees, version \d+: edition \d+ is compared; at position \d+, 1 rows differ\.`, stdout)
		require.Equal(t, 1, strings.Count(stdout, "  first   row "))
		refusedCommand(t, p.binary, "projections", "rebuild", "employees") // with the same receipt
		usher("verify", "employees")
	})
	p.stop()
}

// killedAtTheThirdRequest passes requests on to a process, which it kills at the
// third, and starts again at the fourth.
func killedAtTheThirdRequest(t *testing.T, p *process) string {
	t.Helper()
	var one sync.Mutex
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one.Lock()
		defer one.Unlock()
		requests++
		switch requests {
		case 3:
			p.kill()
			panic(http.ErrAbortHandler)
		case 4:
			p.start()
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		target, err := url.Parse(p.base)
		if err != nil {
			panic(err)
		}
		httputil.NewSingleHostReverseProxy(target).ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// spoil changes a row, and appends an event that nobody can read, behind Usher's
// back. It returns where the event stands.
func spoil(t *testing.T, data string) (position string) {
	t.Helper()
	log, err := eventlog.Open(t.Context(), filepath.Join(data, "log.db"), eventlog.Options{})
	require.NoError(t, err)
	var account domain.AccountID
	for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		if id, of := strings.CutPrefix(record.Stream, "account-"); of {
			require.NoError(t, account.UnmarshalText([]byte(id)))
		}
	}
	_, at, err := log.Append(t.Context(), string(domain.StructureStream(account)), domain.Any{}, []journal.Proposed{storetest.Newer(t, account)})
	require.NoError(t, err)
	require.NoError(t, log.Close())

	models, err := sqlite.OpenReadModels(t.Context(), filepath.Join(data, "readmodels.db"), nil)
	require.NoError(t, err)
	rows, stands, err := models.Find(t.Context(), employees.View(), projections.Query{Account: account, Limit: 10})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	rows[0].Search += " changed"
	require.NoError(t, models.Apply(t.Context(), employees.View(), projections.Change{Saved: rows, From: stands, To: stands}))
	require.NoError(t, models.Close())
	return at.String()
}
