package httpapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

func TestActivityAndChat(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	admin := company.Admin.Get(t, "/me").Text(t, "person")
	company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100","+14155550101"]}`).Must(t, 200)
	company.Employee(t, "joe@example.org")
	activity := company.Admin.Get(t, "/activity").Must(t, 200)
	require.Equal(t, "Joe Joiner joined, approved by Ada Archer", activity.Text(t, "items.0.text"))
	require.Equal(t, "person.employed", activity.Text(t, "items.0.kind"))
	require.Equal(t, map[string]any{"kind": "person", "person": admin, "name": "Ada Archer"}, activity.Value(t, "items.0.actor"))
	require.Equal(t, "invitations_sent", activity.Text(t, "items.1.kind"))
	require.Equal(t, "Ada Archer invited 2 people by SMS", activity.Text(t, "items.1.text"))
	require.InDelta(t, 2, activity.Value(t, "items.1.count"), 0)
	chat := company.Admin.Get(t, "/chat").Must(t, 200)
	require.Len(t, chat.Items(t), 2)
	require.Equal(t, activity.Text(t, "items.0.text"), chat.Text(t, "items.0.text"))
}

// listener is a client of the stream.
type listener struct {
	t      *testing.T
	lines  *bufio.Scanner
	cancel func()
}

func listen(t *testing.T, client httpapitest.Client, lastID string) *listener {
	t.Helper()
	return listenAt(t, client, "/activity/stream", lastID)
}

func listenAt(t *testing.T, client httpapitest.Client, path, lastID string) *listener {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, client.URL+path, nil)
	require.NoError(t, err)
	request.Header = client.Header.Clone()
	if lastID != "" {
		request.Header.Set("Last-Event-ID", lastID)
	}
	transport := &http.Transport{}
	response, err := (&http.Client{Transport: transport}).Do(request)
	require.NoError(t, err)
	require.Equal(t, 200, response.StatusCode)
	require.Equal(t, "text/event-stream", response.Header.Get("Content-Type"))
	require.Equal(t, "no", response.Header.Get("X-Accel-Buffering"), "nginx keeps nothing back")
	require.Equal(t, "no-store, no-transform", response.Header.Get("Cache-Control"), "nobody compresses it")
	t.Cleanup(func() {
		cancel()
		response.Body.Close()
		transport.CloseIdleConnections()
	})
	return &listener{t: t, lines: bufio.NewScanner(response.Body), cancel: cancel}
}

// next is the next event's id and text; empty at the stream's end.
func (l *listener) next() (id, text string) {
	l.t.Helper()
	for l.lines.Scan() {
		line := l.lines.Text()
		if value, ok := strings.CutPrefix(line, "id: "); ok {
			id = value
		}
		if value, ok := strings.CutPrefix(line, "data: "); ok {
			var entry struct{ Text string }
			require.NoError(l.t, json.Unmarshal([]byte(value), &entry))
			return id, entry.Text
		}
	}
	return "", ""
}

func TestActivityStream(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	usher.Found(t, "other")
	client := company.SignIn(t, "admin@acme.example", httpapitest.Password)

	usher.Settled(t) // it begins where the view stands
	stream := listen(t, client, "")
	company.Admin.Post(t, "/departments", `{"name":"Kitchen"}`).Must(t, 201)
	first, text := stream.next()
	require.Equal(t, "Ada Archer created the department Kitchen", text)
	company.Admin.Post(t, "/departments", `{"name":"Bar"}`).Must(t, 201)
	_, text = stream.next()
	require.Equal(t, "Ada Archer created the department Bar", text)

	t.Run("is resumed behind the last event", func(t *testing.T) {
		resumed := listen(t, client, first)
		_, text := resumed.next()
		require.Equal(t, "Ada Archer created the department Bar", text)
	})
	t.Run("from the beginning", func(t *testing.T) {
		_, text := listen(t, client, "0").next()
		require.Equal(t, "Ada Archer founded the account", text)
	})
	t.Run("ends with the session", func(t *testing.T) {
		client.Do(t, http.MethodDelete, "/sessions/current", "").Must(t, 204)
		id, _ := stream.next()
		require.Empty(t, id)
	})
	t.Run("is no use of the session", func(t *testing.T) {
		usher := httpapitest.Start(t, httpapitest.Options{SessionIdle: 8 * time.Hour})
		company := usher.Found(t, "acme")
		watching := company.SignIn(t, "admin@acme.example", httpapitest.Password)
		usher.Settled(t)
		stream := listen(t, watching, "")
		create := func(department string) {
			usher.Advance(5 * time.Hour)
			company.SignIn(t, "admin@acme.example", httpapitest.Password).Post(t, "/departments", `{"name":"`+department+`"}`).Must(t, 201)
		}
		create("Kitchen")
		_, text := stream.next()
		require.Equal(t, "Ada Archer created the department Kitchen", text)
		create("Bar")
		id, _ := stream.next()
		require.Empty(t, id, "nobody has done anything with this session for ten hours")
		watching.Get(t, "/me").Refused(t, 401, "not_signed_in")
	})
	t.Run("behind what is no position", func(t *testing.T) {
		company.Admin.With("Last-Event-ID", "x").Get(t, "/activity/stream").Refused(t, 400, "invalid_position")
	})
}

func TestHistory(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	person := company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, 200).Text(t, "results.0.person")
	items := company.Admin.Get(t, "/history").Must(t, 200).Items(t)
	for i, item := range items {
		require.NotEmpty(t, item["id"], i)
		require.NotEmpty(t, item["at"], i)
		require.NotEmpty(t, item["type"], i)
		require.IsType(t, map[string]any{}, item["data"])
		require.IsType(t, map[string]any{}, item["metadata"])
	}
	answer := company.Admin.Get(t, "/history?person="+person).Must(t, 200)
	require.Equal(t, "person.invited_by_sms", answer.Text(t, "items.0.type"))
	require.Equal(t, "person", answer.Text(t, "items.0.actor.kind"))
	require.Equal(t, "+14155550100", answer.Text(t, "items.0.data.personal.contact.address"))
}

func TestOneEventOfHistory(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company, other := usher.Found(t, "acme"), usher.Found(t, "other")
	company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, 200)
	company.Settled(t)
	items := company.Admin.Get(t, "/history").Must(t, 200).Items(t)
	at := slices.IndexFunc(items, func(item map[string]any) bool { return item["type"] == "person.invited_by_sms" })
	invited := items[at]

	t.Run("by its id and by its position it is what the list shows, with those beside it", func(t *testing.T) {
		for _, named := range []any{invited["id"], invited["position"]} {
			found := company.Admin.Get(t, fmt.Sprint("/history/", named)).Must(t, 200)
			require.Equal(t, invited, found.Value(t, "event"))
			require.Equal(t, items[at-1]["id"], found.Value(t, "in_account.previous"))
			require.Equal(t, map[string]any{}, found.Value(t, "in_stream"), "it is alone in its stream")
		}
		found := company.Admin.Get(t, "/history/"+items[0]["id"].(string)).Must(t, 200) //nolint:forcetypeassert // because a panic fails the test
		require.Equal(t, map[string]any{"next": items[1]["id"]}, found.Value(t, "in_account"))
	})
	t.Run("nonsense, and another account's, is not there", func(t *testing.T) {
		for _, named := range []string{"nonsense", "999999", "007", "00000000-0000-4000-8000-000000000000", strings.ToUpper(invited["id"].(string))} { //nolint:forcetypeassert // because a panic fails the test
			company.Admin.Get(t, "/history/"+named).Refused(t, 404, "not_found")
		}
		other.Admin.Get(t, fmt.Sprint("/history/", invited["id"])).Refused(t, 404, "not_found")
		other.Admin.Get(t, fmt.Sprint("/history/", invited["position"])).Refused(t, 404, "not_found")
	})
	t.Run("it is for auditors and administrators", func(t *testing.T) {
		company.Employee(t, "joe@example.org").Get(t, fmt.Sprint("/history/", invited["id"])).Refused(t, 403, "not_permitted")
	})
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	t.Run("shows messages with their secrets, the latest first", func(t *testing.T) {
		company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
		company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, 200)
		company.Advance(time.Minute)
		company.Admin.Post(t, "/invitations/email", `{"emails":["ben@example.org"]}`).Must(t, 200)
		answer := company.Admin.Get(t, "/outbox").Must(t, 200)
		require.Len(t, answer.Items(t), 2)
		require.Equal(t, "email", answer.Text(t, "items.0.channel"))
		require.NotEmpty(t, answer.Text(t, "items.0.subject"))
		require.Equal(t, "sms", answer.Text(t, "items.1.channel"))
		link := answer.Text(t, "items.1.link")
		require.True(t, strings.HasPrefix(link, httpapitest.PublicURL+"/join/"))
		require.Contains(t, answer.Text(t, "items.1.text"), link)
		require.NotContains(t, string(answer.Body), "{link}")
	})
	t.Run("is not there where messages are sent", func(t *testing.T) {
		company := httpapitest.Start(t, httpapitest.Options{WithoutOutbox: true}).Found(t, "acme")
		company.Admin.Get(t, "/outbox").Refused(t, 404, "not_found")
		require.NotContains(t, string(company.Client("").Get(t, "/openapi.json").Body), "/outbox")
	})
}
