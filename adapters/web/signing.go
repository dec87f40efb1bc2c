package web

import (
	"net/http"
	"time"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
)

const (
	// device and company are the cookies of what is known of a browser when nobody is
	// signed in: that somebody was, and where.
	device, company = "usher-device", "usher-company"
	deviceLasts     = 90 * 24 * time.Hour
)

func (p *Pages) signIn(v *visit) error {
	form := views.SignInForm{Next: v.next(""), Done: v.signedOut()}
	form.Company, form.Name, form.Asks = v.whichCompany(v.URL.Query().Get("company"), v.URL.Query().Has("another"))
	if v.isSignedIn() && (form.Asks || form.Company == v.me.Slug) && !v.URL.Query().Has("another") {
		return v.seeOther(v.next(pathAt(v.me.Slug)))
	}
	return v.signInPage(http.StatusOK, form)
}

func (p *Pages) sendSignIn(v *visit) error {
	form := views.SignInForm{Login: v.field("login"), Next: v.next("")}
	slug := v.field("company")
	err := v.openSession(commands.LogIn{Slug: slug, Login: form.Login, Password: v.field("password")}, v.next(pathAt(slug)))
	if form.Faults, err = v.faults(err); err != nil || form.Faults == nil {
		return err
	}
	form.Company, form.Name, form.Asks = v.whichCompany(slug, false)
	form.Asks = form.Name == "" // it may be the company that is wrong
	return v.signInPage(http.StatusUnprocessableEntity, form)
}

func (v *visit) signInPage(status int, form views.SignInForm) error {
	f := v.frame("")
	f.Title = form.Title(f)
	if status != http.StatusOK {
		f.Title = v.t.ErrorPrefix() + f.Title
	}
	return v.pageWith(status, f.Title, views.SignIn(f, form))
}

// whichCompany is the company that a page is about: the one that is named, or else the one
// that the browser keeps; and whether the page asks for it. What it is called is said to
// those browsers only that know it.
func (v *visit) whichCompany(named string, another bool) (slug, name string, asks bool) {
	if another {
		return "", "", true
	}
	slug, name = v.remembered()
	if named != "" && named != slug {
		slug, name = named, ""
	}
	return slug, name, slug == ""
}

// signedOut says what led to the page of signing in.
func (v *visit) signedOut() string {
	switch v.URL.Query().Get("after") {
	case "sign-out":
		return v.t.SignedOut()
	case "reset":
		return v.t.SignInNow()
	}
	return ""
}

// openSession signs somebody in, and leads on.
func (v *visit) openSession(in commands.LogIn, path string) error {
	in.Device, in.Agent, in.Network = v.cookies.Read(v.Request, device), v.UserAgent(), v.x.Network
	opened, err := v.App.LogIn(v.Context(), in)
	if err != nil {
		v.failures.Log(v.Context(), v.x, "password", in.Login, err)
		return err
	}
	v.x.Caller.Person = opened.Person
	v.cookies.KeepSession(v.w, opened.Token)
	v.cookies.Keep(v.w, device, opened.Device, deviceLasts)
	if err := v.rememberCompany(opened.Token); err != nil {
		return err
	}
	return v.seeOther(path)
}

// rememberCompany lets the browser keep the company of a session.
func (v *visit) rememberCompany(token string) error {
	caller, err := v.App.Recognise(v.Context(), token)
	if err != nil {
		return err
	}
	me, err := questions.Ask(v.Context(), v.Sources.Asker(caller, caller.Account), questions.Me(), nothing{})
	if err != nil {
		return err
	}
	v.remember(me.Slug, me.Company)
	return nil
}

// signOut ends the session, and leads to signing in, or to the link that somebody else is
// to join by.
func (p *Pages) signOut(v *visit) error {
	if err := p.App.LogOut(v.Context(), v.x.Token); err != nil {
		return err
	}
	p.cookies.DropSession(v.w)
	if ref := v.field("link"); isRef(ref) {
		return v.seeOther("/join/" + ref)
	}
	return v.seeOther("/sign-in?after=sign-out&company=" + v.me.Slug)
}
