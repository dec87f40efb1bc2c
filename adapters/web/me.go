package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// myself is one's own account.
func (p *Pages) myself(v *visit) error { return v.myselfPage(http.StatusOK, nil) }

func (v *visit) myselfPage(status int, faults views.Faults) error {
	data := views.MyselfData{Me: v.me, Done: v.URL.Query().Get("done"), Faults: faults}
	var err error
	if data.Sessions, err = ask(v, questions.Sessions(), struct{}{}); err != nil {
		return err
	}
	if data.Tokens, err = ask(v, questions.Tokens(), struct{}{}); err != nil {
		return err
	}
	title := v.t.Me()
	return v.pageWith(status, title, views.Myself(v.frame(title), data))
}

// doneByMe leads back to one's own account, where it says what was done.
func (v *visit) doneByMe(what string, position domain.Position) error {
	return v.done(v.at("me")+"?done="+what, position)
}

func (p *Pages) myName(v *visit) error {
	return v.myNamePage(views.NameForm{FirstName: v.me.FirstName, LastName: v.me.LastName})
}

func (v *visit) myNamePage(form views.NameForm) error {
	return v.formPage(v.t.ChangeMyName(), form.Faults, func(f views.Frame) templ.Component { return views.MyName(f, form) })
}

func (p *Pages) changeMyName(v *visit) error {
	form := views.NameForm{FirstName: v.field("first_name"), LastName: v.field("last_name")}
	var done commands.Done
	err := v.command("", func(ctx context.Context, request commands.Request) (err error) {
		done, err = p.App.ChangeOwnName(ctx, request, commands.ChangeName{FirstName: &form.FirstName, LastName: &form.LastName, Confirmed: v.PostForm["confirmed"]})
		return err
	})
	if form.Faults, err = v.faults(err); err != nil {
		return err
	}
	if form.Faults != nil {
		form.Doubted, _ = v.doubted(form.Faults, strings.TrimSpace(form.FirstName+" "+form.LastName))
		return v.myNamePage(form)
	}
	return v.doneByMe("name", done.Position)
}

// doubted is what was typed, where that looks wrong and may be right, and what was
// probably meant; empty where it was said to be right already.
func (v *visit) doubted(faults views.Faults, typed string) (doubted, didYouMean string) {
	for _, one := range faults {
		if v.confirms(one.Code) {
			didYouMean = one.DidYouMean
			if !slices.Contains(v.PostForm["confirmed"], typed) {
				doubted = typed
			}
		}
	}
	return doubted, didYouMean
}

func (p *Pages) myLogin(v *visit) error { return v.myLoginPage(views.LoginForm{}) }

func (v *visit) myLoginPage(form views.LoginForm) error {
	return v.formPage(v.t.ChangeMyLogin(), form.Faults, func(f views.Frame) templ.Component { return views.MyLogin(f, form) })
}

func (p *Pages) changeMyLogin(v *visit) error {
	form := views.LoginForm{Login: strings.TrimSpace(v.field("login"))}
	if v.PostForm.Has("instead_of_login") {
		return v.myLoginPage(views.LoginForm{Login: v.field("instead_of_login")})
	}
	var done commands.Done
	err := v.command("", func(ctx context.Context, request commands.Request) (err error) {
		done, err = p.App.ChangeLogin(ctx, request, commands.ChangeLogin{Login: form.Login, Current: v.field("current"), Confirmed: v.PostForm["confirmed"]})
		return err
	})
	if form.Faults, err = v.faults(err); err != nil {
		return err
	}
	if form.Faults != nil {
		form.Doubted, form.DidYouMean = v.doubted(form.Faults, form.Login)
		return v.myLoginPage(form)
	}
	return v.doneByMe("login", done.Position)
}

func (p *Pages) myPassword(v *visit) error {
	return v.myPasswordPage(v.passwordForm())
}

func (v *visit) passwordForm() views.PasswordForm {
	return views.PasswordForm{Login: v.me.Login, Length: v.me.PasswordLength}
}

func (v *visit) myPasswordPage(form views.PasswordForm) error {
	return v.formPage(v.t.ChangeMyPassword(), form.Faults, func(f views.Frame) templ.Component { return views.MyPassword(f, form) })
}

func (p *Pages) changeMyPassword(v *visit) error {
	return v.choosePassword(v.myPasswordPage, v.at("me")+"?done=password")
}

// firstPassword is where those choose a password who signed in with one that was made for
// them. Nobody else has anything to do there.
func (p *Pages) firstPassword(v *visit) error {
	if !v.me.MustChangePassword {
		return v.seeOther(v.at())
	}
	return v.firstPasswordPage(v.passwordForm())
}

func (v *visit) firstPasswordPage(form views.PasswordForm) error {
	return v.formPage(v.t.FirstPassword(), form.Faults, func(f views.Frame) templ.Component { return views.FirstPassword(f, form) })
}

func (p *Pages) chooseFirstPassword(v *visit) error {
	return v.choosePassword(v.firstPasswordPage, v.at())
}

// choosePassword replaces one's own password by another, and leads on.
func (v *visit) choosePassword(page func(views.PasswordForm) error, path string) error {
	form := v.passwordForm()
	if v.PostForm.Has("show") {
		form.Current, form.New, form.Shown = v.field("current"), v.field("new"), v.field("show") == "yes"
		return page(form)
	}
	var done commands.Done
	err := v.command("", func(ctx context.Context, request commands.Request) (err error) {
		done, err = v.App.ChangePassword(ctx, request, commands.ChangePassword{Token: v.x.Token, Current: v.field("current"), New: v.field("new")})
		return err
	})
	if form.Faults, err = v.faults(err); err != nil {
		return err
	}
	if form.Faults != nil {
		return page(form)
	}
	return v.done(path, done.Position)
}

// endMySession signs out somewhere else.
func (p *Pages) endMySession(v *visit) error {
	var id domain.SessionID // of what is no id: nobody's
	_ = id.UnmarshalText([]byte(v.PathValue("session")))
	err := p.App.EndSession(v.Context(), v.x.Caller, v.x.Account, id)
	if err != nil && domain.CodeOf(err) != domain.NotFound { // which has ended already
		return err
	}
	return v.doneByMe("session", domain.Position{})
}

func (p *Pages) endMyOtherSessions(v *visit) error {
	if err := p.App.EndOtherSessions(v.Context(), v.x.Caller, v.x.Account, v.x.Token); err != nil {
		return err
	}
	return v.doneByMe("others", domain.Position{})
}
