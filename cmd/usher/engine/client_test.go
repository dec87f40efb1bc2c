package engine_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

const adminPassword = "the first of all passphrases"

// client is somebody signed in to an account.
type client struct {
	t     *testing.T
	usher *enginetest.Usher
	base  string
	token string
}

// signUp founds an account and signs its administrator in.
func signUp(t *testing.T, usher *enginetest.Usher, slug string) client {
	t.Helper()
	status, answer := usher.Do(t, http.MethodPost, "/v1/accounts", http.Header{"Authorization": {"Bearer " + enginetest.OperatorToken}},
		fmt.Sprintf(`{"slug":%q,"name":"The Company","administrator":{"email":"ann@example.com","first_name":"Ann","last_name":"Admin","password":%q}}`,
			slug, adminPassword))
	require.Equal(t, http.StatusCreated, status, "%s", answer)
	return signIn(t, usher, slug, "ann@example.com", adminPassword)
}

func signIn(t *testing.T, usher *enginetest.Usher, slug, login, password string) client {
	t.Helper()
	base := "/v1/accounts/" + slug
	return client{t: t, usher: usher, base: base, token: logIn(t, usher, base, login, password)}
}

func logIn(t testing.TB, usher *enginetest.Usher, base, login, password string) (token string) {
	t.Helper()
	status, answer := usher.Do(t, http.MethodPost, base+"/sessions", nil, fmt.Sprintf(`{"login":%q,"password":%q}`, login, password))
	require.Equal(t, http.StatusCreated, status, "%s", answer)
	var in struct{ Token string }
	require.NoError(t, json.Unmarshal(answer, &in))
	return in.Token
}

func (c client) do(method, path, body string) (int, []byte) {
	c.t.Helper()
	return c.usher.Do(c.t, method, c.base+path, http.Header{"Authorization": {"Bearer " + c.token}}, body)
}

func (c client) post(path, body string) (int, []byte) {
	c.t.Helper()
	return c.do(http.MethodPost, path, body)
}

func (c client) put(path, body string) {
	c.t.Helper()
	status, answer := c.do(http.MethodPut, path, body)
	require.Equal(c.t, http.StatusOK, status, "%s", answer)
}

// items is a list, once everything has settled.
func (c client) items(path string) []map[string]any {
	c.t.Helper()
	c.usher.Settle(c.t)
	status, answer := c.do(http.MethodGet, path, "")
	require.Equal(c.t, http.StatusOK, status, "%s", answer)
	var page struct{ Items []map[string]any }
	require.NoError(c.t, json.Unmarshal(answer, &page))
	return page.Items
}

// tokenSentTo is the token of the newest link sent to a contact.
func (c client) tokenSentTo(contact string) string {
	c.t.Helper()
	for _, message := range c.items("/outbox?limit=1000") {
		if link, ok := message["link"].(string); ok && message["to"] == contact && link != "" {
			return link[strings.LastIndexByte(link, '/')+1:]
		}
	}
	require.Failf(c.t, "no message with a link", "to %s", contact)
	return ""
}

func (c client) joinToken() string {
	c.t.Helper()
	status, answer := c.do(http.MethodGet, "/join-link", "")
	require.Equal(c.t, http.StatusOK, status, "%s", answer)
	var link struct{ Link string }
	require.NoError(c.t, json.Unmarshal(answer, &link))
	return link.Link[strings.LastIndexByte(link.Link, '/')+1:]
}
