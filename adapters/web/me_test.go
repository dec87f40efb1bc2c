package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/web/webtest"
)

const (
	passphrase = "seven green doors stand ajar"
	me         = "/at/bakery/me"
)

// employee is somebody of a new company, signed in by the page for that.
func employee(t *testing.T) (httpapitest.Company, *webtest.Browser) {
	t.Helper()
	company := webtest.Start(t, httpapitest.Options{}).Found(t, "bakery")
	company.Employee(t, "hilda@bakery.example")
	browser := webtest.NewBrowser(t, company.Usher)
	browser.SignIn(t, "bakery", "hilda@bakery.example", httpapitest.Password).Must(t, http.StatusOK)
	return company, browser
}

func TestOnesOwnNameIsChanged(t *testing.T) {
	company, browser := employee(t)
	form := browser.Open(t, me).Must(t, http.StatusOK).Follow(t, "Change your name").Form(t, me+"/name")
	require.Equal(t, "Joe", form.Value("first_name"))
	form.Fill("first_name", "Hilde").Fill("last_name", "").Send(t).Must(t, http.StatusOK).Says(t, "Your name is saved.", "Hilde")
	refused := form.Fill("first_name", "see example.com").Fill("key", "another").Send(t).Must(t, http.StatusUnprocessableEntity)
	require.Contains(t, refused.LinksTo(), "#first_name")
	asked := form.Fill("first_name", "The").Fill("last_name", "Company").Fill("key", "third").Send(t).Must(t, http.StatusUnprocessableEntity)
	asked = asked.Says(t, "Yes, this is right: The Company").Form(t, me+"/name").Fill("confirmed", "The Company").Send(t).Must(t, http.StatusUnprocessableEntity)
	require.NotContains(t, asked.Text(), "Yes, this is right", "whoever may not invite does not confirm it")

	admin := webtest.NewBrowser(t, company.Usher)
	admin.SignIn(t, "bakery", "admin@bakery.example", httpapitest.Password)
	asked = admin.Open(t, me+"/name").Form(t, me+"/name").Fill("first_name", "The").Fill("last_name", "Company").Send(t).Must(t, http.StatusUnprocessableEntity)
	asked.Form(t, me+"/name").Fill("confirmed", "The Company").Send(t).Must(t, http.StatusOK).Says(t, "Your name is saved.")
}

func TestOnesOwnPasswordIsChanged(t *testing.T) {
	company, browser := employee(t)
	elsewhere := webtest.NewBrowser(t, company.Usher)
	elsewhere.SignIn(t, "bakery", "hilda@bakery.example", httpapitest.Password).Must(t, http.StatusOK)
	page := browser.Open(t, me+"/password").Must(t, http.StatusOK).Says(t, "At least 12 characters.")

	wrong := page.Form(t, me+"/password").Fill("current", "not this one").Fill("new", passphrase).Send(t).Must(t, http.StatusUnprocessableEntity)
	require.Contains(t, wrong.LinksTo(), "#current")
	require.NotContains(t, wrong.Body, passphrase)
	short := wrong.Form(t, me+"/password").Fill("current", httpapitest.Password).Fill("new", "short").Send(t).Must(t, http.StatusUnprocessableEntity)
	require.Contains(t, short.LinksTo(), "#new")
	short.Form(t, me+"/password").Fill("current", httpapitest.Password).Fill("new", passphrase).Send(t).Must(t, http.StatusOK).Says(t, "Your password is saved.")

	require.Equal(t, "/sign-in", elsewhere.Open(t, me).URL.Path, "all other sessions end")
	elsewhere.SignIn(t, "bakery", "hilda@bakery.example", passphrase).Must(t, http.StatusOK)
}

func TestOnesOwnLoginIsChanged(t *testing.T) {
	company, browser := employee(t)
	page := browser.Open(t, me+"/login").Must(t, http.StatusOK)
	held := page.Form(t, me+"/login").Fill("login", "admin@bakery.example").Fill("current", httpapitest.Password).Send(t)
	held.Must(t, http.StatusUnprocessableEntity)
	page = held.Form(t, me+"/login").Fill("login", "hilda@new.example").Fill("current", httpapitest.Password).Send(t)
	page.Must(t, http.StatusOK).Says(t, "The link is on its way", "hilda@bakery.example")

	page = sent(t, company, browser, "hilda@new.example").Must(t, http.StatusOK).Says(t, "From now on you sign in to The Company with hilda@new.example.")
	require.Equal(t, "Your login has changed", own(t, page).Send(t).Must(t, http.StatusOK).Heading())
	webtest.NewBrowser(t, company.Usher).SignIn(t, "bakery", "hilda@new.example", httpapitest.Password).Must(t, http.StatusOK)
}

func TestOnesOwnSessionsAreEnded(t *testing.T) {
	company, browser := employee(t)
	browser.Open(t, me).Form(t, me+"/sessions/others").Send(t).Must(t, http.StatusOK)
	phone := webtest.NewBrowser(t, company.Usher).With("User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1")
	phone.SignIn(t, "bakery", "hilda@bakery.example", httpapitest.Password).Must(t, http.StatusOK)

	page := browser.Open(t, me).Says(t, "Safari, iPhone")
	var end string
	for _, action := range page.Actions() {
		if strings.HasSuffix(action, "/end") {
			require.Empty(t, end, "only those of others have a button")
			end = action
		}
	}
	page.Form(t, end).Send(t).Must(t, http.StatusOK).Says(t, "You are signed out there.")
	require.Equal(t, "/sign-in", phone.Open(t, me).URL.Path)
	require.False(t, browser.Open(t, me).HasForm(me+"/sessions/others"), "nobody is signed out who is not signed in")

	phone.SignIn(t, "bakery", "hilda@bakery.example", httpapitest.Password)
	browser.Open(t, me).Form(t, me+"/sessions/others").Send(t).Must(t, http.StatusOK).Says(t, "You are signed out everywhere else.")
	require.Equal(t, "/sign-in", phone.Open(t, me).URL.Path)
	stranger := webtest.NewBrowser(t, company.Usher)
	stranger.SignIn(t, "bakery", "admin@bakery.example", httpapitest.Password)
	stranger.Open(t, me)
	stranger.Post(t, end, nil)
	require.Equal(t, me, browser.Open(t, me).URL.Path)
}

func TestAnAPITokenIsShownOnce(t *testing.T) {
	company, browser := employee(t)
	page := browser.Open(t, me).Says(t, "You have none.").Follow(t, "Make an API token").Must(t, http.StatusOK)
	require.NotContains(t, page.Text(), "see the history", "which an employee may not")
	refused := page.Form(t, me+"/tokens").Fill("name", "Nightly list").Fill("scope").Fill("days", "many").Send(t).Must(t, http.StatusUnprocessableEntity)
	require.Contains(t, refused.Title(), "Error: ")
	form := refused.Form(t, me+"/tokens").Fill("scope", "read_lists").Fill("days", "30")
	made := form.Send(t).Must(t, http.StatusOK)
	secret, there := made.Field("secret")
	require.True(t, there)
	company.Client(secret).At(company.Path).Get(t, "/employees").Must(t, http.StatusOK)
	require.NotContains(t, form.Send(t).Must(t, http.StatusOK).Says(t, "is not shown again").Body, secret)

	page = browser.Open(t, me).Says(t, "Nightly list")
	require.NotContains(t, page.Body, secret)
	var revoke string
	for _, action := range page.Actions() {
		if strings.HasSuffix(action, "/revoke") {
			revoke = action
		}
	}
	page.Form(t, revoke).Send(t).Must(t, http.StatusOK).Says(t, "The token is revoked", "You have none.")
	company.Client(secret).At(company.Path).Get(t, "/employees").Refused(t, http.StatusUnauthorized, "not_signed_in")
}

func TestWhoHasAGeneratedPasswordChoosesOneFirst(t *testing.T) {
	company := webtest.Start(t, httpapitest.Options{}).Found(t, "bakery")
	company.Admin.Post(t, "/employees", `{"email":"cleo@bakery.example","first_name":"Cleo","last_name":"Tech","job_title":"CTO"}`).Must(t, http.StatusCreated)
	given, _ := company.Message(t, "cleo@bakery.example")["password"].(string)
	browser := webtest.NewBrowser(t, company.Usher)
	page := browser.SignIn(t, "bakery", "cleo@bakery.example", given).Must(t, http.StatusOK)
	require.Equal(t, "Choose your own password", page.Heading())
	require.Equal(t, "/at/bakery/first-password", browser.Open(t, me).URL.Path, "before anything else")
	form := page.Form(t, "/at/bakery/first-password").Fill("current", given)
	form.Fill("new", given).Send(t).Must(t, http.StatusUnprocessableEntity)
	page = form.Fill("new", passphrase).Fill("key", "another").Send(t).Must(t, http.StatusOK)
	require.Equal(t, "/at/bakery", page.URL.Path)
	require.Equal(t, "/at/bakery", browser.Open(t, "/at/bakery/first-password").URL.Path)
}

func TestAForgottenPasswordIsReplaced(t *testing.T) {
	company := webtest.Start(t, httpapitest.Options{}).Found(t, "bakery")
	company.Employee(t, "hilda@bakery.example")
	company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, http.StatusOK)
	company.Client("").Post(t, "/v1/join/"+company.TokenSentTo(t, "+14155550100"), httpapitest.Form("")).Must(t, http.StatusCreated)
	company.Admin = company.Client(httpapitest.OperatorToken).At(company.Path) // who alone is shown what replaces a password
	forget := func(browser *webtest.Browser, login string) webtest.Page {
		company.Advance(time.Minute) // so that it is plain which message is the newest
		return browser.Open(t, "/forgotten?company=bakery").Form(t, "/forgotten").Fill("login", login).Send(t).Must(t, http.StatusOK)
	}

	t.Run("by a link", func(t *testing.T) {
		browser := webtest.NewBrowser(t, company.Usher)
		page := forget(browser, "hilda@bakery.example")
		require.Equal(t, "Look at your messages", page.Heading())
		require.Equal(t, page.Text(), forget(browser, "nobody@bakery.example").Text(), "whoever is meant")
		nowhere := browser.Open(t, "/forgotten?company=nowhere").Form(t, "/forgotten").Fill("login", "hilda@bakery.example").Send(t)
		require.Equal(t, page.Text(), nowhere.Text())
		page = sent(t, company, browser, "hilda@bakery.example").Must(t, http.StatusOK)
		page = own(t, page).Fill("password", passphrase).Send(t).Must(t, http.StatusOK)
		require.Equal(t, "Your password is saved", page.Heading())
		require.Equal(t, "/at/bakery", page.Form(t, "/sign-in").Fill("password", passphrase).Send(t).URL.Path)
	})
	t.Run("by a code", func(t *testing.T) {
		browser := webtest.NewBrowser(t, company.Usher)
		page := forget(browser, "+1 415 555 0100").Says(t, "eight digits")
		require.Equal(t, "/reset", page.URL.RequestURI(), "and there is no number in the address")
		text, _ := company.Message(t, "+14155550100")["text"].(string)
		code := regexp.MustCompile(`\d{8}`).FindString(text)
		require.NotEmpty(t, code, text)
		form := page.Form(t, "/reset").Fill("new", passphrase)
		wrong := form.Fill("code", "00000000").Send(t).Must(t, http.StatusUnprocessableEntity)
		require.NotContains(t, wrong.Body, passphrase)
		page = wrong.Form(t, "/reset").Fill("code", code[:4]+" "+code[4:]).Fill("new", passphrase).Send(t).Must(t, http.StatusOK)
		page.Says(t, "Your password is saved. Sign in with it.")
		page.Form(t, "/sign-in").Fill("login", "+14155550100").Fill("password", passphrase).Send(t).Must(t, http.StatusOK).Says(t, "Activity Stream")
	})
	t.Run("in an hour, and not later", func(t *testing.T) {
		browser := webtest.NewBrowser(t, company.Usher)
		company.Advance(time.Hour)
		forget(browser, "hilda@bakery.example")
		token := company.TokenSentTo(t, "hilda@bakery.example")
		company.Advance(time.Hour)
		page := browser.Open(t, "/join/"+token).Must(t, http.StatusGone)
		require.Equal(t, "This link has expired", page.Heading())
		require.Equal(t, "/forgotten", page.Follow(t, "Forgot your password?").URL.Path)
	})
}
