package main_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/domain"
)

// streamsOf are those of a server that begin with a prefix.
func streamsOf(t *testing.T, server *nodetest.Guarded, prefix string) (all []string) {
	t.Helper()
	for record, err := range server.Log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		if strings.HasPrefix(record.Stream, prefix) && record.Revision == 0 {
			all = append(all, record.Stream)
		}
	}
	return all
}

// TestRightsBesideOthers follows the recipe of docs/eventstoredb.md for a server that
// others use too: rights of each stream of Usher's, and of everything.
func TestRightsBesideOthers(t *testing.T) {
	t.Parallel()
	server, binary := nodetest.StartGuarded(t, "usher", "other", "auditor"), build(t)
	other, admin := server.Program(t, "other"), server.Program(t, "admin")
	require.NoError(t, admin.Write(t.Context(), "$$$all", "$metadata", `{"$acl":{"$r":["$admins","auditor","usher"]}}`))
	require.NoError(t, other.Write(t.Context(), "order-1", "ordered", `{}`))
	usher := &process{t: t, binary: binary, data: t.TempDir(), eventStore: server.As("usher"), flags: []string{"--event-store-acl"}}
	usher.start()
	mainJob(usher)
	other.RequireShutOut(t, streamsOf(t, server, "usher.")...)

	t.Run("given another program, it goes on with its own streams, and who read everything still does", func(t *testing.T) {
		require.NoError(t, other.Write(t.Context(), "order-1", "ordered", `{}`))
		require.NoError(t, other.Read(t.Context(), "order-1"))
		require.NoError(t, other.Write(t.Context(), "order-2", "ordered", `{}`))
		require.NoError(t, other.Delete(t.Context(), "order-2"))
		require.Error(t, other.ReadAll(t.Context()))
		require.NoError(t, server.Program(t, "auditor").ReadAll(t.Context()))
		require.NoError(t, admin.ReadAll(t.Context()))
	})
	t.Run("given a restart, Usher goes on", func(t *testing.T) {
		want := usher.answers(usher.position())
		usher.stop()
		usher.start()
		usher.signIn()
		require.Len(t, usher.answers(usher.position())["/employees"], len(want["/employees"]))
		require.NotEmpty(t, usher.inviteOne(t.Context(), "+14155550103"))
		usher.stop()
		other.RequireShutOut(t, streamsOf(t, server, "usher.")...)
	})
	t.Run("given a log that is copied there with rights, its streams have them too", func(t *testing.T) {
		source := "embedded:" + history(t, 300)
		to := []string{"--from", source, "--to", server.As("usher"), "--to-prefix"}
		for prefix, runs := range map[string][][]string{
			"at.once.": {{"--to-acl"}},
			"later.":   {{}, {"--to-acl"}},
		} {
			for _, flags := range runs {
				_, stderr, err := logCommand(t, binary, append(append([]string{"copy"}, append(to, prefix)...), flags...)...)
				require.NoError(t, err, "%s", stderr)
			}
			other.RequireShutOut(t, streamsOf(t, server, prefix)...)
			stdout, stderr, err := logCommand(t, binary, "verify", "--a", source, "--b", server.As("usher"), "--b-prefix", prefix)
			require.NoError(t, err, "%s", stderr)
			require.Contains(t, stdout, "hold the same events")
		}
		for says, to := range map[string]string{"an embedded log, which has no users": "embedded:" + t.TempDir(), "has none": nodetest.Start(t).Connection} {
			_, stderr, err := logCommand(t, binary, "copy", "--from", source, "--to", to, "--to-acl")
			require.Error(t, err)
			require.Contains(t, stderr, says)
		}
	})
}

// mainJob founds a company, invites somebody who registers and is approved, and looks at all lists.
func mainJob(p *process) {
	p.t.Helper()
	p.found()
	const phone = "+14155550101"
	person := p.inviteOne(p.t.Context(), phone)
	require.NotEmpty(p.t, person)
	require.Eventually(p.t, func() bool { return p.links()[phone] != "" }, time.Minute, 50*time.Millisecond, "the message is delivered")
	status, answer, err := p.do(p.t.Context(), http.MethodPost, "/v1/join/"+p.links()[phone], "", "",
		`{"first_name":"Ben","last_name":"Joiner","email":"ben@acme.example","password":"`+adminPassword+`"}`)
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusCreated, status, "%s", answer)
	require.NotEmpty(p.t, p.signInTo("acme", phone))
	lists := p.answers(p.position())
	require.Len(p.t, lists["/employees"], 2)
	var kinds []string
	for _, item := range lists["/history"] {
		var event struct{ Type string }
		require.NoError(p.t, json.Unmarshal(item, &event))
		kinds = append(kinds, event.Type)
	}
	require.Subset(p.t, kinds, []string{"account.founded", "person.invited_by_sms", "person.registered"})
}
