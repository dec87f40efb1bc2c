package webtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// Page is what came back, after all redirects.
type Page struct {
	Status int
	URL    *url.URL
	Header http.Header
	Body   string

	browser *Browser
	root    *html.Node
}

// Must returns the page, which has this status.
func (p Page) Must(t testing.TB, status int) Page {
	t.Helper()
	require.Equal(t, status, p.Status, "%s: %s", p.URL, p.Text())
	return p
}

// Title returns what the browser's tab says.
func (p Page) Title() string { return p.first("title") }

// Heading returns the page's own.
func (p Page) Heading() string { return p.first("h1") }

// Text returns everything that can be read on the page, in one line.
func (p Page) Text() string { return textOf(p.root) }

// Says requires the page to have these words on it.
func (p Page) Says(t testing.TB, words ...string) Page {
	t.Helper()
	for _, some := range words {
		require.Contains(t, p.Text(), some)
	}
	return p
}

// LinksTo returns where the page's links lead, in their order.
func (p Page) LinksTo() []string {
	var all []string
	for node := range elements(p.root, "a") {
		all = append(all, attribute(node, "href"))
	}
	return all
}

// Follow opens the link that has these words.
func (p Page) Follow(t testing.TB, words string) Page {
	t.Helper()
	for node := range elements(p.root, "a") {
		if textOf(node) == words {
			to, err := p.URL.Parse(attribute(node, "href"))
			require.NoError(t, err)
			return p.browser.Open(t, to.String())
		}
	}
	require.Failf(t, "no such link", "%q on %s: %s", words, p.URL, p.Text())
	return Page{}
}

// Field returns what the field of this name holds, and whether there is one.
func (p Page) Field(name string) (value string, there bool) {
	for _, kind := range []string{"input", "textarea", "select"} {
		for node := range elements(p.root, kind) {
			if attribute(node, "name") == name {
				return valueOf(node), true
			}
		}
	}
	return "", false
}

// Actions returns where the page's forms are sent, in their order.
func (p Page) Actions() []string {
	var all []string
	for node := range elements(p.root, "form") {
		all = append(all, attribute(node, "action"))
	}
	return all
}

// HasForm reports whether there is a form that is sent to this path.
func (p Page) HasForm(action string) bool {
	return slices.Contains(p.Actions(), action)
}

// Form returns the form that is sent to this path, as it stands on the page. Of several,
// it is the first.
func (p Page) Form(t testing.TB, action string) Form {
	t.Helper()
	return p.FormWith(t, action, "")
}

// FormWith returns the first form that is sent to this path and has a field of this name.
func (p Page) FormWith(t testing.TB, action, field string) Form {
	t.Helper()
	for node := range elements(p.root, "form") {
		if attribute(node, "action") == action && (field == "" || valuesOf(node).Has(field)) {
			return Form{page: p, action: action, values: valuesOf(node)}
		}
	}
	require.Failf(t, "no such form", "to %q on %s, only to %q: %s", action, p.URL, p.Actions(), p.Text())
	return Form{}
}

func (p Page) first(name string) string {
	for node := range elements(p.root, name) {
		return textOf(node)
	}
	return ""
}

// Form is a form of a page.
type Form struct {
	page   Page
	action string
	values url.Values
}

// Fill writes into a field; several values choose several.
func (f Form) Fill(name string, values ...string) Form {
	all := url.Values{}
	for field, was := range f.values {
		all[field] = slices.Clone(was)
	}
	all[name] = values
	f.values = all
	return f
}

// Value returns what a field holds.
func (f Form) Value(name string) string { return f.values.Get(name) }

// Send sends the form.
func (f Form) Send(t testing.TB) Page {
	t.Helper()
	return f.page.browser.Post(t, f.action, f.values)
}

// Choose sends the form by the button of this name and value.
func (f Form) Choose(t testing.TB, name, value string) Page {
	t.Helper()
	return f.Fill(name, value).Send(t)
}

// valuesOf is what a form would send.
func valuesOf(form *html.Node) url.Values {
	values := url.Values{}
	for _, kind := range []string{"input", "textarea", "select"} {
		for node := range elements(form, kind) {
			name, choice := attribute(node, "name"), attribute(node, "type")
			unchosen := (choice == "checkbox" || choice == "radio") && !has(node, "checked")
			if name != "" && !unchosen && choice != "submit" && choice != "file" && !has(node, "disabled") {
				values.Add(name, valueOf(node))
			}
		}
	}
	return values
}

func valueOf(node *html.Node) string {
	switch node.Data {
	case "textarea":
		return strings.TrimPrefix(textInside(node), "\n")
	case "select":
		chosen, first := "", true
		for option := range elements(node, "option") {
			if first || has(option, "selected") {
				chosen, first = attribute(option, "value"), false
			}
		}
		return chosen
	}
	if kind := attribute(node, "type"); (kind == "checkbox" || kind == "radio") && !has(node, "value") {
		return "on"
	}
	return attribute(node, "value")
}
