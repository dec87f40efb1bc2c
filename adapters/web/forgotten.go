package web

import (
	"cmp"
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain/account"
)

const (
	// answersAfter is longer than it takes to write that a password was forgotten, so
	// that the time of the answer does not tell whether there is such a person.
	answersAfter = 100 * time.Millisecond
	// resetCookie keeps for which login a code was asked for, as long as codes last.
	resetCookie = "usher-reset"
	resetLasts  = 10 * time.Minute
)

func (p *Pages) forgotten(v *visit) error {
	if v.URL.Query().Has("sent") {
		return v.page(v.t.ForgottenSentTitle(), views.ForgottenSent(v.frame(v.t.ForgottenSentTitle())))
	}
	var form views.ForgottenForm
	form.Company, form.Name, form.Asks = v.whichCompany(v.URL.Query().Get("company"), false)
	return v.page(v.t.Forgotten(), views.Forgotten(v.frame(v.t.Forgotten()), form))
}

// sendForgotten asks for a link or a code. The answer is the same whoever is meant.
func (p *Pages) sendForgotten(v *visit) error {
	form := views.ForgottenForm{Login: strings.TrimSpace(v.field("login"))}
	slug := v.field("company")
	form.Company, form.Name, form.Asks = v.whichCompany(slug, slug == "")
	ripe := time.After(answersAfter)
	err := v.commandIn(slug, form.Login, func(ctx context.Context, request commands.Request) error {
		return p.App.ForgotPassword(ctx, request, commands.ForgotPassword{Login: form.Login, Device: v.cookies.Read(v.Request, device)})
	})
	select {
	case <-ripe:
	case <-v.Context().Done():
	}
	if form.Faults, err = v.faults(err); err != nil {
		return err
	}
	if form.Faults != nil {
		return v.formPage(v.t.Forgotten(), form.Faults, func(f views.Frame) templ.Component { return views.Forgotten(f, form) })
	}
	if strings.Contains(form.Login, "@") {
		return v.seeOther("/forgotten?sent=yes")
	}
	v.cookies.Keep(v.w, resetCookie, url.Values{"company": {slug}, "login": {form.Login}}.Encode(), resetLasts)
	return v.seeOther("/reset")
}

func (p *Pages) reset(v *visit) error {
	form := views.ResetForm{Length: account.ShortestPassword}
	kept, err := url.ParseQuery(v.cookies.Read(v.Request, resetCookie))
	if err == nil {
		form.Login, form.Sent = kept.Get("login"), kept.Has("login")
	}
	form.Company, form.Name, form.Asks = v.whichCompany(cmp.Or(kept.Get("company"), v.URL.Query().Get("company")), false)
	return v.page(v.t.CodeTitle(), views.Reset(v.frame(v.t.CodeTitle()), form))
}

// sendReset replaces a forgotten password by the code that was sent.
func (p *Pages) sendReset(v *visit) error {
	form := views.ResetForm{Login: strings.TrimSpace(v.field("login")), Code: v.field("code"), Length: account.ShortestPassword}
	slug := v.field("company")
	form.Company, form.Name, form.Asks = v.whichCompany(slug, slug == "")
	if v.PostForm.Has("show") {
		form.Password, form.Shown = v.field("new"), v.field("show") == "yes"
		return v.page(v.t.CodeTitle(), views.Reset(v.frame(v.t.CodeTitle()), form))
	}
	err := v.commandIn(slug, form.Login, func(ctx context.Context, request commands.Request) error {
		_, err := p.App.ResetByCode(ctx, request, commands.ResetByCode{
			Login: form.Login, Code: strings.Join(strings.Fields(form.Code), ""), New: v.field("new"), Device: v.cookies.Read(v.Request, device),
		})
		return err
	})
	if err != nil {
		v.failures.Log(v.Context(), v.x, "code", form.Login, err)
	}
	if form.Faults, err = v.faults(err); err != nil {
		return err
	}
	if form.Faults != nil {
		return v.formPage(v.t.CodeTitle(), form.Faults, func(f views.Frame) templ.Component { return views.Reset(f, form) })
	}
	v.cookies.Drop(v.w, resetCookie)
	return v.seeOther("/sign-in?" + url.Values{"after": {"reset"}, "company": {slug}}.Encode())
}

// commandIn is command for somebody who is not signed in, in the company of a short name,
// be there one or not.
func (v *visit) commandIn(slug, login string, run func(context.Context, commands.Request) error) error {
	id, err := v.App.AccountNamed(v.Context(), slug)
	if err != nil {
		return err
	}
	v.x.Account = id
	return v.command(slug+" "+login, func(ctx context.Context, request commands.Request) error {
		request.Caller = commands.Caller{} // whoever is signed in here
		return run(ctx, request)
	})
}
