package httpapitest

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Client sends requests, as somebody or as nobody.
type Client struct {
	URL    string
	Header http.Header
}

// Client returns a client that bears a token; an empty token is nobody.
func (u *Usher) Client(token string) Client {
	header := http.Header{}
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	return Client{URL: u.URL, Header: header}
}

// With returns the client with one more header.
func (c Client) With(name, value string) Client {
	header := c.Header.Clone()
	header[http.CanonicalHeaderKey(name)] = []string{value}
	return Client{URL: c.URL, Header: header}
}

// From returns the client as it is at another network address.
func (c Client) From(address string) Client { return c.With("X-Forwarded-For", address) }

// At returns the client with its paths below another.
func (c Client) At(path string) Client { return Client{URL: c.URL + path, Header: c.Header} }

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do sends a request. A body that is not empty is JSON, unless a header says
// otherwise. Redirects are not followed.
func (c Client) Do(t testing.TB, method, path, body string) Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, c.URL+path, strings.NewReader(body))
	require.NoError(t, err)
	request.Header = c.Header.Clone()
	if body != "" && request.Header["Content-Type"] == nil {
		request.Header.Set("Content-Type", "application/json")
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close() //nolint:errcheck // because everything was read
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return Answer{Status: response.StatusCode, Header: response.Header, Body: answer}
}

// Get asks.
func (c Client) Get(t testing.TB, path string) Answer {
	t.Helper()
	return c.Do(t, http.MethodGet, path, "")
}

// Post commands.
func (c Client) Post(t testing.TB, path, body string) Answer {
	t.Helper()
	return c.Do(t, http.MethodPost, path, body)
}

// Put changes.
func (c Client) Put(t testing.TB, path, body string) Answer {
	t.Helper()
	return c.Do(t, http.MethodPut, path, body)
}

// Must returns the answer, which has this status.
func (a Answer) Must(t testing.TB, status int) Answer {
	t.Helper()
	require.Equal(t, status, a.Status, "%s", a.Body)
	return a
}

// Refused requires a problem of this status and code, whole and of its type.
func (a Answer) Refused(t testing.TB, status int, code string) Answer {
	t.Helper()
	require.Equal(t, status, a.Status, "%s", a.Body)
	require.Equal(t, "application/problem+json", a.Header.Get("Content-Type"))
	require.Equal(t, code, a.Text(t, "code"), "%s", a.Body)
	require.Equal(t, "urn:usher:problem:"+code, a.Text(t, "type"))
	require.NotEmpty(t, a.Text(t, "title"))
	require.NotEmpty(t, a.Text(t, "detail"))
	require.InDelta(t, status, a.Value(t, "status"), 0)
	return a
}

// Value returns a value within the answer; the path is names joined by dots, and
// numbers for places in lists.
func (a Answer) Value(t testing.TB, path string) any {
	t.Helper()
	var value any
	require.NoError(t, json.Unmarshal(a.Body, &value), "%s", a.Body)
	for _, name := range strings.Split(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[name]
		case []any:
			place := 0
			for _, digit := range name {
				place = place*10 + int(digit-'0')
			}
			require.Less(t, place, len(v), "%s of %s", path, a.Body)
			value = v[place]
		default:
			value = nil
		}
	}
	return value
}

// Text returns a text within the answer, and empty where there is none.
func (a Answer) Text(t testing.TB, path string) string {
	t.Helper()
	text, _ := a.Value(t, path).(string)
	return text
}

// Items returns a list's items.
func (a Answer) Items(t testing.TB) []map[string]any {
	t.Helper()
	var page struct{ Items []map[string]any }
	require.NoError(t, json.Unmarshal(a.Body, &page), "%s", a.Body)
	return page.Items
}
