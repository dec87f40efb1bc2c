package engine_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/storetest"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/operations"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/employees"
)

// visibleWithin is how long it may take on a slow machine until an operator sees
// that something is stopped, and until it goes on when that may be skipped.
const visibleWithin = time.Minute

// operator asks as the operator.
type operator struct {
	t     *testing.T
	usher *enginetest.Usher
}

type follower struct {
	Name, State string
	Stopped     *struct{ Position, Type, Reason string }
	Editions    []struct {
		Edition int
		State   string
		Receipt *struct{ Differences int }
	}
}

func (o operator) do(method, path, body string, status int) []byte {
	o.t.Helper()
	got, answer := o.usher.Do(o.t, method, path, http.Header{"Authorization": {"Bearer " + enginetest.OperatorToken}}, body)
	require.Equal(o.t, status, got, "%s", answer)
	return answer
}

func (o operator) list() map[string]follower {
	o.t.Helper()
	var answer struct{ Views, Policies []follower }
	require.NoError(o.t, json.Unmarshal(o.do(http.MethodGet, "/v1/operations/projections", "", http.StatusOK), &answer))
	all := map[string]follower{}
	for _, one := range append(answer.Views, answer.Policies...) {
		all[one.Name] = one
	}
	return all
}

func (o operator) skip(name, position string) {
	o.t.Helper()
	o.do(http.MethodPost, "/v1/operations/skips", `{"follower":"`+name+`","position":"`+position+`","reason":"rain is no business of ours"}`, http.StatusOK)
}

// rebuild rebuilds a view, and is what a comparison found, if there was one.
func (o operator) rebuild(view string) (compared bool, differences int) {
	o.t.Helper()
	var begun struct{ Edition int }
	require.NoError(o.t, json.Unmarshal(o.do(http.MethodPost, "/v1/operations/projections/"+view+"/rebuild", "", http.StatusAccepted), &begun))
	require.Eventually(o.t, func() bool {
		for _, one := range o.list()[view].Editions {
			if one.Edition == begun.Edition && one.State == "serving" {
				if compared = one.Receipt != nil; compared {
					differences = one.Receipt.Differences
				}
				return true
			}
		}
		return false
	}, time.Minute, 10*time.Millisecond)
	return compared, differences
}

func (o operator) figures() string {
	o.t.Helper()
	return string(o.do(http.MethodGet, "/metrics", "", http.StatusOK))
}

func TestAnEventThatNobodyCanRead(t *testing.T) { enginetest.OnEachLog(t, anEventThatNobodyCanRead) }

func anEventThatNobodyCanRead(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	admin, operator := signUp(t, usher, "acme"), operator{t, usher}
	usher.Settle(t)
	another := domain.AccountID(uuid.New())
	_, at, err := usher.Log.Append(t.Context(), string(domain.StructureStream(another)), domain.NoStream{}, []journal.Proposed{storetest.Newer(t, another)})
	require.NoError(t, err)

	everybody := operator.list()
	require.Eventually(t, func() bool {
		all, figures := operator.list(), operator.figures()
		for name := range everybody {
			one := all[name]
			seen := one.State == "stopped" && one.Stopped != nil && one.Stopped.Position == at.String() && one.Stopped.Type == "structure.unheard_of" &&
				(strings.Contains(figures, `usher_view_stopped{view="`+name+`"} 1`) || strings.Contains(figures, `usher_policy_stopped{policy="`+name+`"} 1`))
			if !seen {
				return false
			}
		}
		status, answer := usher.Do(t, http.MethodGet, "/readyz", nil, "")
		return status == http.StatusServiceUnavailable && strings.Count(string(answer), "event structure.unheard_of at position "+at.String()) == len(everybody)
	}, visibleWithin, 10*time.Millisecond, "stopped views and policies are seen everywhere")
	admin.put("/settings/inviting", `{"everyone_may_invite":true}`) // commands go on

	for name := range everybody {
		operator.skip(name, at.String())
	}
	require.Eventually(t, func() bool { return usher.Ready(t.Context()) == nil }, visibleWithin, 10*time.Millisecond, "all goes on")
	usher.Settle(t)
	require.NotRegexp(t, `usher_(view|policy)_stopped\{.*\} 1`, operator.figures())
	skipped := map[string]bool{}
	for record, err := range usher.Log.ReadStream(t.Context(), string(domain.OperationsStream()), 0) {
		require.NoError(t, err)
		var event operations.EventSkipped
		require.NoError(t, json.Unmarshal(record.Data, &event))
		require.Equal(t, "rain is no business of ours", event.Grounds)
		skipped[event.Follower] = true
	}
	require.Len(t, skipped, len(everybody), "it is on record")
	compared, differences := operator.rebuild("history")
	require.True(t, compared)
	require.Zero(t, differences, "a rebuild honours it")
}

// TestAViewThatCannotTakeAnEvent spoils a row of one view behind Usher's back,
// so that the next event about that person stops this view and no other.
func TestAViewThatCannotTakeAnEvent(t *testing.T) {
	enginetest.OnEachLog(t, aViewThatCannotTakeAnEvent)
}

func aViewThatCannotTakeAnEvent(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	admin, operator := signUp(t, usher, "acme"), operator{t, usher}
	usher.Settle(t)
	view := employees.View()
	account, err := usher.App.AccountNamed(t.Context(), "acme")
	require.NoError(t, err)
	rows, at, err := usher.ReadModels.Find(t.Context(), view, projections.Query{Account: account, Limit: 10})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	rows[0].Doc = []byte(`{"Name":7}`)
	require.NoError(t, usher.ReadModels.Apply(t.Context(), view, projections.Change{Saved: rows, From: at, To: at}))

	status, answer := admin.do(http.MethodPut, "/me/password", `{"current":"`+adminPassword+`","new":"the second of all passphrases"}`)
	require.Equal(t, http.StatusOK, status, "%s", answer)
	var done struct{ Position string }
	require.NoError(t, json.Unmarshal(answer, &done))
	require.Eventually(t, func() bool { return operator.list()["employees"].State == "stopped" }, visibleWithin, 10*time.Millisecond)
	require.Equal(t, done.Position, operator.list()["employees"].Stopped.Position)
	require.Contains(t, operator.figures(), `usher_view_stopped{view="employees"} 1`)
	status, answer = usher.Do(t, http.MethodGet, "/readyz", nil, "")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, 1, strings.Count(string(answer), `"stopped"`), "%s", answer)

	require.Eventually(t, func() bool {
		for name, one := range operator.list() {
			if name != "employees" && one.State != "following" {
				return false
			}
		}
		return true
	}, visibleWithin, 10*time.Millisecond, "the others go on")
	status, answer = admin.do(http.MethodGet, "/structure?position="+done.Position, "")
	require.Equal(t, http.StatusOK, status, "%s", answer)
	status, answer = admin.do(http.MethodGet, "/employees?position="+done.Position, "")
	require.Equal(t, http.StatusServiceUnavailable, status, "%s", answer)
	require.Equal(t, "not_yet", code(answer))

	operator.rebuild("employees")
	require.Eventually(t, func() bool { return usher.Ready(t.Context()) == nil }, visibleWithin, 10*time.Millisecond, "new rows go on where the old ones could not")
	require.Len(t, admin.items("/employees"), 1)
}
