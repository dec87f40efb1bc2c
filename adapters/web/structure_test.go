package web_test

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/web/webtest"
	"github.com/usher-engine/usher/domain"
)

// bakery is a company, whose administrator looks at its pages.
type bakery struct {
	httpapitest.Company
	admin *webtest.Browser
}

func found(t *testing.T) bakery {
	t.Helper()
	u := webtest.Start(t, httpapitest.Options{})
	b := bakery{Company: u.Found(t, "bakery"), admin: webtest.NewBrowser(t, u)}
	b.admin.SignIn(t, "bakery", "admin@bakery.example", httpapitest.Password).Must(t, http.StatusOK)
	return b
}

// as is somebody of the company with a role, at a browser of their own.
func (b bakery) as(t *testing.T, email string, role domain.Role) *webtest.Browser {
	t.Helper()
	b.Hire(t, email, role)
	browser := webtest.NewBrowser(t, b.Usher)
	browser.SignIn(t, "bakery", email, httpapitest.Password).Must(t, http.StatusOK)
	return browser
}

// department makes a department below another by its page, and returns its path.
func (b bakery) department(t *testing.T, below, name string) string {
	t.Helper()
	return at(t, b.admin.Open(t, below).Form(t, below+"/departments").Fill("new_name", name).Send(t).Must(t, http.StatusOK), name)
}

// top is the path of the company's own page in the structure.
func (b bakery) top(t *testing.T) string {
	t.Helper()
	return "/at/bakery/structure/" + b.Admin.Get(t, "/structure").Must(t, http.StatusOK).Text(t, "root.id")
}

// at is where the link with these words leads.
func at(t *testing.T, page webtest.Page, words string) string {
	t.Helper()
	return page.Follow(t, words).Must(t, http.StatusOK).URL.Path
}

// employee is the id of an employee.
func (b bakery) employee(t *testing.T, email string) string {
	t.Helper()
	b.Settled(t)
	return b.Admin.Get(t, "/employees?search="+url.QueryEscape(email)).Must(t, http.StatusOK).Text(t, "items.0.person")
}

func TestArrangingDepartments(t *testing.T) {
	b := found(t)
	top := b.top(t)
	kitchen := b.department(t, top, "Kitchen")
	pastry := b.department(t, kitchen, "Pastry")

	t.Run("the chart shows all, and the list beside it the same", func(t *testing.T) {
		page := b.admin.Open(t, "/at/bakery/structure").Says(t, "Kitchen", "Pastry")
		require.Equal(t, 2, strings.Count(page.Body, `href="`+kitchen+`"`))
	})
	t.Run("a name that is taken is refused beside its field, and stays", func(t *testing.T) {
		page := b.admin.Open(t, top).Form(t, top+"/departments").Fill("new_name", "kitchen").Send(t).Must(t, http.StatusUnprocessableEntity)
		page.Says(t, "There is a problem", "The parent has a department of this name; choose another.")
		require.Contains(t, page.Title(), "Error: ")
		require.Contains(t, page.LinksTo(), "#new_name")
		typed, _ := page.Field("new_name")
		require.Equal(t, "kitchen", typed)
	})
	t.Run("a form that is sent twice counts once", func(t *testing.T) {
		form := b.admin.Open(t, top).Form(t, top+"/departments").Fill("new_name", "Shop")
		form.Send(t).Must(t, http.StatusOK)
		page := form.Send(t).Must(t, http.StatusOK)
		require.Equal(t, 1, strings.Count(page.Text(), "Shop"))
	})
	t.Run("a department is renamed", func(t *testing.T) {
		page := b.admin.Open(t, pastry).Form(t, pastry+"/name").Fill("name", "Cakes").Send(t).Must(t, http.StatusOK)
		require.Equal(t, "Cakes", page.Heading())
	})
	t.Run("a department is moved, and moved back", func(t *testing.T) {
		form := b.admin.Open(t, pastry).Form(t, pastry+"/parent")
		require.Equal(t, path.Base(kitchen), form.Value("parent_id"))
		page := form.Fill("parent_id", path.Base(top)).Send(t).Must(t, http.StatusOK).Says(t, "Cakes was moved here from Kitchen.")
		page = page.Form(t, pastry+"/parent").Send(t).Must(t, http.StatusOK)
		require.Contains(t, page.LinksTo(), kitchen)
	})
	t.Run("none is moved below itself, nor offered to be", func(t *testing.T) {
		page := b.admin.Open(t, kitchen)
		require.NotContains(t, page.Body, `<option value="`+path.Base(pastry))
		page.Form(t, kitchen+"/parent").Fill("parent_id", path.Base(pastry)).Send(t).
			Must(t, http.StatusUnprocessableEntity).Says(t, "A department cannot be moved below itself.")
	})
	t.Run("deleting says first where everybody goes, and the company's own page offers none", func(t *testing.T) {
		page := b.admin.Open(t, kitchen).Follow(t, "Delete department").Must(t, http.StatusOK)
		page.Says(t, "Delete Kitchen?", "1 department below it moves to The Company", "cannot be undone")
		after := page.Form(t, kitchen+"/delete").Send(t).Must(t, http.StatusOK)
		require.Equal(t, top, after.URL.Path)
		require.Contains(t, after.LinksTo(), pastry)
		b.admin.Open(t, kitchen).Must(t, http.StatusNotFound)
		require.NotContains(t, after.Text(), "Delete department")
		b.admin.Open(t, top+"/delete").Must(t, http.StatusNotFound)
	})
}

func TestPlacingPeople(t *testing.T) {
	b := found(t)
	top := b.top(t)
	kitchen := b.department(t, top, "Kitchen")
	b.Hire(t, "hilda@bakery.example", domain.RoleEmployee)
	hilda := b.employee(t, "hilda@bakery.example")

	t.Run("somebody is found, moved here, and moved back", func(t *testing.T) {
		page := b.admin.Open(t, kitchen+"?edit=people&find=hilda").Says(t, "1 employee found.", "Hilda Hired")
		page = page.Form(t, kitchen+"/people").Choose(t, "person", hilda).Must(t, http.StatusOK).Says(t, "Hilda Hired was moved here from The Company.")
		page = page.Form(t, top+"/people").Send(t).Must(t, http.StatusOK)
		require.Equal(t, top, page.URL.Path)
		page.Says(t, "2 people")
	})
	t.Run("somebody is made head, and the department left without one", func(t *testing.T) {
		page := b.admin.Open(t, kitchen+"?edit=people&find=hilda").Form(t, kitchen+"/people").Fill("person", hilda)
		b.admin.Post(t, kitchen+"/head", url.Values{"person": {hilda}, "key": {page.Value("key")}}).Must(t, http.StatusOK).Says(t, "Head: Hilda Hired")
		after := b.admin.Open(t, kitchen).Form(t, kitchen+"/head").Send(t).Must(t, http.StatusOK)
		require.NotContains(t, after.Text(), "Head: ")
	})
	t.Run("a person who is sought is found in the chart", func(t *testing.T) {
		page := b.admin.Open(t, "/at/bakery/structure?person=hired").Says(t, "1 person by “hired”")
		require.Contains(t, page.LinksTo(), "/at/bakery/people/"+hilda)
		b.admin.Open(t, "/at/bakery/structure?person=nobody+here").Says(t, "Nobody is called “nobody here”")
	})
}

func TestWhatIsFoldedInTheChartUnfolds(t *testing.T) {
	b := found(t)
	below := b.department(t, b.department(t, b.top(t), "House"), "Kitchen")
	pastry := b.department(t, below, "Pastry")
	page := b.admin.Open(t, "/at/bakery/structure")
	require.NotContains(t, page.LinksTo(), pastry)
	unfolded := page.Follow(t, "+1").Must(t, http.StatusOK)
	require.Contains(t, unfolded.LinksTo(), pastry)
	require.NotContains(t, unfolded.Follow(t, "−").LinksTo(), pastry)
	require.Contains(t, page.Follow(t, "Unfold all").LinksTo(), pastry)
	require.Contains(t, page.Follow(t, "Larger").Body, `width="1092"`) // 728 px, half as large again
}

func TestWorkgroups(t *testing.T) {
	b := found(t)
	b.Hire(t, "hilda@bakery.example", domain.RoleEmployee)
	hilda := b.employee(t, "hilda@bakery.example")
	made := b.admin.Open(t, "/at/bakery/workgroups").Says(t, "There are no workgroups yet.").Form(t, "/at/bakery/workgroups").Fill("name", "Early shift").Send(t)
	made.Must(t, http.StatusOK).Says(t, "Early shift", "It has no members.")
	shift := made.URL.Path

	t.Run("one takes members, and a department's page names it nearby", func(t *testing.T) {
		page := b.admin.Open(t, shift+"?edit=members&find=hilda").Form(t, shift+"/members").Choose(t, "person", hilda).Must(t, http.StatusOK)
		page.Says(t, "1 member", "Hilda Hired")
		b.admin.Open(t, b.top(t)).Says(t, "Workgroups nearby", "Early shift", "1 of its 1 from here")
	})
	t.Run("whoever is taken out can be added back", func(t *testing.T) {
		page := b.admin.Open(t, shift).Form(t, shift+"/left").Choose(t, "person", hilda).Must(t, http.StatusOK).Says(t, "Hilda Hired is not a member any more.")
		page.Form(t, shift+"/members").Send(t).Must(t, http.StatusOK).Says(t, "1 member")
	})
	t.Run("one is renamed, but not to a name that is taken", func(t *testing.T) {
		b.admin.Open(t, "/at/bakery/workgroups").Form(t, "/at/bakery/workgroups").Fill("name", "Choir").Send(t).Must(t, http.StatusOK)
		b.admin.Open(t, shift).Form(t, shift+"/name").Fill("name", "choir").Send(t).Must(t, http.StatusUnprocessableEntity).Says(t, "choose another")
		page := b.admin.Open(t, shift).Form(t, shift+"/name").Fill("name", "Late shift").Send(t).Must(t, http.StatusOK)
		require.Equal(t, "Late shift", page.Heading())
	})
	t.Run("one is archived, and taken up again with its members", func(t *testing.T) {
		page := b.admin.Open(t, shift).Form(t, shift+"/archive").Send(t).Must(t, http.StatusOK).Says(t, "This workgroup is archived")
		require.False(t, page.HasForm(shift+"/members"))
		page.Form(t, shift+"/restore").Send(t).Must(t, http.StatusOK).Says(t, "1 member")
	})
}

func TestOnlyAdministratorsArrange(t *testing.T) {
	b := found(t)
	top := b.top(t)
	kitchen := b.department(t, top, "Kitchen")
	shift := b.admin.Open(t, "/at/bakery/workgroups").Form(t, "/at/bakery/workgroups").Fill("name", "Early shift").Send(t).URL.Path
	for _, role := range []domain.Role{domain.RoleEmployee, domain.RoleAuditor} {
		browser := b.as(t, string(role)+"@bakery.example", role)
		for _, page := range []string{"/at/bakery/structure", top, kitchen, "/at/bakery/workgroups", shift} {
			seen := browser.Open(t, page).Must(t, http.StatusOK)
			for _, word := range []string{"New department", "Rename", "Move", "Delete", "Make", "Archive", "Remove"} {
				require.NotContains(t, seen.Text(), word, "%s of %s", page, role)
			}
		}
		browser.Open(t, kitchen+"/delete").Must(t, http.StatusNotFound)
		for _, form := range []string{kitchen + "/name", kitchen + "/departments", kitchen + "/parent", kitchen + "/head", shift + "/archive", shift + "/name"} {
			refused := browser.Post(t, form, url.Values{"name": {"Mine"}, "new_name": {"Mine"}, "parent_id": {""}}).Must(t, http.StatusUnprocessableEntity)
			refused.Says(t, "Your role does not allow this")
		}
	}
}
