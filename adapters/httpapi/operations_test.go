package httpapi_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/storetest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections/employees"
)

// unheardOf appends an event behind Usher's back that only a newer one can read.
func unheardOf(t *testing.T, usher *httpapitest.Usher) string {
	t.Helper()
	another := domain.AccountID(uuid.New())
	_, position, err := usher.Log.Append(t.Context(), string(domain.StructureStream(another)), domain.NoStream{}, []journal.Proposed{storetest.Newer(t, another)})
	require.NoError(t, err)
	return position.String()
}

// standing is how a view or a policy stands, once it is as somebody waits for.
func standing(t *testing.T, operator httpapitest.Client, name string, until func(map[string]any) bool) (found map[string]any) {
	t.Helper()
	require.Eventually(t, func() bool {
		var answer struct{ Views, Policies []map[string]any }
		require.NoError(t, json.Unmarshal(operator.Get(t, "/v1/operations/projections").Must(t, 200).Body, &answer))
		for _, one := range append(answer.Views, answer.Policies...) {
			if found = one; one["name"] == name {
				return until(one)
			}
		}
		return false
	}, time.Minute, 10*time.Millisecond, "%s", name)
	return found
}

// editionIs waits for an edition of a view.
func editionIs(t *testing.T, operator httpapitest.Client, view string, number float64, is func(map[string]any) bool) {
	t.Helper()
	standing(t, operator, view, func(one map[string]any) bool {
		editions, _ := one["editions"].([]any)
		for _, each := range editions {
			if edition, _ := each.(map[string]any); edition["edition"] == number {
				return is(edition)
			}
		}
		return false
	})
}

func state(wanted string) func(map[string]any) bool {
	return func(one map[string]any) bool { return one["state"] == wanted }
}

func TestRebuildingAndVerifying(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Settled(t)
	operator := usher.Client(httpapitest.OperatorToken)
	const path = "/v1/operations/projections/employees"

	begun := operator.With("Idempotency-Key", "once").Post(t, path+"/rebuild", `{"throttle":1000}`).Must(t, 202)
	require.Equal(t, "filling", begun.Text(t, "state"))
	require.InDelta(t, 2, begun.Value(t, "edition"), 0)
	require.InDelta(t, 1000, begun.Value(t, "throttle"), 0)
	editionIs(t, operator, "employees", 2, func(e map[string]any) bool { return e["state"] == "serving" && e["receipt"] != nil })
	again := operator.With("Idempotency-Key", "once").Post(t, path+"/rebuild", `{"throttle":1000}`).Must(t, 202)
	require.Equal(t, "true", again.Header.Get("Idempotency-Replayed"))
	require.Len(t, company.Admin.Get(t, "/employees").Must(t, 200).Items(t), 1)

	t.Run("given what serves, it is not dropped", func(t *testing.T) {
		operator.Do(t, "DELETE", path+"/editions/2", "").Refused(t, 409, "edition_serves")
	})
	t.Run("given the way back, the old rows serve, and the new ones can go", func(t *testing.T) {
		require.Equal(t, "serving", operator.Post(t, path+"/serve", `{"edition":1}`).Must(t, 200).Text(t, "state"))
		operator.Post(t, path+"/serve", `{"edition":1}`).Must(t, 200)
		editionIs(t, operator, "employees", 2, state("kept"))
		operator.Do(t, "DELETE", path+"/editions/2?version="+strconv.Itoa(employees.View().Version()), "").Must(t, 200)
		operator.Do(t, "DELETE", path+"/editions/2", "").Refused(t, 404, "not_found")
	})
	t.Run("given a verification, it has a receipt with digests", func(t *testing.T) {
		number, _ := operator.Post(t, path+"/verify", "").Must(t, 202).Value(t, "edition").(float64)
		editionIs(t, operator, "employees", number, func(e map[string]any) bool {
			receipt, _ := e["receipt"].(map[string]any)
			return receipt != nil && receipt["differences"] == 0.0 && e["state"] == "kept"
		})
	})
	t.Run("given what is not there, it is refused", func(t *testing.T) {
		operator.Post(t, "/v1/operations/projections/nothing/rebuild", "").Refused(t, 404, "not_found")
		operator.Post(t, "/v1/operations/projections/deliver/verify", "").Refused(t, 404, "not_found")
		operator.Post(t, path+"/serve", `{"edition":77}`).Refused(t, 404, "not_found")
		operator.Do(t, "DELETE", path+"/editions/1?version=9", "").Refused(t, 404, "not_found")
		operator.Post(t, path+"/rebuild", `{"throttle":-1}`).Refused(t, 422, "invalid_request")
	})
}

func TestSkipping(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Settled(t)
	operator := usher.Client(httpapitest.OperatorToken)
	skip := func(follower, position, reason string) httpapitest.Answer {
		return operator.Post(t, "/v1/operations/skips", `{"follower":"`+follower+`","position":"`+position+`","reason":"`+reason+`"}`)
	}
	skip("employees", "1", "why not").Refused(t, 409, "not_stopped_there")
	first, second := unheardOf(t, usher), unheardOf(t, usher)
	names := []string{"employees", "invited", "approvals", "structure", "activity", "chat", "history", "join_link", "complete_founding", "keep_administrators", "end_sessions", "deliver"}
	for _, name := range names {
		stopped, _ := standing(t, operator, name, state("stopped"))["stopped"].(map[string]any)
		require.Equal(t, first, stopped["position"], name)
		require.Equal(t, "structure.unheard_of", stopped["type"], name)
		require.Contains(t, stopped["reason"], "unknown to this version: its type", name)
	}
	t.Run("given anything but the event at which it is stopped, it is refused", func(t *testing.T) {
		answer := skip("employees", second, "why not").Refused(t, 409, "not_stopped_there")
		require.Contains(t, answer.Text(t, "detail"), "it is stopped at "+first+", of type structure.unheard_of")
		skip("nobody", first, "why not").Refused(t, 404, "not_found")
		skip("employees", "x", "why not").Refused(t, 400, "invalid_position")
		skip("employees", first, strings.Repeat("x", 5000)).Refused(t, 422, "invalid_reason")
		skip("employees", first, "").Must(t, 422)
	})
	t.Run("given a reason, one after the other goes on", func(t *testing.T) {
		for _, position := range []string{first, second} {
			for _, name := range names {
				standing(t, operator, name, func(one map[string]any) bool {
					stopped, _ := one["stopped"].(map[string]any)
					return stopped["position"] == position
				})
				require.NotEmpty(t, skip(name, position, "rain is no business of ours").Must(t, 200).Text(t, "position"))
			}
		}
		company.Admin.Post(t, "/workgroups", `{"name":"Choir"}`).Must(t, 201)
		for _, name := range names { // skipped and caught up
			standing(t, operator, name, state("following"))
		}
	})
}
