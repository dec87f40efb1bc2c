package web_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/web/webtest"
	"github.com/usher-engine/usher/domain"
)

// written is log lines, which many write.
type written struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *written) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(line)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func TestOutbox(t *testing.T) {
	log := &written{}
	u := webtest.Start(t, httpapitest.Options{Logger: slog.New(slog.NewJSONHandler(log, nil))})
	b := bakery{Company: u.Found(t, "bakery"), admin: webtest.NewBrowser(t, u)}
	b.admin.SignIn(t, "bakery", "admin@bakery.example", httpapitest.Password).Must(t, http.StatusOK)
	b.admin.Open(t, "/at/bakery/outbox").Must(t, http.StatusOK).Says(t, "Nothing sent yet.")

	b.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, http.StatusOK)
	b.Admin.Post(t, "/invitations/email", `{"emails":["ben@mill.example"]}`).Must(t, http.StatusOK)
	b.Settled(t)
	page := b.admin.Open(t, "/at/bakery/outbox").Must(t, http.StatusOK)

	t.Run("shows messages with links that work", func(t *testing.T) {
		page.Says(t, "SMS to +14155550100", "ben@mill.example")
		var sent []string
		for _, link := range page.LinksTo() {
			if token, ours := strings.CutPrefix(link, httpapitest.PublicURL+"/join/"); ours {
				sent = append(sent, token)
			}
		}
		require.Len(t, sent, 2)
		for _, token := range sent {
			u.Client("").Get(t, "/v1/join/"+token).Must(t, http.StatusOK)
		}
	})
	t.Run("is neither kept nor compressed, and no token comes into an address or a log", func(t *testing.T) {
		require.Equal(t, "no-store", page.Header.Get("Cache-Control"))
		require.Empty(t, page.Header.Get("Content-Encoding"))
		token := b.TokenSentTo(t, "ben@mill.example")
		require.NotContains(t, log.String(), token)
		for _, address := range b.admin.Went {
			require.NotContains(t, address, token)
		}
	})
	t.Run("keeps what replaces a password from administrators", func(t *testing.T) {
		b.Hire(t, "hilda@bakery.example", domain.RoleEmployee)
		u.Client("").Post(t, "/v1/accounts/bakery/passwords/forgotten", `{"login":"hilda@bakery.example"}`).Must(t, http.StatusAccepted)
		b.Settled(t)
		b.admin.Open(t, "/at/bakery/outbox").Says(t, "hilda@bakery.example", "(for the recipient alone)")
	})
	t.Run("is not for others", func(t *testing.T) {
		for _, role := range []domain.Role{domain.RoleEmployee, domain.RoleAuditor} {
			browser := b.as(t, string(role)+"@bakery.example", role)
			browser.Open(t, "/at/bakery/outbox").Must(t, http.StatusForbidden)
			require.NotContains(t, browser.Open(t, "/at/bakery").LinksTo(), "/at/bakery/outbox")
		}
	})
}

func TestALongOutboxComesInPages(t *testing.T) {
	b := found(t)
	phones := make([]string, 51)
	for i := range phones {
		phones[i] = fmt.Sprintf(`"+1415555%04d"`, 100+i)
	}
	b.Admin.Post(t, "/invitations/sms", `{"phones":[`+strings.Join(phones, ",")+`]}`).Must(t, http.StatusOK)
	b.Settled(t)
	first := b.admin.Open(t, "/at/bakery/outbox").Must(t, http.StatusOK)
	require.Equal(t, 50, strings.Count(first.Text(), "SMS to "))
	require.Equal(t, 1, strings.Count(first.Follow(t, "Load 50 more").Must(t, http.StatusOK).Text(), "SMS to "))
}

func TestAServerThatSendsHasNoOutbox(t *testing.T) {
	u := webtest.Start(t, httpapitest.Options{WithoutOutbox: true})
	u.Found(t, "bakery")
	browser := webtest.NewBrowser(t, u)
	browser.SignIn(t, "bakery", "admin@bakery.example", httpapitest.Password).Must(t, http.StatusOK)
	browser.Open(t, "/at/bakery/outbox").Must(t, http.StatusNotFound)
	require.NotContains(t, browser.Open(t, "/at/bakery/settings").LinksTo(), "/at/bakery/outbox")
}
