package web_test

import (
	"bytes"
	"compress/gzip"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/web/webtest"
)

// fill fills in the form of a link with names and a password.
func fill(form webtest.Form) webtest.Form {
	return form.Fill("first_name", "Ben").Fill("last_name", "Miller").Fill("password", httpapitest.Password)
}

// sent opens the link in the newest message to a contact.
func sent(t *testing.T, company httpapitest.Company, browser *webtest.Browser, to string) webtest.Page {
	t.Helper()
	return browser.Open(t, "/join/"+company.TokenSentTo(t, to))
}

// send is the form of the page's own path, to be filled in.
func own(t *testing.T, page webtest.Page) webtest.Form {
	t.Helper()
	return page.Form(t, page.URL.Path)
}

func public(t *testing.T, company httpapitest.Company) {
	t.Helper()
	company.Admin.Put(t, "/settings/registration", `{"mode":"public"}`).Must(t, http.StatusOK)
}

func TestSomebodyJoinsByTheJoinLink(t *testing.T) {
	company := webtest.Start(t, httpapitest.Options{}).Found(t, "bakery")
	link := "/join/" + company.JoinToken(t)

	t.Run("and waits for an administrator", func(t *testing.T) {
		browser := webtest.NewBrowser(t, company.Usher)
		page := browser.Open(t, link).Must(t, http.StatusOK)
		require.Equal(t, "Join The Company", page.Heading())
		page.Says(t, "At least 12 characters.")
		page = fill(own(t, page)).Fill("email", "ben@mill.example").Send(t).Must(t, http.StatusOK)
		require.Equal(t, "An administrator lets you in", page.Heading())
		page.Says(t, "We tell you at ben@mill.example.")
	})
	t.Run("and is in at once where registration is public", func(t *testing.T) {
		public(t, company)
		browser := webtest.NewBrowser(t, company.Usher)
		page := fill(own(t, browser.Open(t, link))).Fill("email", "eve@mill.example").Send(t).Must(t, http.StatusOK)
		require.Equal(t, "You are in", page.Heading())
		page.Says(t, "Sign in with eve@mill.example.")
		page = page.Form(t, "/sign-in").Fill("password", httpapitest.Password).Send(t).Must(t, http.StatusOK)
		require.Equal(t, "/at/bakery", page.URL.Path)

		page = browser.Open(t, link).Must(t, http.StatusOK).Says(t, "You are signed in as Ben Miller. Sign out to join as somebody else.")
		page = page.FormWith(t, "/at/bakery/sign-out", "link").Send(t).Must(t, http.StatusOK)
		require.Equal(t, "Join The Company", page.Heading(), "and leads back to the link")
		require.True(t, page.HasForm(page.URL.Path))
	})
	t.Run("and confirms the address where its domain needs no approval", func(t *testing.T) {
		company.Admin.Put(t, "/settings/registration", `{"mode":"moderated","domains":["rye.example"]}`).Must(t, http.StatusOK)
		browser := webtest.NewBrowser(t, company.Usher)
		page := fill(own(t, browser.Open(t, link))).Fill("email", "nora@rye.example").Send(t).Must(t, http.StatusOK)
		require.Equal(t, "Confirm your address", page.Heading())
		first := company.Message(t, "nora@rye.example")["at"]
		company.Advance(time.Minute)
		page = page.Form(t, page.URL.Path+"/proof").Send(t).Must(t, http.StatusOK).Says(t, "It was sent again.", "nora@rye.example")
		require.Equal(t, "Confirm your address", page.Heading())
		require.NotEqual(t, first, company.Message(t, "nora@rye.example")["at"])

		page = sent(t, company, webtest.NewBrowser(t, company.Usher), "nora@rye.example").Must(t, http.StatusOK)
		page.Says(t, "Ben Miller wants to join The Company and gave this address: nora@rye.example")
		page = own(t, page).Send(t).Must(t, http.StatusOK)
		require.Equal(t, "You are in", page.Heading())
		require.Equal(t, "/at/bakery", page.Form(t, "/sign-in").Fill("password", httpapitest.Password).Send(t).URL.Path)
	})
}

func TestAFormIsAskedBack(t *testing.T) {
	company := webtest.Start(t, httpapitest.Options{}).Found(t, "bakery")
	public(t, company)
	link := "/join/" + company.JoinToken(t)
	page := webtest.NewBrowser(t, company.Usher).Open(t, link)

	t.Run("with what is wrong, and what was typed but the password", func(t *testing.T) {
		page := own(t, page).Fill("first_name", "Ben").Fill("email", "nobody").Fill("password", "short").Send(t).Must(t, http.StatusUnprocessableEntity)
		require.Equal(t, "Error: Join The Company", page.Title())
		require.Subset(t, page.LinksTo(), []string{"#email", "#password"})
		for field, want := range map[string]string{"first_name": "Ben", "email": "nobody", "password": ""} {
			value, there := page.Field(field)
			require.True(t, there, field)
			require.Equal(t, want, value, field)
		}
	})
	t.Run("with what was probably meant", func(t *testing.T) {
		asked := fill(own(t, page)).Fill("email", "ben@gmail.con").Send(t).Must(t, http.StatusUnprocessableEntity)
		asked.Says(t, "Did you mean ben@gmail.com?", "Yes, this is right: ben@gmail.con")
		instead := own(t, asked).Choose(t, "instead_of_email", "ben@gmail.com").Must(t, http.StatusOK)
		email, _ := instead.Field("email")
		require.Equal(t, "ben@gmail.com", email)
		right := own(t, asked).Fill("password", httpapitest.Password).Fill("confirmed", "ben@gmail.con").Send(t).Must(t, http.StatusOK)
		require.Equal(t, "You are in", right.Heading())
		again := fill(own(t, page)).Fill("email", "ben@gmail.com").Send(t).Must(t, http.StatusOK)
		require.Equal(t, right.Text(), again.Text(), "who goes back sees where the link has led")
	})
	t.Run("with the password shown, for whoever asks for that", func(t *testing.T) {
		page := webtest.NewBrowser(t, company.Usher).Open(t, link)
		shown := fill(own(t, page)).Fill("email", "may@mill.example").Choose(t, "show", "yes").Must(t, http.StatusOK)
		password, _ := shown.Field("password")
		require.Equal(t, httpapitest.Password, password)
		hidden := own(t, shown).Choose(t, "show", "no").Must(t, http.StatusOK)
		require.Equal(t, "You are in", own(t, hidden).Send(t).Must(t, http.StatusOK).Heading())
	})
}

func TestAnInvitationIsRedeemed(t *testing.T) {
	company := webtest.Start(t, httpapitest.Options{}).Found(t, "bakery")
	company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, http.StatusOK)
	company.Admin.Post(t, "/invitations/email", `{"emails":["ben@mill.example","eve@mill.example"]}`).Must(t, http.StatusOK)

	t.Run("with the login that was invited", func(t *testing.T) {
		page := sent(t, company, webtest.NewBrowser(t, company.Usher), "+14155550100").Must(t, http.StatusOK)
		login, _ := page.Field("login")
		require.Equal(t, "+14155550100", login)
		_, asks := page.Field("email")
		require.False(t, asks)
		page = fill(own(t, page)).Fill("login", "+14155550199").Send(t).Must(t, http.StatusOK)
		require.Equal(t, "You are in", page.Heading())
		page.Says(t, "Sign in with +14155550100.")
		page.Form(t, "/sign-in").Fill("password", httpapitest.Password).Send(t).Must(t, http.StatusOK).Says(t, "Activity Stream")
	})
	t.Run("once, however often the form is sent", func(t *testing.T) {
		browser := webtest.NewBrowser(t, company.Usher)
		form := fill(own(t, sent(t, company, browser, "ben@mill.example")))
		token := browser.Cookies()["__Host-usher-join-"+strings.TrimPrefix(browser.Open(t, "/join/"+company.TokenSentTo(t, "ben@mill.example")).URL.Path, "/join/")]
		require.Equal(t, company.TokenSentTo(t, "ben@mill.example"), token)
		require.Equal(t, "You are in", form.Send(t).Must(t, http.StatusOK).Heading())
		browser.Open(t, "/join/"+token) // so that the browser has the link again
		require.Equal(t, "You are in", form.Send(t).Must(t, http.StatusOK).Says(t, "Sign in with ben@mill.example.").Heading())
		require.Len(t, company.Admin.Get(t, "/employees?search=ben@mill.example").Items(t), 1)
		page := browser.Open(t, "/join/"+token).Must(t, http.StatusGone)
		require.Equal(t, "This link has been used", page.Heading())
		require.Equal(t, "/sign-in", page.Follow(t, "Sign in").URL.Path)
	})
	t.Run("or declined, and asked for again", func(t *testing.T) {
		page := sent(t, company, webtest.NewBrowser(t, company.Usher), "eve@mill.example")
		page = page.Form(t, page.URL.Path+"/decline").Send(t).Must(t, http.StatusGone)
		require.Equal(t, "This invitation was declined", page.Heading())
		page = page.Form(t, page.URL.Path+"/ask").Send(t).Must(t, http.StatusOK)
		require.Equal(t, "We passed it on", page.Heading())
		page.Says(t, "The administrators of The Company see that you ask for a new invitation.")
	})
}

func TestAFirstPasswordIsChosen(t *testing.T) {
	company := webtest.Start(t, httpapitest.Options{}).Found(t, "bakery")
	company.Admin.Post(t, "/employees", `{"email":"cleo@bakery.example","first_name":"Cleo","last_name":"Tech","job_title":"CTO","without_confirmation":false}`).Must(t, http.StatusCreated)
	browser := webtest.NewBrowser(t, company.Usher)
	page := sent(t, company, browser, "cleo@bakery.example").Must(t, http.StatusOK)
	require.Equal(t, "Choose your password", page.Heading())
	login, _ := page.Field("login")
	require.Equal(t, "cleo@bakery.example", login)
	_, asks := page.Field("first_name")
	require.False(t, asks, "who was registered by a colleague has a name")
	page = own(t, page).Fill("password", "cleo tech cleo tech").Send(t).Must(t, http.StatusUnprocessableEntity)
	page = own(t, page).Fill("password", httpapitest.Password).Send(t).Must(t, http.StatusOK)
	require.Equal(t, "Your password is saved", page.Heading())
	require.Equal(t, "/at/bakery", page.Form(t, "/sign-in").Fill("password", httpapitest.Password).Send(t).URL.Path)
}

func TestAnAddressIsProvedWithAnotherPassword(t *testing.T) {
	company := webtest.Start(t, httpapitest.Options{}).Found(t, "bakery")
	company.Admin.Put(t, "/settings/registration", `{"domains":["rye.example"]}`).Must(t, http.StatusOK)
	company.Join(t, "nora@rye.example").Must(t, http.StatusCreated)
	browser := webtest.NewBrowser(t, company.Usher)
	token := company.TokenSentTo(t, "nora@rye.example")
	company.Advance(25 * time.Hour)

	page := browser.Open(t, "/join/"+token).Must(t, http.StatusGone).Says(t, "You can have it sent again to the same address.")
	page = page.Form(t, page.URL.Path+"/proof").Send(t).Must(t, http.StatusOK).Says(t, "It was sent again.")
	require.Equal(t, "Confirm your address", page.Heading())
	page = browser.Open(t, "/join/"+token).Must(t, http.StatusOK) // which is the same link, with more time
	page = own(t, page).Fill("password", "short").Send(t).Must(t, http.StatusUnprocessableEntity)
	page = own(t, page).Fill("password", "seven green doors stand ajar").Send(t).Must(t, http.StatusOK)
	require.Equal(t, "You are in", page.Heading())
	page = page.Form(t, "/sign-in").Fill("password", "seven green doors stand ajar").Send(t)
	require.Equal(t, "/at/bakery", page.URL.Path, "the one that the form's sender typed is void")
}

func TestTheLinksOfAClosedCompanySaySo(t *testing.T) {
	company := webtest.Start(t, httpapitest.Options{}).Found(t, "bakery")
	token := company.JoinToken(t)
	company.Client(httpapitest.OperatorToken).Post(t, company.Path+"/close", `{"reason":"They moved away"}`).Must(t, http.StatusOK)
	page := webtest.NewBrowser(t, company.Usher).Open(t, "/join/"+token).Must(t, http.StatusGone)
	require.Equal(t, "This company is closed", page.Heading())
	require.Empty(t, page.Actions())
}

func TestATokenIsInOneAddressOnly(t *testing.T) {
	var log bytes.Buffer
	company := webtest.Start(t, httpapitest.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}).Found(t, "bakery")
	public(t, company)
	token := company.JoinToken(t)
	browser := webtest.NewBrowser(t, company.Usher)
	page := browser.Open(t, "/join/"+token)
	require.Len(t, page.URL.Path, len("/join/")+8)
	require.Equal(t, "no-referrer", page.Header.Get("Referrer-Policy"))
	require.Equal(t, "no-store", page.Header.Get("Cache-Control"))
	require.NotContains(t, page.Body, token)
	require.NotContains(t, page.Body, "<script")
	page = fill(own(t, page)).Fill("email", "eve@mill.example").Send(t).Must(t, http.StatusOK)
	require.NotContains(t, page.Body, httpapitest.Password)
	for _, address := range browser.Went[1:] {
		require.NotContains(t, address, token)
		require.NotContains(t, address, "eve")
	}
	company.Stop(t)
	for _, secret := range []string{token, httpapitest.Password, "eve@mill.example"} {
		require.NotContains(t, log.String(), secret)
	}
}

func TestTwoLinksInOneBrowserDoNotMix(t *testing.T) {
	company := webtest.Start(t, httpapitest.Options{}).Found(t, "bakery")
	company.Admin.Post(t, "/invitations/email", `{"emails":["ben@mill.example","eve@mill.example"]}`).Must(t, http.StatusOK)
	browser := webtest.NewBrowser(t, company.Usher)
	ben := sent(t, company, browser, "ben@mill.example")
	eve := sent(t, company, browser, "eve@mill.example")
	fill(own(t, ben)).Send(t).Must(t, http.StatusOK).Says(t, "Sign in with ben@mill.example.")
	fill(own(t, eve)).Send(t).Must(t, http.StatusOK).Says(t, "Sign in with eve@mill.example.")
}

func TestADeadLinkHasAWayOn(t *testing.T) {
	company := webtest.Start(t, httpapitest.Options{}).Found(t, "bakery")
	invited := func(email string) (path, token string) {
		person := company.Admin.Post(t, "/invitations/email", `{"emails":["`+email+`"]}`).Must(t, http.StatusOK).Text(t, "results.0.person")
		return "/invitations/" + person, company.TokenSentTo(t, email)
	}
	after := func(email, what string) func() string {
		return func() string {
			path, token := invited(email)
			company.Admin.Post(t, path+"/"+what, "{}").Must(t, http.StatusOK)
			return token
		}
	}
	for name, c := range map[string]struct {
		token  func() string
		status int
		title  string
		asks   bool
		says   string
	}{
		"nonsense":   {func() string { return "nonsense" }, http.StatusNotFound, "This is no link of ours", false, "Check that it was copied whole"},
		"taken back": {after("ben@mill.example", "revoke"), http.StatusGone, "This invitation was taken back", true, "You can ask for a new one"},
		"replaced":   {after("eve@mill.example", "resend"), http.StatusGone, "There is a newer link", false, "newest message"},
		"expired": {func() string {
			_, token := invited("may@mill.example")
			company.Advance(15 * 24 * time.Hour)
			company = company.Again(t, "bakery") // as its administrator was signed out
			return token
		}, http.StatusGone, "This invitation has expired", true, "You can ask for a new one"},
	} {
		t.Run(name, func(t *testing.T) {
			page := webtest.NewBrowser(t, company.Usher).Open(t, "/join/"+c.token()).Must(t, c.status)
			require.Equal(t, c.title, page.Heading())
			require.Equal(t, c.asks, page.HasForm(page.URL.Path+"/ask"))
			page.Says(t, c.says)
			if c.status == 410 {
				page.Says(t, "The Company")
			}
		})
	}
	t.Run("the join link's, too", func(t *testing.T) {
		token := company.JoinToken(t)
		company.Admin.Post(t, "/join-link/disable", "").Must(t, 200)
		page := webtest.NewBrowser(t, company.Usher).Open(t, "/join/"+token).Must(t, http.StatusGone)
		require.Equal(t, "This link is closed", page.Heading())
	})
	t.Run("one that the browser does not keep is opened again", func(t *testing.T) {
		browser := webtest.NewBrowser(t, company.Usher)
		require.Equal(t, "Open your link once more", browser.Open(t, "/join/1a2b3c4d").Must(t, 404).Heading())
		require.Equal(t, "Open your link once more", browser.Post(t, "/join/1a2b3c4d", url.Values{}).Must(t, 404).Heading())
	})
}

func TestLinksAreNotGuessedAllDay(t *testing.T) {
	company := webtest.Start(t, httpapitest.Options{}).Found(t, "bakery")
	browser := webtest.NewBrowser(t, company.Usher).From("203.0.113.7")
	guess := func() int { return browser.Open(t, "/join/"+strings.Repeat("A", 47)).Status }
	require.Equal(t, http.StatusNotFound, guess())
	require.Eventually(t, func() bool { return guess() == http.StatusTooManyRequests }, time.Minute, time.Millisecond)
	browser.Open(t, "/join/"+company.JoinToken(t)).Must(t, http.StatusOK) // whoever has a link is hindered by nobody
}

func TestThePublicSideIsLight(t *testing.T) {
	company := webtest.Start(t, httpapitest.Options{}).Found(t, "bakery")
	company.Admin.Put(t, "/settings/registration", `{"greeting":"`+strings.Repeat("Good to have you here! ", 80)+`"}`).Must(t, http.StatusOK)
	browser := webtest.NewBrowser(t, company.Usher)
	page := browser.Open(t, "/join/"+company.JoinToken(t)).Must(t, http.StatusOK)
	weight := 0
	for _, text := range append(styles(t, browser, page), page.Body) {
		var compressed bytes.Buffer
		writer := gzip.NewWriter(&compressed)
		_, err := writer.Write([]byte(text))
		require.NoError(t, err)
		require.NoError(t, writer.Close())
		weight += compressed.Len()
	}
	require.Less(t, weight, 15<<10)
}

// styles is the style sheets of a page.
func styles(t *testing.T, browser *webtest.Browser, page webtest.Page) (all []string) {
	t.Helper()
	for _, sheet := range regexp.MustCompile(`href="(/static/[^"]+\.css)"`).FindAllStringSubmatch(page.Body, -1) {
		all = append(all, browser.Open(t, sheet[1]).Must(t, http.StatusOK).Body)
	}
	require.NotEmpty(t, all)
	return all
}
