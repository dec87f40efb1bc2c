package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/web"
	"github.com/usher-engine/usher/adapters/web/assets"
)

func TestWhileUsherStarts(t *testing.T) {
	t.Parallel()
	starting := httpkit.Starting{Page: web.Starting}
	ask := func(method, path, language string) *httptest.ResponseRecorder {
		answer, request := httptest.NewRecorder(), httptest.NewRequest(method, path, nil)
		request.Header.Set("Accept-Language", language)
		starting.ServeHTTP(answer, request)
		return answer
	}
	t.Run("people see a page that looks again", func(t *testing.T) {
		page := ask(http.MethodGet, "/at/acme", "de-AT, en;q=0.5")
		require.Equal(t, http.StatusServiceUnavailable, page.Code)
		require.Equal(t, "2", page.Header().Get("Refresh"))
		require.Contains(t, page.Body.String(), "Usher startet gerade")
		require.Contains(t, page.Body.String(), assets.Path("usher.css"))
	})
	t.Run("what they send is not sent again by itself", func(t *testing.T) {
		require.Empty(t, ask(http.MethodPost, "/sign-in", "").Header().Get("Refresh"))
	})
	t.Run("the page looks as it does otherwise", func(t *testing.T) {
		style := ask(http.MethodGet, assets.Path("usher.css"), "")
		require.Equal(t, http.StatusOK, style.Code)
		require.Equal(t, "text/css; charset=utf-8", style.Header().Get("Content-Type"))
	})
	t.Run("programs are answered as ever", func(t *testing.T) {
		require.Equal(t, "application/problem+json", ask(http.MethodGet, "/v1/accounts/acme", "").Header().Get("Content-Type"))
	})
}
