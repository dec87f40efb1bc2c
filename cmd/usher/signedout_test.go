package main_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestStreamsEndWithWhatHappensElsewhere has somebody signed out at one instance who
// listens at another, where nothing else happens.
func TestStreamsEndWithWhatHappensElsewhere(t *testing.T) {
	t.Parallel()
	team := newTeam(t, 2)
	here, there := team.instances[0], team.instances[1]
	require.Eventually(t, there.ready, time.Minute, 10*time.Millisecond)
	employee := here.employ()
	_, answer, err := here.do(t.Context(), http.MethodGet, "/v1/accounts/acme/me", employee, "", "")
	require.NoError(t, err)
	var me struct{ Person string }
	require.NoError(t, json.Unmarshal(answer, &me))

	for _, c := range []struct {
		name, method, path string
		by                 string // empty for whoever listens
	}{
		{"who signs out", http.MethodDelete, "/sessions/current", ""},
		{"who signs out everywhere else", http.MethodDelete, "/me/sessions", employee},
		{"who is signed out", http.MethodPost, "/employees/" + me.Person + "/end-sessions", team.token},
		{"who is dismissed", http.MethodPost, "/employees/" + me.Person + "/dismiss", team.token},
	} {
		t.Run("given one "+c.name+", the stream at another instance ends", func(t *testing.T) {
			listens := here.signInTo("acme", "ben@mill.example")
			if c.by == "" {
				c.by = listens
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			stream := (&process{t: t, base: there.process.base, token: listens}).stream(ctx)
			asked := -1.0
			require.Eventually(t, func() bool { // so that only what comes ends it
				before := asked
				asked = there.figures()["usher_stream_questions_total"]
				return asked == before
			}, time.Minute, time.Second)
			status, answer, err := here.do(ctx, c.method, "/v1/accounts/acme"+c.path, c.by, "", "")
			require.NoError(t, err)
			require.Less(t, status, 300, "%s", answer)
			began := time.Now()
			_, err = io.ReadAll(stream)
			require.NoError(t, err, "it ends as answers do")
			t.Logf("after %s", time.Since(began).Round(time.Millisecond))
		})
	}
	for _, one := range team.instances {
		one.stop()
	}
}
