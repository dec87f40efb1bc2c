package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/web/webtest"
	"github.com/usher-engine/usher/domain"
)

// administrator is the company's, signed in with a browser.
func administrator(t *testing.T, c httpapitest.Company) *webtest.Browser {
	t.Helper()
	return signedIn(t, c, "admin@"+c.Slug+".example")
}

func signedIn(t *testing.T, c httpapitest.Company, login string) *webtest.Browser {
	t.Helper()
	browser := webtest.NewBrowser(t, c.Usher)
	browser.SignIn(t, c.Slug, login, httpapitest.Password).Must(t, http.StatusOK)
	return browser
}

func sunrise(t *testing.T) httpapitest.Company {
	t.Helper()
	return webtest.Start(t, httpapitest.Options{}).Found(t, "bakery")
}

// keyOf is the key by which a form of the page counts once.
func keyOf(t *testing.T, page webtest.Page) string {
	t.Helper()
	key, there := page.Field("key")
	require.True(t, there)
	return key
}

// rowOf is the row of a list that a form names, by the contact that stands in it.
func rowOf(t *testing.T, page webtest.Page, pick string) string {
	t.Helper()
	found := regexp.MustCompile(`name="row" value="([^"]+)" aria-label="` + regexp.QuoteMeta(pick) + `"`).FindStringSubmatch(page.Body)
	require.NotNil(t, found, page.Text())
	return found[1]
}

func TestPeople(t *testing.T) {
	company := sunrise(t)
	company.Hire(t, "otto@bakery.example", domain.RoleAuditor)
	company.Hire(t, "emma@bakery.example", domain.RoleEmployee)
	company.Settled(t)

	t.Run("lists who has access, and finds by name, role and state", func(t *testing.T) {
		browser := administrator(t, company)
		browser.Open(t, "/at/bakery/people").Must(t, http.StatusOK).Says(t, "3 people", "Ada Archer", "otto@bakery.example", "emma@bakery.example")
		found := browser.Open(t, "/at/bakery/people?role=auditor").Must(t, http.StatusOK).Says(t, "1 person", "otto@bakery.example")
		require.NotContains(t, found.Text(), "emma@bakery.example")
		browser.Open(t, "/at/bakery/people?search=nobody-of-this-name").Says(t, "Nobody matches.").Follow(t, "Show everyone").Says(t, "3 people")
	})
	t.Run("says what is wrong with a filter", func(t *testing.T) {
		page := administrator(t, company).Open(t, "/at/bakery/people?status=lost").Must(t, http.StatusUnprocessableEntity)
		require.True(t, strings.HasPrefix(page.Title(), "Error: "), page.Title())
	})
	t.Run("shows each role the lists that it may see", func(t *testing.T) {
		for login, lists := range map[string][]string{
			"admin@bakery.example": {"/at/bakery/people/invited", "/at/bakery/people/approvals"},
			"otto@bakery.example":  {"/at/bakery/people/invited", "/at/bakery/people/approvals"},
			"emma@bakery.example":  nil,
		} {
			browser := signedIn(t, company, login)
			page := browser.Open(t, "/at/bakery/people").Must(t, http.StatusOK)
			for _, list := range []string{"/at/bakery/people/invited", "/at/bakery/people/approvals"} {
				if lists == nil {
					require.NotContains(t, page.LinksTo(), list)
					browser.Open(t, list).Must(t, http.StatusForbidden)
					continue
				}
				require.Contains(t, page.LinksTo(), list)
				browser.Open(t, list).Must(t, http.StatusOK)
			}
		}
	})
	t.Run("is downloaded whole by a link, with its filters", func(t *testing.T) {
		answer := administrator(t, company).Open(t, "/at/bakery/people.csv?role=auditor&cursor=x").Must(t, http.StatusOK)
		require.Contains(t, answer.Header.Get("Content-Type"), "text/csv")
		require.Contains(t, answer.Body, "otto@bakery.example")
		require.NotContains(t, answer.Body, "emma@bakery.example")
		for _, list := range []string{"people/invited.csv", "people/approvals.csv", "history.csv"} {
			administrator(t, company).Open(t, "/at/bakery/"+list).Must(t, http.StatusOK)
		}
		signedIn(t, company, "emma@bakery.example").Open(t, "/at/bakery/history.csv").Must(t, http.StatusForbidden)
		require.Equal(t, "/sign-in", webtest.NewBrowser(t, company.Usher).Open(t, "/at/bakery/people.csv").URL.Path)
	})
}

func TestInvited(t *testing.T) {
	company := sunrise(t)
	invite := func(t *testing.T, phones string) {
		t.Helper()
		company.Admin.Post(t, "/invitations/sms", `{"phones":[`+phones+`]}`).Must(t, http.StatusOK)
		company.Settled(t)
	}
	const list = "/at/bakery/people/invited"

	t.Run("is taken back, and undone by inviting again", func(t *testing.T) {
		invite(t, `"+14155550101"`)
		browser := administrator(t, company)
		page := browser.Open(t, list).Says(t, "+1 415-555-0101", "Pending")
		gone := browser.Post(t, list+"/revoke", url.Values{"key": {keyOf(t, page)}, "only": {rowOf(t, page, "Select +1 415-555-0101")}}).Must(t, http.StatusOK)
		gone.Says(t, "1 invitation taken back.", "Everybody has come in.")
		gone.Form(t, list+"/again").Send(t).Must(t, http.StatusOK).Says(t, "1 invitation sent again.", "+1 415-555-0101")
	})
	t.Run("is sent again once, however often the form is sent", func(t *testing.T) {
		browser := administrator(t, company)
		page := browser.Open(t, list)
		form := page.Form(t, list+"/resend").Fill("only", rowOf(t, page, "Select +1 415-555-0101"))
		form.Send(t).Must(t, http.StatusOK).Says(t, "1 invitation sent again.")
		form.Send(t).Must(t, http.StatusOK).Says(t, "1 invitation sent again.")
		sent := company.Admin.Get(t, "/history?type=person.invited_by_sms").Must(t, http.StatusOK).Items(t)
		require.Len(t, sent, 3, "invited, invited again, and sent again")
	})
	t.Run("is done row by row, and says which rows were refused", func(t *testing.T) {
		invite(t, `"+14155550111","+14155550112"`)
		browser := administrator(t, company)
		page := browser.Open(t, list)
		one, other := rowOf(t, page, "Select +1 415-555-0111"), rowOf(t, page, "Select +1 415-555-0112")
		stale := strings.TrimSuffix(other, ".1") + ".7"
		browser.Post(t, list+"/revoke", url.Values{"key": {keyOf(t, page)}, "row": {one, stale}}).Must(t, http.StatusOK).
			Says(t, "1 invitation taken back.", "1 was not done:", "+1 415-555-0112")
	})
	t.Run("is taken back for all that match, and for nobody else", func(t *testing.T) {
		invite(t, `"+14155550121","+14155550122"`)
		browser := administrator(t, company)
		page := browser.Open(t, list+"?search=55501&status=pending")
		browser.Post(t, list+"/revoke", url.Values{"key": {keyOf(t, page)}, "all": {"1"}, "search": {"415555012"}}).Must(t, http.StatusOK).Says(t, "2 invitations taken back.")
		browser.Open(t, list).Says(t, "+1 415-555-0112")
	})
	t.Run("wants a row", func(t *testing.T) {
		browser := administrator(t, company)
		page := browser.Open(t, list)
		browser.Post(t, list+"/revoke", url.Values{"key": {keyOf(t, page)}}).Must(t, http.StatusUnprocessableEntity).Says(t, "Select at least one row first.")
	})
	t.Run("is corrected, and what looks wrong is asked back", func(t *testing.T) {
		company.Admin.Post(t, "/invitations/email", `{"emails":["ben@mil.example"]}`).Must(t, http.StatusOK)
		company.Settled(t)
		browser := administrator(t, company)
		page := browser.Open(t, list+"?search=ben@mil.example")
		person, _, _ := strings.Cut(rowOf(t, page, "Select ben@mil.example"), ".")
		path := list + "/" + person + "/correct"
		asked := browser.Open(t, path).Form(t, path).Fill("contact", "ben@gmial.com").Send(t).Must(t, http.StatusUnprocessableEntity).Says(t, "gmail.com", "Yes, this is right")
		done := asked.Form(t, path).Fill("confirm", "1").Send(t).Must(t, http.StatusOK)
		require.Equal(t, list, done.URL.Path)
		done.Says(t, "ben@gmial.com")
	})
	t.Run("is no colleague's, even by a form made by hand", func(t *testing.T) {
		company.Hire(t, "emma@bakery.example", domain.RoleEmployee)
		page := administrator(t, company).Open(t, list)
		row := rowOf(t, page, "Select +1 415-555-0112")
		signedIn(t, company, "emma@bakery.example").Post(t, list+"/revoke", url.Values{"only": {row}}).Must(t, http.StatusForbidden)
		administrator(t, company).Open(t, list).Says(t, "+1 415-555-0112")
	})
}

func TestApprovals(t *testing.T) {
	company := sunrise(t)
	join := func(t *testing.T, emails ...string) {
		t.Helper()
		for _, email := range emails {
			company.Join(t, email).Must(t, http.StatusCreated)
		}
		company.Settled(t)
	}
	const list = "/at/bakery/people/approvals"

	t.Run("shows how somebody came, and says before that letting in cannot be undone", func(t *testing.T) {
		join(t, "joe@mill.example")
		administrator(t, company).Open(t, list).Must(t, http.StatusOK).
			Says(t, "Joe Joiner", "joe@mill.example", "By join link 1", "Not proved", "Neither can be undone", "Do not let in")
	})
	t.Run("lets several in, with a result for each", func(t *testing.T) {
		join(t, "jim@mill.example")
		browser := administrator(t, company)
		page := browser.Open(t, list)
		rows := regexp.MustCompile(`name="row" value="([^"]+)"`).FindAllStringSubmatch(page.Body, -1)
		require.Len(t, rows, 2)
		stale := strings.TrimSuffix(rows[1][1], ".1") + ".7"
		values := url.Values{"key": {keyOf(t, page)}, "row": {rows[0][1], stale}}
		browser.Post(t, list+"/approve", values).Must(t, http.StatusOK).Says(t, "1 person is in.", "1 was not done:")
		browser.Post(t, list+"/approve", values).Must(t, http.StatusOK).Says(t, "1 person is in.")
		let := company.Admin.Get(t, "/history?type=person.registration_approved").Must(t, http.StatusOK).Items(t)
		require.Len(t, let, 1)
	})
	t.Run("asks before somebody is not let in, and keeps a reason for the record", func(t *testing.T) {
		browser := administrator(t, company)
		page := browser.Open(t, list)
		row := regexp.MustCompile(`name="row" value="([^"]+)"`).FindStringSubmatch(page.Body)[1]
		asked := browser.Post(t, list+"/reject", url.Values{"only": {row}}).Must(t, http.StatusOK).Says(t, "Do not let in Joe Joiner?")
		wrong := asked.Form(t, list+"/reject").Fill("reason", strings.Repeat("x", 5000)).Send(t).Must(t, http.StatusUnprocessableEntity)
		wrong.Form(t, list+"/reject").Fill("reason", "Not of us").Send(t).Must(t, http.StatusOK).Says(t, "1 person was not let in", "Nobody waits.")
	})
	t.Run("leaves an auditor without buttons", func(t *testing.T) {
		join(t, "jack@mill.example")
		company.Hire(t, "otto@bakery.example", domain.RoleAuditor)
		browser := signedIn(t, company, "otto@bakery.example")
		page := browser.Open(t, list).Must(t, http.StatusOK).Says(t, "jack@mill.example")
		require.NotContains(t, page.Body, "<button name=\"only\"")
		row := regexp.MustCompile(`name="row" value="([^"]+)"`).FindStringSubmatch(administrator(t, company).Open(t, list).Body)[1]
		browser.Post(t, list+"/approve", url.Values{"only": {row}}).Must(t, http.StatusForbidden)
	})
}
