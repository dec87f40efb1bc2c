package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

// register registers a colleague directly, and returns the path of their page.
func register(t *testing.T, c httpapitest.Company, email string) string {
	t.Helper()
	answer := c.Admin.Post(t, "/employees", `{"email":"`+email+`","first_name":"Dora","last_name":"Evans","job_title":"Baker"}`).Must(t, http.StatusCreated)
	c.Settled(t)
	return "/at/bakery/people/" + answer.Text(t, "person")
}

func TestPersonIsChanged(t *testing.T) {
	company := sunrise(t)
	kitchen := company.Admin.Post(t, "/departments", `{"name":"Kitchen"}`).Must(t, http.StatusCreated).Text(t, "department")
	dora := register(t, company, "dora@bakery.example")
	browser := administrator(t, company)

	t.Run("by moving, and moving back", func(t *testing.T) {
		moved := browser.Open(t, dora).Form(t, dora+"/department").Fill("department", kitchen).Send(t).Must(t, http.StatusOK).Says(t, "Moved.", "Kitchen")
		moved.Form(t, dora+"/department").Send(t).Must(t, http.StatusOK).Says(t, "Department The Company")
	})
	t.Run("by title, name and role", func(t *testing.T) {
		browser.Open(t, dora).Form(t, dora+"/title").Fill("job_title", "Head baker").Send(t).Must(t, http.StatusOK).Says(t, "Saved.", "Head baker")
		named := browser.Open(t, dora).Form(t, dora+"/name").Fill("first_name", "Dorothea").Send(t).Must(t, http.StatusOK)
		require.Equal(t, "Dorothea Evans", named.Heading())
		browser.Open(t, dora).Form(t, dora+"/role").Fill("role", "auditor").Send(t).Must(t, http.StatusOK).Says(t, "Role Auditor")
	})
	t.Run("by another login, a password link, and the end of all sessions", func(t *testing.T) {
		browser.Open(t, dora).Form(t, dora+"/login").Fill("login", "dorothea@bakery.example").Send(t).Must(t, http.StatusOK).Says(t, "A link is on its way to the new contact.")
		browser.Open(t, dora).Form(t, dora+"/password-link").Send(t).Must(t, http.StatusOK).Says(t, "The link is on its way.")
		browser.Open(t, dora).Form(t, dora+"/end-sessions").Send(t).Must(t, http.StatusOK).Says(t, "Signed out everywhere.")
	})
	t.Run("keeps what was typed where that is wrong, and says what", func(t *testing.T) {
		page := browser.Open(t, dora).Form(t, dora+"/name").Fill("first_name", "www.example.com").Send(t).Must(t, http.StatusUnprocessableEntity)
		require.True(t, strings.HasPrefix(page.Title(), "Error: "), page.Title())
		typed, _ := page.Field("first_name")
		require.Equal(t, "www.example.com", typed)
	})
	t.Run("by dismissal, which is asked before, and taken back on", func(t *testing.T) {
		asked := browser.Open(t, dora).Follow(t, "Dismiss").Must(t, http.StatusOK).Says(t, "All sessions and API tokens end at once.")
		gone := asked.Form(t, dora+"/dismiss").Send(t).Must(t, http.StatusOK).Says(t, "Dismissed. Access has ended.")
		gone.Form(t, dora+"/rehire").Send(t).Must(t, http.StatusOK).Says(t, "Taken back on.")
	})
	t.Run("but not the last administrator, nor oneself", func(t *testing.T) {
		ada := "/at/bakery/people/" + company.Admin.Get(t, "/me").Must(t, http.StatusOK).Text(t, "person")
		page := browser.Open(t, ada).Must(t, http.StatusOK)
		require.NotContains(t, page.LinksTo(), ada+"/dismiss")
		page.Form(t, ada+"/role").Fill("role", "employee").Send(t).Must(t, http.StatusUnprocessableEntity).Says(t, "There is a problem")
	})
}

func TestPersonIsExplained(t *testing.T) {
	company := sunrise(t)
	company.Employee(t, "joe@mill.example")
	company.Hire(t, "otto@bakery.example", domain.RoleAuditor)
	company.Hire(t, "emma@bakery.example", domain.RoleEmployee)
	company.Settled(t)
	path := func(search string) string {
		return "/at/bakery/people/" + company.Admin.Get(t, "/employees?search="+search).Must(t, http.StatusOK).Text(t, "items.0.person")
	}
	joe := path("joe@mill.example")

	t.Run("to auditors: why, by whom, and what happened", func(t *testing.T) {
		page := signedIn(t, company, "otto@bakery.example").Open(t, joe).Must(t, http.StatusOK)
		page.Says(t, "Joe Joiner registered by join link 1", "was approved by Ada Archer", "Registration was moderated.", "Registration approved", "Who let in whom", "Was approved")
		require.False(t, page.HasForm(joe+"/role"))
	})
	t.Run("to colleagues: who and where, and nothing of the record", func(t *testing.T) {
		browser := signedIn(t, company, "emma@bakery.example")
		page := browser.Open(t, joe).Must(t, http.StatusOK).Says(t, "Joe Joiner", "joe@mill.example")
		require.NotContains(t, page.Text(), "Why this person has access")
		browser.Post(t, joe+"/role", url.Values{"role": {"administrator"}}).Must(t, http.StatusForbidden)
		browser.Open(t, joe+"/dismiss").Must(t, http.StatusForbidden)
	})
	t.Run("where they never came in, to those alone who read history", func(t *testing.T) {
		company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550101"]}`).Must(t, http.StatusOK)
		company.Settled(t)
		invited := "/at/bakery/people/" + company.Admin.Get(t, "/invited").Must(t, http.StatusOK).Text(t, "items.0.person")
		signedIn(t, company, "otto@bakery.example").Open(t, invited).Must(t, http.StatusOK).Says(t, "This person has no access, and never had.", "Invited by SMS")
		signedIn(t, company, "emma@bakery.example").Open(t, invited).Must(t, http.StatusNotFound)
	})
	t.Run("and nobody is at an address that is no id", func(t *testing.T) {
		administrator(t, company).Open(t, "/at/bakery/people/nobody").Must(t, http.StatusNotFound)
	})
}

func TestHistory(t *testing.T) {
	company := sunrise(t)
	company.Employee(t, "joe@mill.example")
	company.Settled(t)
	browser := administrator(t, company)

	t.Run("is ordered by day, in words", func(t *testing.T) {
		browser.Open(t, "/at/bakery/history").Must(t, http.StatusOK).Says(t, "Monday, 2 March 2026", "Registration approved", "Whoever held the link", "Account founded")
	})
	t.Run("says its filters in words, and clears them", func(t *testing.T) {
		page := browser.Open(t, "/at/bakery/history?contact=joe@mill.example&type=person.registered&from=2026-03-02&to=2026-03-02").Must(t, http.StatusOK)
		page.Says(t, "You see what is recorded about the contact joe@mill.example, only: Registered, on 2 March 2026")
		require.NotContains(t, page.Text(), "Monday, 2 March 2026 09:00 2026-03-02 09:00:00.000 UTC Account founded")
		page.Follow(t, "Clear").Says(t, "Account founded")
	})
	t.Run("shows nothing of other days, and says what is no day", func(t *testing.T) {
		browser.Open(t, "/at/bakery/history?to=2026-03-01").Must(t, http.StatusOK).Says(t, "Nothing matches.")
		browser.Open(t, "/at/bakery/history?from=yesterday").Must(t, http.StatusUnprocessableEntity)
		browser.Open(t, "/at/bakery/history?contact=nonsense").Must(t, http.StatusUnprocessableEntity)
	})
	t.Run("opens an event as it was recorded, with those beside it", func(t *testing.T) {
		events := company.Admin.Get(t, "/history?type=person.registration_approved").Must(t, http.StatusOK).Items(t)
		id, _ := events[0]["id"].(string)
		page := browser.Open(t, "/at/bakery/history/"+id).Must(t, http.StatusOK).Says(t, "person.registration_approved", "Ada Archer")
		reference, _ := page.Field("")
		require.Equal(t, httpapitest.PublicURL+"/at/bakery/history/"+id, reference)
		page.Follow(t, "Next In its stream").Must(t, http.StatusOK).Says(t, "person.employed")
		browser.Open(t, "/at/bakery/history/nonsense").Must(t, http.StatusNotFound)
	})
	t.Run("is downloaded with the days of its filters", func(t *testing.T) {
		page := browser.Open(t, "/at/bakery/history?from=2026-03-02&to=2026-03-02&type=account.founded")
		list := page.Follow(t, "Download CSV").Must(t, http.StatusOK)
		require.Contains(t, list.Body, "account.founded")
		require.NotContains(t, list.Body, "person.registered")
	})
	t.Run("is nothing for colleagues", func(t *testing.T) {
		company.Hire(t, "emma@bakery.example", domain.RoleEmployee)
		signedIn(t, company, "emma@bakery.example").Open(t, "/at/bakery/history").Must(t, http.StatusForbidden)
	})
}
