package httpapi_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

// manyEmails is a request of n rows, of which some are refused: "nonsense" and the first
// once more, at the end.
func manyEmails(n int) string {
	emails := make([]string, n)
	for i := range emails {
		emails[i] = fmt.Sprintf("row%d@example.org", i)
	}
	emails[n-2], emails[n-1] = "nonsense", "row0@example.org"
	body, _ := json.Marshal(map[string]any{"emails": emails}) // strings have JSON
	return string(body)
}

// allowMuch lets a company send more than is sent here.
func allowMuch(t *testing.T, company httpapitest.Company) {
	t.Helper()
	company.Admin.Put(t, "/settings/limits", `{"emails":20000,"invitations_per_inviter":20000}`).Must(t, 200)
}

// done is a batch once nothing more becomes of it.
func done(t *testing.T, client httpapitest.Client, path string) httpapitest.Answer {
	t.Helper()
	events := follow(t, client, path)
	require.Equal(t, true, events[len(events)-1]["closed"])
	return client.Get(t, path).Must(t, 200)
}

// follow is all that a batch's stream tells until it ends.
func follow(t *testing.T, client httpapitest.Client, path string) (events []map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, client.URL+path+"/stream", nil)
	require.NoError(t, err)
	request.Header = client.Header
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, "text/event-stream", response.Header.Get("Content-Type"))
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if data, is := strings.CutPrefix(lines.Text(), "data: "); is {
			var event map[string]any
			require.NoError(t, json.Unmarshal([]byte(data), &event))
			events = append(events, event)
		}
	}
	return events
}

func TestManyRowsGoOnByThemselves(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	allowMuch(t, company)
	release := usher.HoldBatches()
	keyed := company.Admin.With("Idempotency-Key", "monday")
	accepted := keyed.Post(t, "/invitations/email", manyEmails(250)).Must(t, 202)
	require.NotContains(t, string(accepted.Body), "results")
	path := "/batches/" + accepted.Text(t, "batch")

	running := company.Admin.Get(t, path).Must(t, 200)
	require.Equal(t, "running", running.Text(t, "state"))
	require.Equal(t, false, running.Value(t, "closed"))
	require.InDelta(t, 250, running.Value(t, "size"), 0)
	require.InDelta(t, 2, running.Value(t, "done"), 0)
	release()
	over := done(t, company.Admin, path)
	require.Equal(t, "done", over.Text(t, "state"))
	require.InDelta(t, 248, over.Value(t, "invited"), 0)
	require.InDelta(t, 2, over.Value(t, "refused"), 0)
	require.Equal(t, []any{
		map[string]any{"row": 248.0, "contact": "nonsense", "code": "invalid_email", "message": over.Text(t, "refused_rows.0.message")},
		map[string]any{"row": 249.0, "contact": "row0@example.org", "code": "duplicate_in_batch", "message": over.Text(t, "refused_rows.1.message")},
	}, over.Value(t, "refused_rows"))

	t.Run("the same request again is answered so, and invites nobody", func(t *testing.T) {
		again := keyed.Post(t, "/invitations/email", manyEmails(250)).Must(t, 202)
		require.Equal(t, string(accepted.Body), string(again.Body))
		require.Equal(t, "true", again.Header.Get("Idempotency-Replayed"))
		keyed.With("Prefer", "wait=5").Post(t, "/invitations/email", manyEmails(250)).Must(t, 202)
	})
	t.Run("its refused rows come in pages", func(t *testing.T) {
		first := company.Admin.Get(t, path+"?limit=1").Must(t, 200)
		require.Len(t, first.Value(t, "refused_rows"), 1)
		second := company.Admin.Get(t, path+"?limit=1&cursor="+first.Text(t, "next")).Must(t, 200)
		require.Equal(t, "row0@example.org", second.Text(t, "refused_rows.0.contact"))
		require.Empty(t, second.Text(t, "next"))
		company.Admin.Get(t, path+"?cursor=x").Refused(t, 400, "invalid_cursor")
	})
	t.Run("it is for those who see who is invited", func(t *testing.T) {
		company.Hire(t, "udo@acme.example", domain.RoleAuditor).Get(t, path).Must(t, 200)
		eve := company.Hire(t, "eve@acme.example", domain.RoleEmployee)
		eve.Get(t, path).Refused(t, 403, "not_permitted")
		eve.Get(t, path+"/stream").Refused(t, 403, "not_permitted")
		eve.Post(t, path+"/stop", "").Refused(t, 403, "not_permitted")
		others := usher.Found(t, "others")
		for _, foreign := range []string{path, path + "/stream"} {
			others.Admin.Get(t, foreign).Refused(t, 404, "not_found")
		}
		others.Admin.Post(t, path+"/stop", "").Refused(t, 404, "not_found")
		company.Admin.Post(t, "/batches/nonsense/stop", "").Refused(t, 404, "not_found")
		company.Admin.Get(t, "/batches/nonsense/stream").Refused(t, 404, "not_found")
	})
}

func TestTwoHundredRowsAreAnsweredAtOnce(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	allowMuch(t, company)
	defer usher.HoldBatches()()
	answer := company.Admin.With("Prefer", "wait=9").Post(t, "/invitations/email", manyEmails(200)).Must(t, 200)
	require.Len(t, answer.Value(t, "results"), 200)
	require.Empty(t, answer.Header.Get("Preference-Applied"), "there was nothing to wait for")
}

func TestAClientThatPrefersToWait(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	allowMuch(t, company)
	t.Run("is answered with all results, where that is in time", func(t *testing.T) {
		keyed := company.Admin.With("Idempotency-Key", "tuesday").With("Prefer", "respond-async, wait=60")
		answer := keyed.Post(t, "/invitations/email", manyEmails(230)).Must(t, 200)
		require.Equal(t, "wait=60", answer.Header.Get("Preference-Applied"))
		require.Len(t, answer.Value(t, "results"), 230)
		require.Equal(t, "invited", answer.Text(t, "results.0.outcome"))
		require.Equal(t, "row7@example.org", answer.Text(t, "results.7.contact"))
		require.Equal(t, "nonsense", answer.Text(t, "results.228.contact"))
		require.Equal(t, "invalid_email", answer.Text(t, "results.228.code"))
		listed := company.Admin.Get(t, "/invited?search=row7@example.org&position="+answer.Text(t, "position")).Must(t, 200)
		require.Equal(t, listed.Items(t)[0]["person"], answer.Text(t, "results.7.person"))
		require.Equal(t, string(answer.Body), string(keyed.Post(t, "/invitations/email", manyEmails(230)).Must(t, 200).Body))
	})
	t.Run("is answered with the batch, where it is not", func(t *testing.T) {
		release := usher.HoldBatches()
		answer := company.Admin.With("Prefer", "wait=1").Post(t, "/invitations/email", manyEmails(240)).Must(t, 202)
		require.Equal(t, "wait=1", answer.Header.Get("Preference-Applied"))
		release()
		done(t, company.Admin, "/batches/"+answer.Text(t, "batch"))
	})
	for _, nothing := range []string{"wait", "wait=0", "wait=-1", "wait=soon", "return=minimal", "=", ""} {
		t.Run(fmt.Sprintf("and says %q is not waited for", nothing), func(t *testing.T) {
			defer usher.HoldBatches()()
			answer := company.Admin.With("Prefer", nothing).Post(t, "/invitations/email", manyEmails(201)).Must(t, 202)
			require.Empty(t, answer.Header.Get("Preference-Applied"))
		})
	}
}

func TestABatchIsStopped(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	allowMuch(t, company)
	release := usher.HoldBatches()
	path := "/batches/" + company.Admin.Post(t, "/invitations/email", manyEmails(250)).Must(t, 202).Text(t, "batch")
	company.Admin.Post(t, path+"/stop", "").Must(t, 200)
	require.Equal(t, "stopped", company.Admin.Get(t, path).Must(t, 200).Text(t, "state"))
	release()
	over := done(t, company.Admin, path)
	require.Equal(t, "stopped", over.Text(t, "state"))
	require.InDelta(t, 248, over.Value(t, "untried"), 0)
	require.Equal(t, company.Admin.Get(t, "/me").Text(t, "person"), over.Text(t, "stopped_by"))
	require.Empty(t, company.Admin.Get(t, "/invited?position="+over.Text(t, "position")).Must(t, 200).Items(t))
}

func TestAStreamTellsHowFarABatchIs(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	allowMuch(t, company)
	release := usher.HoldBatches()
	path := "/batches/" + company.Admin.Post(t, "/invitations/email", manyEmails(450)).Must(t, 202).Text(t, "batch")
	go release()
	events := follow(t, company.Admin, path)
	require.Equal(t, "done", events[len(events)-1]["state"])
	before := -1.0
	for _, event := range events {
		done, is := event["done"].(float64)
		require.True(t, is)
		require.GreaterOrEqual(t, done, before)
		before = done
	}
	require.InDelta(t, 450, before, 0)
}

func TestOneCompanysRowsHoldUpNoOthers(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	large, small := usher.Found(t, "large"), usher.Found(t, "small")
	allowMuch(t, large)
	allowMuch(t, small)
	release := usher.HoldBatches()
	big := "/batches/" + large.Admin.Post(t, "/invitations/email", manyEmails(2000)).Must(t, 202).Text(t, "batch")
	little := "/batches/" + small.Admin.Post(t, "/invitations/email", manyEmails(250)).Must(t, 202).Text(t, "batch")
	release()
	done(t, small.Admin, little)
	require.Equal(t, "running", large.Admin.Get(t, big).Must(t, 200).Text(t, "state"))
	large.Admin.Post(t, big+"/stop", "").Must(t, 200)
	done(t, large.Admin, big)
}
