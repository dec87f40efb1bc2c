package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
)

// What a browser keeps of links. A token leaves the address bar with the first answer: it
// is kept in a cookie of its own, and named by its ref from then on, so that two links in
// one browser do not mix.
const (
	linkCookie, joinedCookie = "usher-join-", "usher-joined-"
	linkIsKept, joinedIsKept = 24 * time.Hour, time.Hour
	refSize                  = 4 // bytes
)

// refOf is what a link is called in addresses: nobody can tell the link from it.
func refOf(token string) string {
	digest := sha256.Sum256([]byte(token))
	return hex.EncodeToString(digest[:refSize])
}

// isRef reports whether a text is a ref, and no token.
func isRef(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == refSize && text == strings.ToLower(text)
}

// linkToken is the token of the link that a request is about; empty where it is about
// none, or the browser does not keep it.
func (v *visit) linkToken() string {
	if !strings.HasPrefix(v.URL.Path, "/join/") {
		return ""
	}
	named := v.PathValue("token")
	if !isRef(named) {
		return named
	}
	if kept := v.cookies.Read(v.Request, linkCookie+named); refOf(kept) == named {
		return kept
	}
	return ""
}

// keepLink lets the browser keep a link, and leads to its page.
func (v *visit) keepLink(token string) error {
	ref := refOf(token)
	v.cookies.Keep(v.w, linkCookie+ref, token, linkIsKept)
	v.cookies.Drop(v.w, joinedCookie+ref)
	return v.seeOther("/join/" + ref)
}

// keepJoined lets the browser keep where a link has led, and leads to the page of that. The
// link itself is kept only where more can be asked of it.
func (v *visit) keepJoined(token string, joined views.Joined) error {
	kept := url.Values{
		"status": {string(joined.Status)}, "kind": {string(joined.Kind)}, "company": {joined.Company}, "slug": {joined.Slug}, "contact": {joined.Contact},
	}
	if joined.Again {
		kept.Set("again", "yes")
	}
	v.cookies.Keep(v.w, joinedCookie+joined.Ref, kept.Encode(), joinedIsKept)
	if joined.Status != views.JoinedStatus(commands.NowAwaitingProof) && refOf(token) == joined.Ref {
		v.cookies.Drop(v.w, linkCookie+joined.Ref)
	}
	return v.seeOther("/join/" + joined.Ref)
}

// joined is where a link has led, by what the browser keeps.
func (v *visit) joined(ref string) (views.Joined, bool) {
	kept, err := url.ParseQuery(v.cookies.Read(v.Request, joinedCookie+ref))
	if err != nil || kept.Get("status") == "" {
		return views.Joined{}, false
	}
	return views.Joined{
		Ref: ref, Status: views.JoinedStatus(kept.Get("status")), Kind: commands.LinkKind(kept.Get("kind")), Company: kept.Get("company"),
		Slug: kept.Get("slug"), Contact: kept.Get("contact"), Again: kept.Has("again"),
	}, true
}

// remember lets the browser keep which company somebody is of, and what it is called. Only
// who was told the name has it kept, so that a page that shows it tells nobody else.
func (v *visit) remember(slug, name string) {
	v.cookies.Keep(v.w, company, url.Values{"slug": {slug}, "name": {name}}.Encode(), deviceLasts)
}

// remembered is the company that the browser keeps; empty where it keeps none.
func (v *visit) remembered() (slug, name string) {
	kept, err := url.ParseQuery(v.cookies.Read(v.Request, company))
	if err != nil {
		return "", ""
	}
	return kept.Get("slug"), kept.Get("name")
}

// publicPage answers with a page for people who are not signed in, in a company's name.
func (v *visit) publicPage(status int, f views.Frame, name string, content templ.Component) error {
	if f.Company == "" && !strings.Contains(f.Title, name) {
		f.Company = name
	}
	return v.show(status, views.Page(f, content))
}
