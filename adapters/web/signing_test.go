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
	t.Run("lets pages ask the API, and makes nobody the operator", func(t *testing.T) {
		browser := webtest.NewBrowser(t, u)
		browser.SignIn(t, "bakery", "admin@bakery.example", httpapitest.Password).Must(t, http.StatusOK)
		browser.Open(t, "/v1/accounts/bakery/me").Must(t, http.StatusOK)
		other := webtest.NewBrowser(t, u).With("Cookie", "__Host-usher="+httpapitest.OperatorToken)
		other.Open(t, "/v1/accounts").Must(t, http.StatusUnauthorized)
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
	t.Run("says which company the browser knows, and asks for another", func(t *testing.T) {
		browser := webtest.NewBrowser(t, u)
		require.Equal(t, "Sign in", browser.Open(t, "/sign-in").Heading())
		require.Equal(t, "Sign in to bakery", browser.Open(t, "/sign-in?company=bakery").Heading(), "what it is called is told to nobody else")
		browser.SignIn(t, "bakery", "admin@bakery.example", httpapitest.Password)
		page := browser.Open(t, "/at/bakery").Form(t, "/at/bakery/sign-out").Send(t).Must(t, http.StatusOK).Says(t, "You are signed out.")
		require.Equal(t, "Sign in to The Company", page.Heading())
		require.Equal(t, "bakery", page.Form(t, "/sign-in").Value("company"))
		require.Equal(t, "Sign in to The Company", browser.Open(t, "/sign-in").Heading())
		require.Empty(t, page.Follow(t, "Another company").Form(t, "/sign-in").Value("company"))
	})
	t.Run("is offered to whoever is signed in to another company", func(t *testing.T) {
		u.Found(t, "mill")
		browser := webtest.NewBrowser(t, u)
		browser.SignIn(t, "mill", "admin@mill.example", httpapitest.Password)
		page := browser.Open(t, "/at/bakery").Must(t, http.StatusOK).Says(t, "You are signed in as Ada Archer.")
		page = page.Form(t, "/sign-in").Fill("login", "admin@bakery.example").Fill("password", httpapitest.Password).Send(t).Must(t, http.StatusOK)
		require.Equal(t, "/at/bakery", page.URL.Path)
	})
	t.Run("answers the same whether there is the company or not", func(t *testing.T) {
		browser := webtest.NewBrowser(t, u)
		here := browser.SignIn(t, "bakery", "eve@bakery.example", "wrong").Must(t, http.StatusUnprocessableEntity)
		there := browser.SignIn(t, "nowhere", "eve@bakery.example", "wrong").Must(t, http.StatusUnprocessableEntity)
		require.Equal(t, here.Text(), there.Text())
		require.Equal(t, "/sign-in", browser.Open(t, "/at/nowhere").URL.Path)
	})
	t.Run("leads nowhere else", func(t *testing.T) {
		for _, next := range []string{"https://evil.example/at/", "//evil.example/at/", "/join/x", "/at//evil.example", `/at/\evil.example`} {
			browser := webtest.NewBrowser(t, u)
			form := browser.Open(t, "/sign-in?company=bakery").Form(t, "/sign-in").Fill("next", next)
			page := form.Fill("login", "admin@bakery.example").Fill("password", httpapitest.Password).Send(t)
			require.Equal(t, "/at/bakery", page.URL.Path, next)
		}
	})
}
