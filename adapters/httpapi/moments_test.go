package httpapi_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

// noTime is what is no time, or the time that programs write for none.
func noTime() []string {
	return []string{
		"0001-01-01T00:00:00Z", "0001-01-01", "0000-00-00", "0000-00-00T00:00:00Z", "1601-01-01T00:00:00Z", "1753-01-01", "1899-12-30", "1900-01-01", "1904-01-01",
		"1969-12-31T23:59:59Z", "1969-12-31", "1970-01-01T00:00:00Z", "1970-01-01", "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00-11:00", "1970-01-01T01:00:00+01:00",
		"9999-12-31T23:59:59-05:00", "10000-01-01", "12026-03-02T09:00:00Z",
		"yesterday", "now", "0", "1772442000", "2026", "2026-12", "2026-12-24T", "2026-12-24T18:00", "2026-12-24T18:00:00", "2026-12-24 18:00:00Z", "2026-12-24t18:00:00z",
		"2026-02-29", "2026-13-01", "2026-1-2", "24.12.2026", "12/24/2026", "2026-W52-4", "20261224", "2026-12-24+01", "2026-12-24+25:00", "2026-12-24 01:00", "2026-12-24T25:00:00Z", "-2026-12-24",
		"２０２６-12-24", "2026–12–24", " 2026-12-24", "2026-12-24 ",
	}
}

func TestDatesAndTimesOfLists(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme") // on 2 March 2026, at 9:00
	count := func(t *testing.T, list, query string) int {
		t.Helper()
		return len(company.Admin.Get(t, list+"?"+query).Must(t, 200).Items(t))
	}
	for _, list := range []string{"/activity", "/history"} {
		all := count(t, list, "limit=1000")
		require.NotZero(t, all)
		for query, found := range map[string]int{
			"from=2026-03-02": all, "from=2026-03-03": 0, "to=2026-03-02": 0, "to=2026-03-03": all, "from=2026-03-02&to=2026-03-02": 0,
			"from=2026-03-02Z": all, "from=2026-03-02-08:00": all, "from=2026-03-02-10:00": 0, "to=2026-03-03%2B14:00": all, "to=2026-03-02-10:00": all,
			"from=2026-03-02T09:00:00Z": all, "from=2026-03-02T10:00:00%2B01:00": all, "from=2026-03-02T09:00:01Z": 0, "from=1970-01-02": all, "to=9999-12-31": all,
			"to=2026-03-02T09:00:00.000000001Z": all,
		} {
			t.Run(list+" "+query, func(t *testing.T) { require.Equal(t, found, count(t, list, query)) })
		}
		for _, text := range noTime() {
			for _, end := range []string{"from", "to"} {
				t.Run(list+" "+end+" "+text, func(t *testing.T) {
					answer := company.Admin.Get(t, list+"?"+end+"="+url.QueryEscape(text)).Refused(t, 422, "invalid_request")
					require.Equal(t, "query."+end, answer.Text(t, "errors.0.location"))
				})
			}
		}
		t.Run(list+" of a time that ends before it begins", func(t *testing.T) {
			for _, query := range []string{"from=2026-03-03&to=2026-03-02", "from=2026-03-02&to=2026-03-02%2B00:01", "to=1970-01-02&from=9999-12-31"} {
				answer := company.Admin.Get(t, list+"?"+query).Refused(t, 422, "invalid_request")
				require.Equal(t, "query.from", answer.Text(t, "errors.0.location"))
			}
		})
	}
	t.Run("a plus that the URL has made a blank of is explained", func(t *testing.T) {
		answer := company.Admin.Get(t, "/history?from=2026-03-02T09:00:00+01:00").Refused(t, 422, "invalid_request")
		require.Contains(t, answer.Text(t, "detail"), "%2B")
	})
}

func TestTheEndOfAJoinLink(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	end := func(t *testing.T) string {
		t.Helper()
		return company.Admin.Get(t, "/join-link").Must(t, 200).Text(t, "expires_at")
	}
	for given, shown := range map[string]string{
		"2026-12-24": "2026-12-24T00:00:00Z", "2026-12-24Z": "2026-12-24T00:00:00Z", "2026-12-24+01:00": "2026-12-23T23:00:00Z",
		"2026-12-24-05:30": "2026-12-24T05:30:00Z", "2026-12-24T18:00:00+01:00": "2026-12-24T17:00:00Z", "2026-03-02T09:00:00.5Z": "2026-03-02T09:00:00.5Z", "never": "never",
	} {
		t.Run(given, func(t *testing.T) {
			company.Admin.Put(t, "/join-link/limits", `{"expires_at":"`+given+`"}`).Must(t, 200)
			require.Equal(t, shown, end(t))
		})
	}
	company.Admin.Put(t, "/join-link/limits", `{"expires_at":"2026-12-24"}`).Must(t, 200)
	for _, text := range append(noTime(), "", "Never", "none", "null", "unlimited", "forever") {
		t.Run("refused: "+text, func(t *testing.T) {
			answer := company.Admin.Put(t, "/join-link/limits", `{"expires_at":"`+text+`"}`).Refused(t, 422, "invalid_request")
			require.Equal(t, "body.expires_at", answer.Text(t, "errors.0.location"))
			require.Equal(t, "2026-12-24T00:00:00Z", end(t))
		})
	}
	for _, value := range []string{"0", "false", "1798135200", "[]", "{}"} {
		company.Admin.Put(t, "/join-link/limits", `{"expires_at":`+value+`}`).Refused(t, 422, "invalid_request")
	}
	for _, text := range []string{"2026-03-02", "2026-03-02T09:00:00Z", "2025-12-24", "1970-01-02", "2026-03-02+14:00"} {
		t.Run("past: "+text, func(t *testing.T) {
			company.Admin.Put(t, "/join-link/limits", `{"expires_at":"`+text+`"}`).Refused(t, 422, "invalid_limit")
			require.Equal(t, "2026-12-24T00:00:00Z", end(t))
		})
	}
}

func TestTheWordsOfAJoinLinksLimits(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	kitchen := company.Admin.Post(t, "/departments", `{"name":"Kitchen"}`).Must(t, 201).Text(t, "id")
	link := func(t *testing.T) httpapitest.Answer {
		t.Helper()
		return company.Admin.Get(t, "/join-link").Must(t, 200)
	}
	limited := `{"max_uses":30,"expires_at":"2026-12-24T00:00:00Z","department_id":"` + kitchen + `"}`
	for what, c := range map[string]struct {
		body       string
		uses       any
		end, where string
	}{
		"nothing":         {`{}`, 30.0, "2026-12-24T00:00:00Z", kitchen},
		"null":            {`{"max_uses":null,"expires_at":null,"department_id":null}`, 30.0, "2026-12-24T00:00:00Z", kitchen},
		"one limit":       {`{"max_uses":31}`, 31.0, "2026-12-24T00:00:00Z", kitchen},
		"unlimited":       {`{"max_uses":"unlimited"}`, "unlimited", "2026-12-24T00:00:00Z", kitchen},
		"never":           {`{"expires_at":"never"}`, 30.0, "never", kitchen},
		"the root":        {`{"department_id":""}`, 30.0, "2026-12-24T00:00:00Z", ""},
		"no limit at all": {`{"max_uses":"unlimited","expires_at":"never","department_id":""}`, "unlimited", "never", ""},
	} {
		t.Run(what, func(t *testing.T) {
			company.Admin.Put(t, "/join-link/limits", limited).Must(t, 200)
			company.Admin.Put(t, "/join-link/limits", c.body).Must(t, 200)
			require.Equal(t, c.uses, link(t).Value(t, "max_uses"))
			require.Equal(t, c.end, link(t).Text(t, "expires_at"))
			require.Equal(t, c.where, link(t).Value(t, "department_id"))
		})
	}
	for value, code := range map[string]string{
		`0`: "invalid_limit", `-1`: "invalid_limit", `10001`: "invalid_limit", `""`: "invalid_limit", `"30"`: "invalid_limit", `"never"`: "invalid_limit", `"Unlimited"`: "invalid_limit",
		`true`: "invalid_request", `[]`: "invalid_request", `{}`: "invalid_request", `1.5`: "invalid_request", `30.0`: "invalid_request", `1e30`: "invalid_request", `99999999999999999999`: "invalid_request",
	} {
		t.Run("max_uses "+value, func(t *testing.T) {
			answer := company.Admin.Put(t, "/join-link/limits", `{"max_uses":`+value+`}`).Refused(t, 422, code)
			require.Equal(t, "body.max_uses", answer.Text(t, "errors.0.location"))
		})
	}
}
