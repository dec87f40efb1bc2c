// Package webtest starts a whole Usher with its pages, and visits them as a browser
// without script does: it follows links and redirects, keeps cookies, fills in forms.
//
// It is for tests of the pages. Read browser.go first, then page.go.
package webtest
