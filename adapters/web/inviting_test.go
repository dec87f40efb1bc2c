package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/web/webtest"
	"github.com/usher-engine/usher/domain"
)

// administratorOf founds a company and signs its administrator in.
func administratorOf(t *testing.T, slug string) (httpapitest.Company, *webtest.Browser) {
	t.Helper()
	u := webtest.Start(t, httpapitest.Options{})
	company, browser := u.Found(t, slug), webtest.NewBrowser(t, u)
	browser.SignIn(t, slug, "admin@"+slug+".example", httpapitest.Password).Must(t, http.StatusOK)
	return company, browser
}

func TestInvitingByEmail(t *testing.T) {
	company, browser := administratorOf(t, "bakery")
	require.Contains(t, browser.Open(t, "/at/bakery").LinksTo(), "/at/bakery/invite/link")
	form := browser.Open(t, "/at/bakery/invite/email").Form(t, "/at/bakery/invite/email")
	pasted := "Ben <ben@mill.example>; chloe@mill.example\nchloe@mill.example\nnobody at all\ndora@gmail.con\nadmin@bakery.example"

	t.Run("counts what is in a text, and invites nobody yet", func(t *testing.T) {
		page := browser.Post(t, "/at/bakery/invite/email/check", form.Fill("contacts", pasted).Values()).Must(t, http.StatusOK)
		page.Says(t, "6 found, 2 look wrong, 1 is in it twice, 1 is known already", "Send 2 invitations", "dora@gmail.con", "Did you mean dora@gmail.com?")
		require.Empty(t, company.Admin.Get(t, "/invited").Items(t))
	})
	t.Run("counts in the page while somebody types", func(t *testing.T) {
		script := webtest.NewBrowser(t, company.Usher)
		script.SignIn(t, "bakery", "admin@bakery.example", httpapitest.Password)
		page := script.With("HX-Request-Type", "partial").Post(t, "/at/bakery/invite/email/check", form.Fill("contacts", pasted).Values())
		page.Must(t, http.StatusOK).Says(t, "6 found", "Send 2 invitations")
		require.NotContains(t, page.Body, "<html")
		require.NotContains(t, page.Body, "<textarea")
	})
	sent := form.Fill("contacts", pasted).Send(t).Must(t, http.StatusOK)
	t.Run("says who was invited, and shows the others ready to be corrected", func(t *testing.T) {
		sent.Says(t, "2 invited, 4 not", "Try these 2 again", "2 invited")
		require.Len(t, company.Admin.Get(t, "/invited").Items(t), 2)
	})
	t.Run("says of who is here already where they are", func(t *testing.T) {
		administrator := company.Admin.Get(t, "/me").Text(t, "person")
		require.Contains(t, sent.LinksTo(), "/at/bakery/people/"+administrator)
	})
	t.Run("invites nobody twice by a form that is sent twice", func(t *testing.T) {
		form.Fill("contacts", pasted).Send(t).Must(t, http.StatusOK).Says(t, "2 invited, 4 not")
		require.Len(t, company.Admin.Get(t, "/activity").Items(t), 2) // the founding, and one entry of a batch
	})
	t.Run("takes what is meant, and what is confirmed", func(t *testing.T) {
		again := sent.Form(t, "/at/bakery/invite/email").Fill("contact", "eve@nowhere.xyzzy", "dora@gmail.con").Fill("choice-1", "meant").Send(t)
		again.Must(t, http.StatusOK).Says(t, "1 invited, 1 not")
		again.Form(t, "/at/bakery/invite/email").Fill("choice-0", "right").Send(t).Must(t, http.StatusOK).Says(t, "1 person is invited.")
	})
	t.Run("sends again to who is invited", func(t *testing.T) {
		page := browser.Open(t, "/at/bakery/invite/email").Form(t, "/at/bakery/invite/email").Fill("contacts", "ben@mill.example").Send(t)
		page.Says(t, "0 invited, 1 not").Form(t, "/at/bakery/invite/again").Send(t).Must(t, http.StatusOK).Says(t, "The older link is dead.")
	})
	t.Run("refuses nothing at all in words, and keeps what was chosen", func(t *testing.T) {
		page := form.Fill("key", "another").Fill("contacts", " ").Send(t).Must(t, http.StatusUnprocessableEntity)
		require.Contains(t, page.Title(), "Error: ")
		page.Says(t, "There is a problem", "Name at least one contact to invite.")
	})
	t.Run("refuses more than may be at once, and keeps them", func(t *testing.T) {
		page := form.Fill("key", "many").Fill("contacts", strings.Repeat("x@mill.example\n", 10_001)).Send(t).Must(t, http.StatusUnprocessableEntity)
		page.Says(t, "At most 10,000 contacts can be invited at once")
		kept, _ := page.Field("contacts")
		require.Contains(t, kept, "x@mill.example")
	})
	t.Run("puts no contact into an address", func(t *testing.T) {
		require.NotContains(t, strings.Join(browser.Went, "\n"), "mill")
	})
}

func TestInvitingBySMS(t *testing.T) {
	company, browser := administratorOf(t, "bakery")
	form := browser.Open(t, "/at/bakery/invite/sms").Says(t, "It is fixed").Form(t, "/at/bakery/invite/sms")

	form.Fill("contacts", "+1 415 555 0100\n+49 1512 3456789").Send(t).Must(t, http.StatusOK).Says(t, "All 2 are invited.")

	require.Len(t, company.Admin.Get(t, "/invited?channel=sms").Items(t), 2)
}

func TestTheMessageIsEditedWhereThePlanAllows(t *testing.T) {
	company, browser := administratorOf(t, "bakery")
	_, there := browser.Open(t, "/at/bakery/invite/email").Says(t, "It can be edited on the plans").Field("message")
	require.False(t, there)

	company.Client(httpapitest.OperatorToken).Put(t, company.Path+"/settings/plan", `{"plan":"standard"}`).Must(t, http.StatusOK)
	form := browser.Open(t, "/at/bakery/invite/email").Form(t, "/at/bakery/invite/email")
	form.Fill("contacts", "ben@mill.example").Fill("message", "no link").Send(t).Must(t, http.StatusUnprocessableEntity)
	form.Fill("key", "another").Fill("contacts", "ben@mill.example").Fill("message", "Bake with us!\r\n{link}").Send(t).Must(t, http.StatusOK).Says(t, "1 person is invited.")

	require.Contains(t, company.Message(t, "ben@mill.example")["text"], "Bake with us!")
}

func TestManyInvitationsGoOnByThemselves(t *testing.T) {
	company, browser := administratorOf(t, "bakery")
	release := company.HoldBatches()
	var text strings.Builder
	for i := range 200 {
		text.WriteString("colleague" + strings.Repeat("x", i) + "@mill.example\n")
	}
	text.WriteString("=nobody\n")
	form := browser.Open(t, "/at/bakery/invite/email").Form(t, "/at/bakery/invite/email")
	page := form.Fill("contacts", text.String()).Send(t).Must(t, http.StatusOK)
	require.Contains(t, page.URL.Path, "/at/bakery/batches/")
	page.Says(t, "of 201 done")
	require.Contains(t, page.Body, `http-equiv="refresh"`)

	stopped := page.Form(t, page.URL.Path+"/stop").Send(t).Must(t, http.StatusOK)
	stopped.Says(t, "It was stopped")
	require.False(t, stopped.HasForm(page.URL.Path+"/stop"))
	require.Contains(t, browser.Open(t, page.URL.Path+"/report").Must(t, http.StatusOK).Body, "201,'=nobody,")
	release()
	browser.Open(t, "/at/bakery/batches/nonsense").Must(t, http.StatusNotFound)
}

func TestABatchIsTakenBack(t *testing.T) {
	company, browser := administratorOf(t, "bakery")
	form := browser.Open(t, "/at/bakery/invite/email").Form(t, "/at/bakery/invite/email")
	form.Fill("contacts", "ben@mill.example, chloe@mill.example").Send(t).Must(t, http.StatusOK).Says(t, "All 2 are invited.")
	batch, _ := company.Admin.Get(t, "/invited").Items(t)[0]["batch"].(string)

	page := browser.Open(t, "/at/bakery/batches/"+batch).Must(t, http.StatusOK).Says(t, "2 invited, 0 not. It is done.", "are dead at once")
	page.Form(t, "/at/bakery/batches/"+batch+"/revoke").Send(t).Must(t, http.StatusOK).Says(t, "none of its links work any more")

	require.Empty(t, company.Admin.Get(t, "/invited").Items(t))
}

func TestWhoMayNotInviteIsToldWhoMay(t *testing.T) {
	u := webtest.Start(t, httpapitest.Options{})
	company := u.Found(t, "bakery")
	company.Hire(t, "uma@bakery.example", domain.RoleEmployee)
	browser := webtest.NewBrowser(t, u)
	browser.SignIn(t, "bakery", "uma@bakery.example", httpapitest.Password)

	for _, way := range []string{"link", "link/qr", "sms", "email", "register", "file"} {
		page := browser.Open(t, "/at/bakery/invite/"+way).Must(t, http.StatusForbidden)
		page.Says(t, "Only administrators invite new users here.", "Ada Archer")
	}
	browser.Post(t, "/at/bakery/invite/email", map[string][]string{"contacts": {"ben@mill.example"}, "key": {"1"}}).Must(t, http.StatusForbidden)
	require.Empty(t, company.Admin.Get(t, "/invited").Items(t))

	company.Admin.Put(t, "/settings/inviting", `{"everyone_may_invite":true}`).Must(t, http.StatusOK)
	page := browser.Open(t, "/at/bakery/invite/link").Must(t, http.StatusOK)
	require.NotContains(t, page.Text(), "Additional settings")
	browser.Post(t, "/at/bakery/invite/link/rotate", map[string][]string{"key": {"2"}}).Must(t, http.StatusUnprocessableEntity)
}

func TestTheJoinLink(t *testing.T) {
	company, browser := administratorOf(t, "bakery")
	const path = "/at/bakery/invite/link"
	page := browser.Open(t, path).Must(t, http.StatusOK)
	link, _ := page.Field("join-link")
	require.Empty(t, link) // which is not sent anywhere
	require.Contains(t, page.Body, httpapitest.PublicURL+"/join/"+company.JoinToken(t))
	require.Contains(t, browser.Open(t, path+"/qr").Must(t, http.StatusOK).Body, "<svg")

	t.Run("lets administrators set who is let in", func(t *testing.T) {
		form := page.Form(t, path+"/registration").Fill("mode", "moderated").Fill("domains", "mill.example, corn.example\r\ngmail.com").Fill("greeting", "Welcome!")
		asked := form.Send(t).Must(t, http.StatusUnprocessableEntity)
		greeting, _ := asked.Field("greeting")
		require.Equal(t, "Welcome!", greeting)
		asked.Form(t, path+"/registration").Fill("confirm", "yes").Send(t).Must(t, http.StatusOK).Says(t, "nobody is judged again")
		settings := company.Admin.Get(t, "/settings")
		require.Equal(t, "moderated", settings.Text(t, "registration.mode"))
		require.Equal(t, "Welcome!", settings.Text(t, "registration.greeting"))
		require.Contains(t, settings.Text(t, "registration.domains.1")+settings.Text(t, "registration.domains.0"), "corn.example")
	})
	t.Run("is limited", func(t *testing.T) {
		form := page.Form(t, path+"/limits").Fill("max_uses", "30").Fill("until", "2200-12-24")
		form.Send(t).Must(t, http.StatusOK).Says(t, "30 of 30 places are left.", "It works until 25 December 2200")
		form.Fill("key", "d").Fill("max_uses", "1,000").Send(t).Must(t, http.StatusOK).Says(t, "1,000 of 1,000 places are left.")
		form.Fill("key", "a").Fill("max_uses", "many").Send(t).Must(t, http.StatusUnprocessableEntity)
		form.Fill("key", "b").Fill("until", "2001-01-01").Send(t).Must(t, http.StatusUnprocessableEntity)
		form.Fill("key", "c").Fill("max_uses", "").Fill("until", "").Send(t).Must(t, http.StatusOK).Says(t, "It does not expire.")
	})
	t.Run("is made anew once, however often the form is sent", func(t *testing.T) {
		form := page.Says(t, "There is no undo.").Form(t, path+"/rotate")
		form.Send(t).Must(t, http.StatusOK).Says(t, "This is the new link.")
		form.Send(t).Must(t, http.StatusOK)
		require.InDelta(t, 2, company.Admin.Get(t, "/join-link").Value(t, "generation"), 0)
	})
	t.Run("is closed, and opened again", func(t *testing.T) {
		closed := browser.Open(t, path).Form(t, path+"/disable").Send(t).Must(t, http.StatusOK).Says(t, "nobody can register by it")
		closed.Form(t, path+"/enable").Send(t).Must(t, http.StatusOK).Says(t, "The link is open again.")
	})
	t.Run("stands in no address but its own", func(t *testing.T) {
		require.NotContains(t, strings.Join(browser.Went, "\n"), company.JoinToken(t))
	})
}

func TestRegisteringSomebodyOneself(t *testing.T) {
	company, browser := administratorOf(t, "bakery")
	form := browser.Open(t, "/at/bakery/invite/register").Form(t, "/at/bakery/invite/register")
	require.Equal(t, "yes", form.Value("at_once"))
	form = form.Fill("email", "dora@gmail.con").Fill("first_name", "Dora").Fill("last_name", "Evans").Fill("job_title", "")

	asked := form.Send(t).Must(t, http.StatusUnprocessableEntity).Says(t, "There is a problem", "Yes, this is right")
	asked.Form(t, "/at/bakery/invite/register").Fill("job_title", "Baker").Fill("confirmed", "dora@gmail.con").Send(t).Must(t, http.StatusOK).
		Says(t, "Dora Evans", "is registered, and gets an e-mail")

	require.Len(t, company.Admin.Get(t, "/employees").Items(t), 2)
	require.NotEmpty(t, company.Message(t, "dora@gmail.con"))
}
