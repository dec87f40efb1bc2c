package web_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/web/webtest"
)

func TestSigningIn(t *testing.T) {
	u := webtest.Start(t, httpapitest.Options{})
	u.Found(t, "bakery")

	t.Run("leads to the Activity Stream", func(t *testing.T) {
		page := webtest.NewBrowser(t, u).SignIn(t, "bakery", "admin@bakery.example", httpapitest.Password).Must(t, http.StatusOK)
		require.Equal(t, "/at/bakery", page.URL.Path)
		require.Equal(t, "Activity Stream", page.Heading())
	})
	t.Run("leads back to the page that was asked for", func(t *testing.T) {
		browser := webtest.NewBrowser(t, u)
		form := browser.Open(t, "/at/bakery?cursor=").Form(t, "/sign-in")
		page := form.Fill("login", "admin@bakery.example").Fill("password", httpapitest.Password).Send(t).Must(t, http.StatusOK)
		require.Equal(t, "/at/bakery", page.URL.Path)
		require.Equal(t, "cursor=", page.URL.RawQuery)
	})
	t.Run("keeps what was typed, but not the password", func(t *testing.T) {
		page := webtest.NewBrowser(t, u).SignIn(t, "bakery", "admin@bakery.example", "wrong").Must(t, http.StatusUnprocessableEntity)
		require.Contains(t, page.Title(), "Error: ")
		login, _ := page.Field("login")
		require.Equal(t, "admin@bakery.example", login)
		password, there := page.Field("password")
		require.True(t, there)
		require.Empty(t, password)
	})
}
