package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/composition"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// TestACutStreamStopsOnePerson has an operator of the server hide what is in two
// people's streams.
func TestACutStreamStopsOnePerson(t *testing.T) {
	usher := enginetest.StartOnEventStoreDB(t)
	admin := signUp(t, usher, "acme")
	register := func(email string) (int, string) {
		status, answer := admin.post("/employees", `{"email":"`+email+`","first_name":"Dan","last_name":"Direct","job_title":"Baker"}`)
		return status, string(answer)
	}
	others := otherProgram{usher.Node}
	var people, streams []string
	for _, email := range []string{"deleted@example.org", "truncated@example.org"} {
		status, answer := register(email)
		require.Equal(t, http.StatusCreated, status, answer)
		people, streams = append(people, email), append(streams, newestPerson(t, usher))
	}
	usher.Settle(t)
	others.metadata(t, streams[0], deleted)
	others.metadata(t, streams[1], `{"$tb":1}`)

	for _, when := range []string{"now", "restarted"} {
		for i, email := range people {
			require.Eventually(t, func() bool {
				status, answer := register(email)
				return status == http.StatusConflict && strings.Contains(answer, `"history_missing"`) && strings.Contains(answer, streams[i])
			}, time.Minute, 10*time.Millisecond)
			other := when + email
			status, answer := admin.post("/invitations/email", `{"emails":["`+email+`","`+other+`"]}`)
			require.Equal(t, http.StatusOK, status, "%s", answer)
			require.Contains(t, string(answer), `"history_missing"`)
			require.NotEmpty(t, admin.tokenSentTo(other), "everybody else is invited, and sent a message")
		}
		usher.Settle(t)
		status, answer := usher.Do(t, http.MethodGet, "/readyz", nil, "")
		require.Equal(t, http.StatusOK, status, "%s", answer)
		if when == "now" {
			usher.Restart(t)
			admin = signIn(t, usher, "acme", "ann@example.com", adminPassword)
		}
	}

	for i, email := range people {
		others.metadata(t, streams[i], `{}`)
		require.Eventually(t, func() bool {
			status, answer := register(email)
			return status == http.StatusConflict && strings.Contains(answer, string(domain.AlreadyEmployed))
		}, time.Minute, 10*time.Millisecond)
	}
}

func TestWhatIsDueForACutStreamIsSaidOnce(t *testing.T) {
	usher := enginetest.StartOnEventStoreDB(t)
	usher.Stop(t)
	var lines loglines
	usher.Logger = slog.New(slog.NewJSONHandler(&lines, nil))
	usher.Restart(t)
	admin := signUp(t, usher, "acme")
	status, answer := admin.post("/invitations/email", `{"emails":["cut@example.org"]}`)
	require.Equal(t, http.StatusOK, status, "%s", answer)
	stream := newestPerson(t, usher)
	status, answer = admin.post("/invitations/email", `{"emails":["other@example.org"]}`)
	require.Equal(t, http.StatusOK, status, "%s", answer)
	usher.Settle(t)
	otherProgram{usher.Node}.metadata(t, stream, deleted)
	require.Eventually(t, func() bool { return len(journal.CutOf(usher.Log)) == 1 }, time.Minute, time.Millisecond)

	lines.take()
	usher.Pass(15 * 24 * time.Hour)
	for range 5 {
		require.NoError(t, usher.KeepTime(t.Context()))
	}
	require.Equal(t, 1, strings.Count(lines.take(), strings.TrimPrefix(stream, "usher.")))
	admin = signIn(t, usher, "acme", "ann@example.com", adminPassword)
	require.Len(t, admin.items("/history?type=person.invitation_expired"), 1, "and the other's is on record")

	otherProgram{usher.Node}.metadata(t, stream, `{}`)
	require.Eventually(t, func() bool { return len(journal.CutOf(usher.Log)) == 0 }, time.Minute, time.Millisecond)
	require.NoError(t, usher.KeepTime(t.Context()))
	require.Len(t, admin.items("/history?type=person.invitation_expired"), 2, "as is this one's, once it is whole")
}

// loglines is what was logged, for one who looks now and then.
type loglines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *loglines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *loglines) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}

// unaware is a log of which one stream was cut so recently that it is taken for new.
type unaware struct {
	journal.Log
	stream string
}

func (u unaware) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[journal.Record, error] {
	if stream == u.stream {
		return func(func(journal.Record, error) bool) {}
	}
	return u.Log.ReadStream(ctx, stream, from)
}

func TestACutThatNobodyHasHeardOfSendsNoMessage(t *testing.T) {
	usher := enginetest.StartOnEventStoreDB(t)
	admin := signUp(t, usher, "acme")
	status, answer := admin.post("/invitations/email", `{"emails":["cut@example.org"]}`)
	require.Equal(t, http.StatusOK, status, "%s", answer)
	stream, before := newestPerson(t, usher), len(admin.items("/outbox"))
	otherProgram{usher.Node}.metadata(t, stream, deleted)
	require.Eventually(t, func() bool { return len(journal.CutOf(usher.Log)) == 1 }, time.Minute, time.Millisecond)

	log, err := eventstoredb.Open(t.Context(), usher.Node.Connection, eventstoredb.DefaultPrefix, eventstoredb.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	another := usher.Another(t, func(base *composition.Base) {
		base.Store = journal.NewStore(unaware{log, strings.TrimPrefix(stream, "usher.")}, base.Events)
	})
	result, err := another.InviteByEmail(t.Context(), anew(usher, annAt(t, usher)), commands.InviteByEmail{Emails: []string{"cut@example.org", "other@example.org"}})
	require.NoError(t, err)
	require.Equal(t, domain.HistoryMissing, domain.CodeOf(result.Rows[0].Refused))
	require.NoError(t, result.Rows[1].Refused)
	require.Equal(t, 2, invitationsIn(t, usher, stream), "although it was written, as nobody knew")
	require.Len(t, admin.items("/outbox"), before+1, "and only the other is sent a message")
	require.NoError(t, usher.Ready(t.Context()))

	otherProgram{usher.Node}.metadata(t, stream, `{}`)
	require.Eventually(t, func() bool { return len(journal.CutOf(usher.Log)) == 0 }, time.Minute, time.Millisecond)
	require.Len(t, admin.items("/outbox"), before+1, "nor is it sent later by itself")
	for _, one := range admin.items("/invited") {
		if one["contact"] == "cut@example.org" {
			status, answer = admin.post(fmt.Sprintf("/invitations/%s/resend", one["person"]), "")
			require.Equal(t, http.StatusOK, status, "%s", answer)
		}
	}
	require.Len(t, admin.items("/outbox"), before+2, "but when somebody asks for it again")
}

func TestACutStreamIsKnownAfterARestart(t *testing.T) {
	usher := enginetest.StartOnEventStoreDB(t)
	admin := signUp(t, usher, "acme")
	invite(t, admin, "+14155550101")
	stream, others := newestPerson(t, usher), otherProgram{usher.Node}
	others.metadata(t, stream, deleted)
	others.writes(t, "order-1", 3000)
	require.Eventually(t, func() bool { return len(journal.CutOf(usher.Log)) == 1 }, time.Minute, 10*time.Millisecond)
	mark, err := usher.Log.Mark(t.Context())
	require.NoError(t, err)
	usher.Restart(t)
	require.Equal(t, []journal.Cut{{Stream: strings.TrimPrefix(stream, "usher."), AtServer: stream, Done: "was deleted"}}, journal.CutOf(usher.Log))
	known, err := usher.ReadModels.Found(t.Context(), mark, "streams cut")
	require.NoError(t, err)
	require.Contains(t, known, stream, "without looking for it again")
}

// TestACutStreamStopsWhatItIsOf has what everything of a company is judged on hidden
// from an Usher that knows it already.
func TestACutStreamStopsWhatItIsOf(t *testing.T) {
	started, calls := enginetest.StartCounting(t)
	see := func(by client) (int, []byte) { return by.do(http.MethodGet, "/me", "") }
	made := 0
	change := func(by client) (int, []byte) {
		made++
		return by.post("/departments", fmt.Sprintf(`{"name":"Department %d"}`, made))
	}
	for _, test := range []struct {
		cut string
		ask func(client) (int, []byte)
	}{{"account", see}, {"structure", change}, {"person", see}} {
		t.Run("given a cut "+test.cut+", it is refused what needs that, with the stream, at no call, until the cut is undone", func(t *testing.T) {
			usher, others := started, otherProgram{started.Node}
			slug := "with-a-cut-" + test.cut
			admin := signUp(t, usher, slug)
			status, answer := change(admin)
			require.Equal(t, http.StatusCreated, status, "%s", answer)
			whole, answer := test.ask(admin)
			require.Less(t, whole, http.StatusBadRequest, "%s", answer)
			stream := newestOf(t, usher, test.cut)
			neighbour := signUp(t, usher, "beside-a-cut-"+test.cut)
			usher.Settle(t)
			usher.Settle(t)

			others.metadata(t, stream, deleted)
			require.Eventually(t, func() bool {
				return slices.ContainsFunc(journal.CutOf(usher.Log), func(cut journal.Cut) bool { return cut.AtServer == stream })
			}, time.Minute, time.Millisecond)
			calls.Take()
			for range 20 {
				status, answer = test.ask(admin)
				require.Equal(t, http.StatusConflict, status, "%s", answer)
				require.Contains(t, string(answer), `"history_missing"`)
				require.Contains(t, string(answer), stream+" was deleted")
			}
			require.Less(t, calls.Take()["Read"], 20, "the refusal is known")
			if test.cut == "structure" {
				status, answer = see(admin)
				require.Equal(t, http.StatusOK, status, "%s", answer)
			}
			status, answer = test.ask(neighbour)
			require.Equal(t, whole, status, "%s", answer)
			require.NoError(t, usher.Ready(t.Context()))

			others.metadata(t, stream, `{}`)
			require.Eventually(t, func() bool { return len(journal.CutOf(usher.Log)) == 0 }, time.Minute, time.Millisecond)
			status, answer = change(admin)
			require.Equal(t, http.StatusCreated, status, "%s", answer)
		})
	}
}

func TestTheLinkOfACutStreamIsUnavailable(t *testing.T) {
	for _, cut := range []string{"person", "batch", "account"} {
		t.Run("given a cut "+cut+", its links are unavailable, and nothing is said of the stream, until the cut is undone", func(t *testing.T) {
			usher := enginetest.StartOnEventStoreDB(t)
			admin := signUp(t, usher, "acme")
			status, answer := admin.post("/invitations/email", `{"emails":["cut@example.org"]}`)
			require.Equal(t, http.StatusOK, status, "%s", answer)
			stream, token := newestOf(t, usher, cut), admin.tokenSentTo("cut@example.org")
			open := func() int {
				status, answer = usher.Do(t, http.MethodGet, "/v1/join/"+token, nil, "")
				return status
			}
			require.Equal(t, http.StatusOK, open())
			otherProgram{usher.Node}.metadata(t, stream, deleted)
			require.Eventually(t, func() bool { return open() == http.StatusServiceUnavailable }, 10*time.Second, 10*time.Millisecond)
			require.Contains(t, string(answer), `"unavailable"`)
			require.NotContains(t, string(answer), stream)
			otherProgram{usher.Node}.metadata(t, stream, `{}`)
			require.Eventually(t, func() bool { return open() == http.StatusOK }, 10*time.Second, 10*time.Millisecond)
		})
	}
}

func TestABatchWithACutStreamIsRevokedForAllOthers(t *testing.T) {
	usher := enginetest.StartOnEventStoreDB(t)
	admin := signUp(t, usher, "acme")
	status, answer := admin.post("/invitations/email", `{"emails":["one@example.org","other@example.org","third@example.org"]}`)
	require.Equal(t, http.StatusOK, status, "%s", answer)
	var invited struct{ Batch string }
	require.NoError(t, json.Unmarshal(answer, &invited))
	usher.Settle(t)
	otherProgram{usher.Node}.metadata(t, newestPerson(t, usher), deleted)
	usher.Restart(t)
	admin = signIn(t, usher, "acme", "ann@example.com", adminPassword)
	status, answer = admin.post("/batches/"+invited.Batch+"/revoke", "")
	require.Equal(t, http.StatusOK, status, "%s", answer)
	require.Len(t, admin.items("/invited"), 1, "the one of whom nobody knows any more")
	require.NoError(t, usher.Ready(t.Context()))
}

// invitationsIn counts the invitations among all events of a stream, hidden or not.
func invitationsIn(t *testing.T, usher *enginetest.Usher, stream string) (count int) {
	t.Helper()
	for record, err := range usher.Log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		if "usher."+record.Stream == stream && record.Type == string(person.InvitedByEmailType) {
			count++
		}
	}
	return count
}

// newestPerson is the stream, at the server, that was begun last for a person.
func newestPerson(t *testing.T, usher *enginetest.Usher) string {
	t.Helper()
	return newestOf(t, usher, "person")
}

// newestOf is the stream, at the server, that was begun last of a kind.
func newestOf(t *testing.T, usher *enginetest.Usher, kind string) (stream string) {
	t.Helper()
	for record, err := range usher.Log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		if record.Revision == 0 && strings.HasPrefix(record.Stream, kind+"-") {
			stream = "usher." + record.Stream
		}
	}
	return stream
}

// metadata sets a stream's metadata, as other programs do.
func (s otherProgram) metadata(t *testing.T, stream, data string) {
	t.Helper()
	event := journal.Proposed{ID: uuid.New(), Type: "$metadata", JSON: true, Data: []byte(data)}
	_, _, err := s.node.Log.Append(t.Context(), "$$"+stream, domain.Any{}, []journal.Proposed{event})
	require.NoError(t, err)
}

// deleted is the metadata of a stream that was deleted.
const deleted = `{"$tb":9223372036854775807}`
