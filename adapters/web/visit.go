package web

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/domain"
)

// visit is somebody at a page: one request, its answer, and what is known of who sent it.
type visit struct {
	*Pages
	*http.Request
	w  http.ResponseWriter
	x  *httpkit.Exchange
	t  texts.Texts
	me questions.Myself // nobody's where nobody is signed in in the account of the path
	// zone is the time zone that times are written in.
	zone *time.Location
	// nonce is which scripts the browser runs.
	nonce string
	// least is what the page must at least reflect: what was just done.
	least domain.Position
	// late says that the page does not reflect that yet.
	late bool
	// live names the views that the page follows, and reflects how much of the log it shows.
	live     []string
	reflects domain.Position
}

func (p *Pages) newVisit(w http.ResponseWriter, r *http.Request) *visit {
	x := httpkit.ExchangeOf(r.Context())
	x.Request, x.Network = r, httpkit.SourceOf(r, p.TrustedProxies)
	return &visit{
		Pages: p, Request: r, w: w, x: x, t: texts.Match(r.Header.Get("Accept-Language")), zone: time.UTC, nonce: rand.Text(),
	}
}

// enter finds the account of the path, who is signed in there, and reads the form.
func (v *visit) enter() error {
	if slug := v.PathValue("account"); slug != "" {
		id, err := v.App.AccountNamed(v.Context(), slug)
		if err != nil {
			return err
		}
		v.x.Account = id
	}
	if least, err := domain.ParsePosition(v.URL.Query().Get("position")); err == nil {
		v.least = least
	}
	if err := v.recognise(); err != nil {
		return err
	}
	return v.readForm()
}

// recognise finds out who is signed in. Who is not, or not any more, or in another
// account, is nobody.
func (v *visit) recognise() error {
	token := v.cookies.Session(v.Request)
	if token == "" {
		return nil
	}
	caller, err := v.App.Authenticate(v.Context(), token)
	switch {
	case domain.CodeOf(err) == domain.NotSignedIn:
		return nil
	case err != nil:
		return err
	case v.x.Account.IsZero():
		v.x.Account = caller.Account
	case v.x.Account != caller.Account:
		return nil
	}
	v.x.Caller, v.x.Token = caller, token
	me, err := questions.Ask(v.Context(), v.asker(), questions.Me(), nothing{})
	if domain.CodeOf(err) == domain.NotSignedIn {
		return nil
	}
	if err == nil {
		v.me = me
		v.serve()
	}
	return err
}

// nothing is the input of a question that has none.
type nothing struct{}

func (nothing) Least() (domain.Position, error) { return domain.Position{}, nil }
func (nothing) Query() (struct{}, error)        { return struct{}{}, nil }

// isSignedIn reports whether somebody is signed in in the account of the path.
func (v *visit) isSignedIn() bool { return !v.me.Person.IsZero() }

// signedIn is a handler for those who are signed in. All others sign in, and come back.
func signedIn(handler func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		if !v.isSignedIn() {
			return v.toSignIn()
		}
		if v.me.MustChangePassword && !strings.HasSuffix(v.URL.Path, "/sign-out") && !strings.HasSuffix(v.URL.Path, "/first-password") {
			return v.seeOther(v.at("first-password"))
		}
		return handler(v)
	}
}

func (v *visit) toSignIn() error {
	query := url.Values{"company": {v.PathValue("account")}}
	if v.Method == http.MethodGet {
		query.Set("next", v.URL.RequestURI())
	}
	if v.isPartial() {
		return domain.Refuse(domain.NotSignedIn, "sign in again")
	}
	return v.seeOther("/sign-in?" + query.Encode())
}

// at is the path of a page of the account, by what follows its name.
func (v *visit) at(parts ...string) string { return pathAt(v.slug(), parts...) }

// slug is the short name of the account of the path, or of who is signed in.
func (v *visit) slug() string {
	if slug := v.PathValue("account"); slug != "" {
		return slug
	}
	return v.me.Slug
}

func pathAt(slug string, parts ...string) string {
	path := "/at/" + url.PathEscape(slug)
	for _, part := range parts {
		path += "/" + url.PathEscape(part)
	}
	return path
}

// isPartial reports whether script asks for a part of a page. Back and Forward ask for the
// page, though they say that they are htmx, too.
func (v *visit) isPartial() bool { return v.Header.Get("HX-Request-Type") == "partial" }
