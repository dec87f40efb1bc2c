package httpapi_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

// lists are the paths, below an account, of all routes that answer page by page, but the
// operator's own.
func lists(t *testing.T, usher *httpapitest.Usher) (paths []string) {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct{ Parameters []struct{ Name string } }
	}
	require.NoError(t, json.Unmarshal(usher.Client("").Get(t, "/openapi.json").Must(t, 200).Body, &document))
	for path, methods := range document.Paths {
		for _, parameter := range methods["get"].Parameters {
			if parameter.Name == "cursor" && path != "/v1/accounts" {
				below, account := strings.CutPrefix(path, "/v1/accounts/{account}")
				require.True(t, account, "%s", path)
				if strings.Contains(below, "{") { // which is a list of something that must be there
					continue
				}
				paths = append(paths, below)
			}
		}
	}
	require.Greater(t, len(paths), 7)
	return paths
}

// texts are all texts in an answer, in small letters.
func texts(value any) (all []string) {
	switch v := value.(type) {
	case string:
		return []string{strings.ToLower(v)}
	case []any:
		for _, one := range v {
			all = append(all, texts(one)...)
		}
	case map[string]any:
		for _, one := range v {
			all = append(all, texts(one)...)
		}
	}
	return all
}

// TestACursorSaysNothing walks all lists, and reads the cursors as anybody can who sees
// an address.
func TestACursorSaysNothing(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company, other := usher.Found(t, "acme"), usher.Found(t, "other")
	for n := range 3 {
		company.Employee(t, fmt.Sprintf("joe%d@example.org", n))
		company.Join(t, fmt.Sprintf("eve%d@example.org", n)).Must(t, 201)
		company.Hire(t, fmt.Sprintf("h%d@acme.example", n), domain.RoleEmployee)
		company.Admin.Post(t, "/invitations/sms", fmt.Sprintf(`{"phones":["+1415555010%d"]}`, n)).Must(t, 200)
		other.Employee(t, fmt.Sprintf("joe%d@example.org", n))
	}
	usher.Settled(t)
	for _, path := range lists(t, usher) {
		t.Run(path, func(t *testing.T) {
			first := company.Admin.Get(t, path+"?limit=1").Must(t, 200)
			cursor := first.Text(t, "next")
			require.NotEmpty(t, cursor)
			read, err := base64.RawURLEncoding.DecodeString(cursor)
			require.NoError(t, err)
			for _, text := range texts(first.Value(t, "items")) {
				if len(text) > 3 {
					require.NotContains(t, strings.ToLower(string(read)), text)
				}
			}
			require.NotEqual(t, first.Items(t), company.Admin.Get(t, path+"?limit=1&cursor="+cursor).Must(t, 200).Items(t), "it goes on")
			other.Admin.Get(t, path+"?cursor="+cursor).Refused(t, 400, "invalid_cursor")
			for at := range read {
				changed := append([]byte{}, read...)
				changed[at] ^= 1
				company.Admin.Get(t, path+"?cursor="+base64.RawURLEncoding.EncodeToString(changed)).Refused(t, 400, "invalid_cursor")
			}
		})
	}
	t.Run("of accounts", func(t *testing.T) {
		operator := usher.Client(httpapitest.OperatorToken)
		first := operator.Get(t, "/v1/accounts?limit=1").Must(t, 200)
		require.Equal(t, "acme", first.Text(t, "items.0.slug"))
		read, err := base64.RawURLEncoding.DecodeString(first.Text(t, "next"))
		require.NoError(t, err)
		require.NotContains(t, string(read), "acme")
		require.Equal(t, "other", operator.Get(t, "/v1/accounts?limit=1&cursor="+first.Text(t, "next")).Must(t, 200).Text(t, "items.0.slug"))
		read[0] ^= 1
		operator.Get(t, "/v1/accounts?cursor="+base64.RawURLEncoding.EncodeToString(read)).Refused(t, 400, "invalid_cursor")
		company.Admin.Get(t, "/employees?cursor="+first.Text(t, "next")).Refused(t, 400, "invalid_cursor")
	})
	t.Run("what was a cursor before they were sealed is none", func(t *testing.T) {
		before := base64.RawURLEncoding.EncodeToString([]byte("employees\x1earcher\x1fada\x1e" + company.Admin.Get(t, "/me").Text(t, "person")))
		company.Admin.Get(t, "/employees?cursor="+before).Refused(t, 400, "invalid_cursor")
	})
}
