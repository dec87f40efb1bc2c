package web

import (
	"net/http"
	"time"

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
	if v.isSignedIn() {
		return v.seeOther(v.next(v.at()))
	}
	form := views.SignInForm{Company: v.URL.Query().Get("company"), Next: v.next("")}
	if form.Company == "" {
		form.Company = p.cookies.Read(v.Request, company)
	}
	return v.page(v.t.SignIn(), views.SignIn(v.frame(v.t.SignIn()), form))
}

func (p *Pages) sendSignIn(v *visit) error {
	form := views.SignInForm{Company: v.field("company"), Login: v.field("login"), Next: v.next("")}
	err := v.openSession(commands.LogIn{Slug: form.Company, Login: form.Login, Password: v.field("password")}, v.next(pathAt(form.Company)))
	if form.Faults, err = v.faults(err); err != nil || form.Faults == nil {
		return err
	}
	return v.pageWith(http.StatusUnprocessableEntity, v.t.ErrorPrefix()+v.t.SignIn(), views.SignIn(v.frame(v.t.SignIn()), form))
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
	v.cookies.Keep(v.w, company, in.Slug, deviceLasts)
	return v.seeOther(path)
}

func (p *Pages) signOut(v *visit) error {
	if err := p.App.LogOut(v.Context(), v.x.Token); err != nil {
		return err
	}
	p.cookies.DropSession(v.w)
	return v.seeOther("/sign-in?company=" + v.me.Slug)
}
