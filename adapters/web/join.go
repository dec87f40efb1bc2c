package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// link is the public side of a link: of one as it stands in a message, and of one that the
// browser keeps. Looking at it uses nothing up.
func (p *Pages) link(v *visit) error {
	if isRef(v.PathValue("token")) {
		return v.keptLink()
	}
	token := v.linkToken()
	shown, err := p.App.ShowLink(v.Context(), token)
	if domain.CodeOf(err) == domain.NotFound {
		return v.deadLink("", shown, err, nil)
	}
	return v.keepLink(token)
}

// keptLink is the page of a link that the browser keeps, or of where it has led.
func (v *visit) keptLink() error {
	ref, token := v.PathValue("token"), v.linkToken()
	if joined, has := v.joined(ref); has {
		return v.joinedPage(http.StatusOK, joined)
	}
	if token == "" {
		return v.openAgain()
	}
	shown, err := v.App.ShowLink(v.Context(), token)
	if err != nil {
		return v.deadLink(ref, shown, err, nil)
	}
	return v.joinPage(http.StatusOK, views.JoinForm{Ref: ref, Link: shown})
}

// useLink sends the form behind a link.
func (p *Pages) useLink(v *visit) error {
	ref, token := v.PathValue("token"), v.linkToken()
	if _, has := v.joined(ref); has && token == "" { // by this form, before somebody went back to it
		return v.seeOther("/join/" + ref)
	}
	if !isRef(ref) || token == "" {
		return v.openAgain()
	}
	form := v.joinForm(ref)
	shown, dead := p.App.ShowLink(v.Context(), token) // which may be because of this very form, sent twice
	form.Link = shown
	if v.looksAgain(&form) {
		if dead != nil {
			return v.deadLink(ref, shown, dead, nil)
		}
		return v.joinPage(http.StatusOK, form)
	}
	var used commands.LinkUsed
	err := v.command(token+" "+strings.ToLower(form.Email), func(ctx context.Context, request commands.Request) (err error) {
		used, err = p.App.UseLink(ctx, request, commands.UseLink{
			Token: token, FirstName: form.FirstName, LastName: form.LastName, Email: form.Email, Password: v.field("password"), Confirmed: form.Confirmed,
		})
		return err
	})
	if isDead(err) {
		return v.deadLink(ref, shown, err, nil)
	}
	if form.Faults, err = v.faults(err); err != nil {
		return err
	}
	if form.Faults != nil && dead != nil {
		return v.deadLink(ref, shown, dead, form.Faults)
	}
	if form.Faults != nil {
		return v.joinPage(http.StatusUnprocessableEntity, form)
	}
	v.remember(shown.Slug, shown.Name)
	return v.keepJoined(token, joinedBy(used, form, v.field("login")))
}

// joinedBy is where using a link has led. The login is the form's: of a form that is sent
// twice, the link says nothing any more.
func joinedBy(used commands.LinkUsed, form views.JoinForm, login string) views.Joined {
	contact := form.Link.Login
	for _, other := range []string{login, form.Email} {
		if contact == "" {
			contact = other
		}
	}
	return views.Joined{
		Ref: form.Ref, Status: views.JoinedStatus(used.Status), Kind: form.Link.Kind, Company: form.Link.Name, Slug: form.Link.Slug, Contact: contact,
	}
}

// joinForm is what was filled in. The password does not stay.
func (v *visit) joinForm(ref string) views.JoinForm {
	return views.JoinForm{
		Ref: ref, FirstName: v.field("first_name"), LastName: v.field("last_name"), Email: strings.TrimSpace(v.field("email")), Confirmed: v.PostForm["confirmed"],
	}
}

// looksAgain reports whether a form was sent for nothing but being looked at: with the
// password shown or hidden, or with another address in it.
func (v *visit) looksAgain(form *views.JoinForm) bool {
	if v.PostForm.Has("instead_of_email") {
		form.Email = v.field("instead_of_email")
		return true
	}
	if !v.PostForm.Has("show") {
		return false
	}
	form.Password, form.Shown = v.field("password"), v.field("show") == "yes"
	return true
}

// declineLink, askForLink and askForProof answer a link without a form.
func (p *Pages) declineLink(v *visit) error {
	return v.answerLink(func(ctx context.Context, request commands.Request, token string, _ views.Joined) (views.JoinedStatus, error) {
		_, err := p.App.DeclineLink(ctx, request, token)
		return "", err
	})
}

func (p *Pages) askForLink(v *visit) error {
	return v.answerLink(func(ctx context.Context, request commands.Request, token string, _ views.Joined) (views.JoinedStatus, error) {
		_, err := p.App.AskForLink(ctx, request, token)
		return views.JoinedAsked, err
	})
}

func (p *Pages) askForProof(v *visit) error {
	return v.answerLink(func(ctx context.Context, request commands.Request, token string, joined views.Joined) (views.JoinedStatus, error) {
		if joined.Kind == commands.LinkJoin {
			return views.JoinedStatus(commands.NowAwaitingProof), p.App.AskForProofOf(ctx, request, token, joined.Contact)
		}
		_, err := p.App.AskForProof(ctx, request, token)
		return views.JoinedStatus(commands.NowAwaitingProof), err
	})
}

// answerLink carries out what is asked of a link, and leads to where that has led; to the
// link itself where the status is empty.
func (v *visit) answerLink(run func(context.Context, commands.Request, string, views.Joined) (views.JoinedStatus, error)) error {
	ref, token := v.PathValue("token"), v.linkToken()
	if !isRef(ref) || token == "" {
		return v.openAgain()
	}
	joined, has := v.joined(ref)
	var status views.JoinedStatus
	err := v.command(token, func(ctx context.Context, request commands.Request) (err error) {
		status, err = run(ctx, request, token, joined)
		return err
	})
	if err == nil && status == "" {
		return v.seeOther("/join/" + ref)
	}
	shown, dead := v.App.ShowLink(v.Context(), token)
	if isDead(err) {
		return v.deadLink(ref, shown, err, nil)
	}
	faults, err := v.faults(err)
	switch {
	case err != nil:
		return err
	case faults != nil && has:
		joined.Faults = faults
		return v.joinedPage(http.StatusUnprocessableEntity, joined)
	case faults != nil && dead != nil:
		return v.deadLink(ref, shown, dead, faults)
	case faults != nil:
		return v.joinPage(http.StatusUnprocessableEntity, views.JoinForm{Ref: ref, Link: shown, Faults: faults})
	case !has:
		joined = views.Joined{Ref: ref, Kind: shown.Kind, Company: shown.Name, Slug: shown.Slug}
	}
	joined.Status, joined.Again = status, status != views.JoinedAsked
	return v.keepJoined(token, joined)
}

// isDead reports whether an error says that a link does not work.
func isDead(err error) bool {
	return slices.Contains([]domain.Code{
		domain.NotFound, domain.LinkExpired, domain.LinkRevoked, domain.LinkSuperseded, domain.LinkUsed, domain.LinkDeclined, domain.LinkDisabled,
		domain.LinkFull, domain.AccountClosed,
	}, domain.CodeOf(err))
}

func (v *visit) joinPage(status int, form views.JoinForm) error {
	f := v.frame("")
	f.Title = form.Title(f)
	if status != http.StatusOK {
		f.Title = v.t.ErrorPrefix() + f.Title
	}
	return v.publicPage(status, f, form.Link.Name, views.Join(f, form))
}

func (v *visit) joinedPage(status int, joined views.Joined) error {
	f := v.frame("")
	f.Title = joined.Title(f)
	if status != http.StatusOK {
		f.Title = v.t.ErrorPrefix() + f.Title
	}
	return v.publicPage(status, f, joined.Company, views.JoinedPage(f, joined))
}

func (v *visit) openAgain() error {
	f := v.frame(v.t.OpenAgainTitle())
	return v.publicPage(http.StatusNotFound, f, "", views.OpenAgain(f))
}

// deadLink is the page of a link that does not work, with a way on. What is not about the
// link, such as a store that is away, is no such page.
func (v *visit) deadLink(ref string, shown commands.Link, err error, faults views.Faults) error {
	if !isDead(err) {
		return err
	}
	problem := httpkit.ProblemOf(err, "body").Towards(v.x)
	v.x.Note(problem)
	f := v.frame(v.t.DeadTitle(problem.Code, shown.Kind))
	return v.publicPage(problem.Status, f, shown.Name, views.Dead(f, views.DeadLink{
		Ref: ref, Code: problem.Code, Kind: shown.Kind, Company: shown.Name, Slug: shown.Slug, Offer: problem.Offer, Faults: faults,
	}))
}
