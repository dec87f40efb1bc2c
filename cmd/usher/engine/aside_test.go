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
)

// strangers is what others may write into one of Usher's streams, given the newest
// event there.
func strangers() map[string]func(journal.Record) journal.Proposed {
	written := func(name, data, metadata string) func(journal.Record) journal.Proposed {
		return func(journal.Record) journal.Proposed {
			return journal.Proposed{ID: uuid.New(), Type: name, JSON: true, Data: []byte(data), Metadata: []byte(metadata)}
		}
	}
	return map[string]func(journal.Record) journal.Proposed{
		"an unknown type":               written("OrderPlaced", `{"no":1}`, ""),
		"an unknown type with metadata": written("person.promoted", `{}`, `{"$correlationId":"1"}`),
		"our type without metadata":     written("person.employed", `{}`, ""),
		"no JSON":                       written("person.dismissed", "\x00\x01\xff", "\x00"),
		"metadata that look reserved":   written("OrderPlaced", `{}`, `{"usher.originalTime":"yesterday"}`),
		"our type with wrong data": func(newest journal.Record) journal.Proposed {
			return journal.Proposed{ID: uuid.New(), Type: newest.Type, JSON: true, Data: []byte(`{"person":7}`), Metadata: newest.Metadata}
		},
		"the same event again": func(newest journal.Record) journal.Proposed {
			again := newest.Proposed
			again.ID, again.Original = uuid.New(), time.Time{}
			return again
		},
	}
}

// peopleOf is the streams of people, in the order in which they were begun, each with
// its newest event.
func peopleOf(t *testing.T, usher *enginetest.Usher) (streams []string, newest map[string]journal.Record) {
	t.Helper()
	newest = map[string]journal.Record{}
	for record, err := range usher.Log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		if !strings.HasPrefix(record.Stream, "person-") {
			continue
		}
		if record.Revision == 0 {
			streams = append(streams, record.Stream)
		}
		newest[record.Stream] = record
	}
	return streams, newest
}

// setAside is what /readyz says of streams that are set aside, while it is ready.
func setAside(t *testing.T, usher *enginetest.Usher) map[string]string {
	t.Helper()
	status, text := usher.Do(t, http.MethodGet, "/readyz", nil, "")
	require.Equal(t, http.StatusOK, status, "%s", text)
	var answer struct {
		SetAside []struct{ Stream, Reason string } `json:"set_aside"`
	}
	require.NoError(t, json.Unmarshal(text, &answer))
	found := map[string]string{}
	for _, one := range answer.SetAside {
		found[one.Stream] = one.Reason
	}
	return found
}

func TestWhatStrangersWriteStopsOnePerson(t *testing.T) {
	enginetest.OnEachLog(t, whatStrangersWriteStopsOnePerson)
}

func whatStrangersWriteStopsOnePerson(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	admin, operator := signUp(t, usher, "acme"), operator{t, usher}
	var spoilt []string // people's addresses
	writes := func(stream string, event journal.Proposed) {
		log := usher.Log
		if usher.Node != nil { // past what Usher itself would not send
			stream, log = "usher."+stream, usher.Node.Log
		}
		_, _, err := log.Append(t.Context(), stream, domain.Any{}, []journal.Proposed{event})
		require.NoError(t, err)
	}
	for what, stranger := range strangers() {
		email := strings.ReplaceAll(what, " ", "-") + "@example.org"
		status, answer := admin.post("/invitations/email", `{"emails":["`+email+`"]}`)
		require.Equal(t, http.StatusOK, status, "%s", answer)
		streams, newest := peopleOf(t, usher)
		stream := streams[len(streams)-1]
		behind := newest[stream].Proposed
		behind.ID = uuid.New()
		writes(stream, stranger(newest[stream]))
		writes(stream, behind)
		spoilt = append(spoilt, email)
	}

	for _, when := range []string{"now", "restarted"} {
		usher.Settle(t)
		require.Eventually(t, func() bool { return len(setAside(t, usher)) == len(spoilt) }, time.Minute, 10*time.Millisecond)
		require.Contains(t, operator.figures(), "usher_streams_set_aside 7")
		marked := map[any]any{}
		for _, one := range admin.items("/invited") {
			marked[one["contact"]] = one["history_missing"]
		}
		for _, email := range spoilt {
			require.Equal(t, true, marked[email], "rows stay, and are marked: %v", marked)
			status, answer := admin.post("/invitations/email", `{"emails":["`+email+`","`+when+email+`"]}`)
			require.Equal(t, http.StatusOK, status, "%s", answer)
			require.Contains(t, string(answer), `"history_missing"`, email)
			require.NotEmpty(t, admin.tokenSentTo(when+email), "everybody else is invited, and sent a message")
			require.NotContains(t, marked, when+email)
		}
		for _, view := range []string{"invited", "history", "employees"} {
			compared, differences := operator.rebuild(view)
			require.True(t, compared)
			require.Zero(t, differences, "rows that are made anew are those that were there: %s", view)
		}
		if when == "now" {
			usher.Restart(t)
			admin = signIn(t, usher, "acme", "ann@example.com", adminPassword)
		}
	}
}

func TestWhatStrangersWriteStopsOneCompany(t *testing.T) {
	usher := enginetest.StartOnEventStoreDB(t)
	admin, other := signUp(t, usher, "acme"), signUp(t, usher, "beta")
	var stream string
	for record, err := range usher.Log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		if strings.HasPrefix(record.Stream, "account-") && stream == "" {
			stream = record.Stream
		}
	}
	link := journal.Proposed{ID: uuid.New(), Type: "$>", Data: []byte("0@order-1")}
	_, _, err := usher.Node.Log.Append(t.Context(), "usher."+stream, domain.Any{}, []journal.Proposed{link})
	require.NoError(t, err)
	require.Eventually(t, func() bool { return setAside(t, usher)[stream] != "" }, time.Minute, 10*time.Millisecond)

	status, answer := admin.do(http.MethodPut, "/settings/inviting", `{"everyone_may_invite":true}`)
	require.Equal(t, http.StatusConflict, status, "%s", answer)
	require.Contains(t, string(answer), `"history_missing"`)
	require.Contains(t, string(answer), stream, "members are told which stream")
	invite(t, other, "+14155550101")
	usher.Settle(t)
}

func TestWhatStrangersWriteAmongOperatorsWordsTakesNoneOfThemAway(t *testing.T) {
	enginetest.OnEachLog(t, func(t *testing.T, usher *enginetest.Usher) {
		admin, operator := signUp(t, usher, "acme"), operator{t, usher}
		usher.Settle(t)
		everybody, another := operator.list(), domain.AccountID(uuid.New())
		_, at, err := usher.Log.Append(t.Context(), string(domain.StructureStream(another)), domain.NoStream{}, []journal.Proposed{storetest.Newer(t, another)})
		require.NoError(t, err)
		for name := range everybody {
			require.Eventually(t, func() bool { return operator.list()[name].State == "stopped" }, time.Minute, 10*time.Millisecond)
			_, _, err := usher.Log.Append(t.Context(), string(domain.OperationsStream()), domain.Any{}, []journal.Proposed{
				{ID: uuid.New(), Type: "OrderPlaced", JSON: true, Data: []byte("{}")},
			})
			require.NoError(t, err)
			operator.skip(name, at.String())
		}
		for range 2 {
			require.Eventually(t, func() bool { return usher.Ready(t.Context()) == nil }, time.Minute, 10*time.Millisecond)
			invite(t, admin, "+14155550101")
			usher.Settle(t)
			require.Empty(t, setAside(t, usher))
			compared, differences := operator.rebuild("invited")
			require.True(t, compared)
			require.Zero(t, differences)
			usher.Restart(t)
			admin = signIn(t, usher, "acme", "ann@example.com", adminPassword)
		}
	})
}
