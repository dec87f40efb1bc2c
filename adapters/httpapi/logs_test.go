package httpapi_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

// lines keeps what is logged.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(data []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(data)
}

func (l *lines) all() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// requests is the lines about requests.
func (l *lines) requests(t *testing.T) []map[string]any {
	t.Helper()
	var found []map[string]any
	for line := range strings.Lines(l.all()) {
		var parts map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &parts))
		if parts["msg"] == "request" {
			found = append(found, parts)
		}
	}
	return found
}

func TestLogLines(t *testing.T) {
	t.Parallel()
	logged := &lines{}
	usher := httpapitest.Start(t, httpapitest.Options{Logger: slog.New(slog.NewJSONHandler(logged, nil))})
	company := usher.Found(t, "acme")
	person := company.Admin.Get(t, "/me").Text(t, "person")
	token := company.JoinToken(t)
	company.Join(t, "joe@example.org").Must(t, 201)
	company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, 200)
	company.Admin.Get(t, "/employees?search=joe%40example.org").Must(t, 200)
	company.Admin.Get(t, "/history?contact=joe%40example.org").Must(t, 200)
	sent := company.TokenSentTo(t, "+14155550100")
	usher.Client("").Get(t, "/join/"+sent)
	usher.Client("").Get(t, "/v1/join/"+sent)
	usher.Client("").Post(t, company.Path+"/sessions", `{"login":"joe@example.org","password":"a wrong password"}`).Refused(t, 401, "login_failed")
	answer := usher.Client("").Get(t, "/no/"+sent).Refused(t, 404, "not_found")

	t.Run("say who did what, and how it ended", func(t *testing.T) {
		var line map[string]any
		for _, one := range logged.requests(t) {
			if one["route"] == "/v1/accounts/{account}/invitations/sms" {
				line = one
			}
		}
		require.Equal(t, "POST", line["method"])
		require.InDelta(t, 200, line["status"], 0)
		require.Equal(t, person, line["actor"])
		require.NotEmpty(t, line["account"])
		require.NotEmpty(t, line["request_id"])
		require.Contains(t, line, "took")
	})
	t.Run("are found by the answer's id", func(t *testing.T) {
		last := logged.requests(t)[len(logged.requests(t))-1]
		require.Equal(t, answer.Header.Get("X-Request-Id"), last["request_id"])
		require.Equal(t, "none", last["route"])
		require.Equal(t, "not_found", last["code"])
	})
	t.Run("hold nothing personal and nothing secret", func(t *testing.T) {
		for _, canary := range []string{
			token, sent, "joe", "14155550100", "Joiner", "Ada", "admin@acme.example", httpapitest.Password, "a wrong password",
			httpapitest.OperatorToken, company.Admin.Header.Get("Authorization")[len("Bearer "):],
		} {
			require.NotContains(t, logged.all(), canary)
		}
	})
}

func filesOf(t *testing.T, folder string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	files := map[string]string{}
	for _, name := range names {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		files[filepath.Base(name)] = string(content)
	}
	return files
}
