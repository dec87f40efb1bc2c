package web

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// answer answers by a handler.
func (v *visit) answer(handler func(*visit) error) {
	if err := handler(v); err != nil {
		v.failed(err)
	}
}

// livePage is page for what follows views while somebody looks at it, and shows the log up
// to a position.
func (v *visit) livePage(title string, reflects domain.Position, content templ.Component, from ...projections.View) error {
	for _, view := range from {
		v.live = append(v.live, view.Name())
	}
	v.reflects = reflects
	return v.page(title, content)
}

// page answers with a page, or with what stands in it where script asks for that.
func (v *visit) page(title string, content templ.Component) error {
	return v.pageWith(http.StatusOK, title, content)
}

// pageWith answers with a page and a status.
func (v *visit) pageWith(status int, title string, content templ.Component) error {
	if v.isPartial() {
		return v.show(status, content)
	}
	return v.show(status, views.Page(v.frame(title), content))
}

// formPage answers with the page of a form, and with 422 where something is wrong with it,
// which its title then says, too.
func (v *visit) formPage(title string, faults views.Faults, content func(views.Frame) templ.Component) error {
	status := http.StatusOK
	if len(faults) > 0 {
		title, status = v.t.ErrorPrefix()+title, http.StatusUnprocessableEntity
	}
	return v.pageWith(status, title, content(v.frame(title)))
}

// show answers with a component as it is.
func (v *visit) show(status int, component templ.Component) error {
	header := v.w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Add("Vary", "HX-Request-Type, Accept-Language")
	header.Set("Content-Security-Policy", policy(v.nonce))
	v.w.WriteHeader(status)
	if v.Method == http.MethodHead {
		return nil
	}
	if err := component.Render(templ.WithNonce(v.Context(), v.nonce), v.w); err != nil && v.Context().Err() == nil {
		v.x.Fault = fmt.Errorf("web: render: %w", err) // what was written stays written
	}
	return nil
}

// policy lets a page load what this server has, run the scripts that bear its nonce, and
// nothing else.
func policy(nonce string) string {
	return "default-src 'none'; script-src 'nonce-" + nonce + "'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// frame is what stands around a page's content.
func (v *visit) frame(title string) views.Frame {
	f := views.Frame{Texts: v.t, Title: title, Path: v.URL.Path, Zone: v.zone, Late: v.late, Demo: v.Demo != nil, Plain: v.cookies.Plain}
	if len(v.live) > 0 {
		f.Live, f.Address, f.Reflects = v.live, v.withoutPosition(), v.reflects.String()
	}
	if v.isSignedIn() {
		f.Company, f.Slug, f.Role, f.Name = v.me.Company, v.me.Slug, v.me.Role, views.FullName(v.me.FirstName, v.me.LastName)
		f.ChosenTheme, f.ChosenZone, f.NoKeys = v.me.Preferences.Theme, v.me.Preferences.TimeZone, !v.me.Preferences.Shortcuts
		f.Permitted, f.Outbox = v.me.Permitted, v.Outbox != nil && v.me.May(commands.SeeOutbox)
	}
	return f
}

// withoutPosition is the address of the page as it is now, whatever was just done.
func (v *visit) withoutPosition() string {
	query := v.URL.Query()
	query.Del("position")
	return (&url.URL{Path: v.URL.Path, RawQuery: query.Encode()}).RequestURI()
}

// seeOther sends the browser to a path of our own.
func (v *visit) seeOther(path string) error {
	http.Redirect(v.w, v.Request, path, http.StatusSeeOther) //nolint:gosec // because what a request names is one of our paths: see ourPath
	return nil
}

// done sends the browser to the page that shows what was done at a position.
func (v *visit) done(path string, position domain.Position) error {
	to, err := url.Parse(path)
	if err != nil {
		return fmt.Errorf("web: %w", err)
	}
	query := to.Query()
	if !position.IsZero() {
		query.Set("position", position.String())
	}
	to.RawQuery = query.Encode()
	return v.seeOther(to.String())
}

// failed answers what went wrong. Who is signed out meanwhile signs in again.
func (v *visit) failed(err error) {
	problem := httpkit.ProblemOf(err, "body").Towards(v.x)
	if problem.Code == domain.NotSignedIn && !v.isPartial() {
		_ = v.toSignIn()
		return
	}
	v.trouble(problem)
}

// trouble answers with the page of a problem.
func (v *visit) trouble(problem *httpkit.Problem) {
	v.x.Note(problem)
	if after := problem.GetHeaders().Get("Retry-After"); after != "" {
		v.w.Header().Set("Retry-After", after)
	}
	trouble := views.Trouble{Title: v.titleOf(problem), Text: v.words(problem), Request: v.x.ID, Again: problem.Status >= http.StatusInternalServerError && v.Method == http.MethodGet}
	if problem.Status >= http.StatusInternalServerError && v.Method != http.MethodGet {
		trouble.Text = v.t.NothingChanged() + " " + trouble.Text
	}
	_ = v.pageWith(problem.Status, trouble.Title, views.Problem(v.frame(trouble.Title), trouble))
}

func (v *visit) titleOf(problem *httpkit.Problem) string {
	switch {
	case problem.Code == httpkit.CrossOrigin:
		return v.t.CrossOriginTitle()
	case problem.Code == domain.IdempotencyKeyReused:
		return v.t.SentBeforeTitle()
	case problem.Status == http.StatusNotFound:
		return v.t.NotFoundTitle()
	case problem.Status == http.StatusForbidden:
		return v.t.NotPermittedTitle()
	case problem.Status >= http.StatusInternalServerError:
		return v.t.TroubleTitle()
	}
	return v.t.ProblemTitle()
}

// words are why something was refused, for people.
func (v *visit) words(problem *httpkit.Problem) string {
	if problem.Code == httpkit.CrossOrigin {
		return v.t.CrossOriginText()
	}
	if problem.Code == domain.IdempotencyKeyReused {
		return v.t.SentBeforeText()
	}
	if problem.Status == http.StatusNotFound && problem.Detail == "" {
		return v.t.NotFoundText()
	}
	said := v.t.Refusal(problem.Code, problem.Detail)
	if problem.ClearsAt != nil {
		said += " " + v.t.Until(problem.ClearsAt.In(v.zone))
	}
	return said
}
