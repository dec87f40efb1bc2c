package web

import (
	"net/http"
	"strings"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/web/assets"
	"github.com/usher-engine/usher/domain"
)

// Register adds the routes of all pages:
//
//	start.go     /, and the ways into a sample company
//	signing.go   /sign-in, /at/{account}/sign-out
//	gallery.go   /gallery
//	home.go      /at/{account}: Activity Stream and General chat
//	inviting.go  /at/{account}/invite/... and /at/{account}/batches/{batch}
//
// What they have in common: visit.go, how a page is entered; show.go, how it is answered;
// asking.go and sending.go, how it asks and what it sends.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET "+assets.Prefix, func(w http.ResponseWriter, r *http.Request) {
		httpkit.ExchangeOf(r.Context()).Route = assets.Prefix
		if !assets.Serve(w, r) {
			p.newVisit(w, r).trouble(httpkit.NewProblem(domain.NotFound, ""))
		}
	})
	for pattern, handler := range map[string]func(*visit) error{
		"GET /{$}":                    p.start,
		"GET /sign-in":                p.signIn,
		"POST /sign-in":               p.sendSignIn,
		"POST /demo/sign-in":          p.signInAs,
		"GET /gallery":                p.gallery,
		"GET /gallery/{page}/{state}": p.example,
	} {
		p.handle(mux, pattern, handler)
	}
	for pattern, handler := range map[string]func(*visit) error{
		"GET /at/{account}":           p.home,
		"POST /at/{account}/sign-out": p.signOut,
	} {
		p.handle(mux, pattern, signedIn(handler))
	}
	for pattern, handler := range p.invitingPages() {
		p.handle(mux, pattern, signedIn(handler))
	}
}

// handle answers what comes to a pattern by a handler.
func (p *Pages) handle(mux *http.ServeMux, pattern string, handler func(*visit) error) {
	_, route, _ := strings.Cut(pattern, " ")
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		v := p.newVisit(w, r)
		v.x.Route = route
		err := v.enter()
		if err == nil {
			err = p.attempts.Handle(r.Context(), v.x, v.PathValue("token"), func() { v.answer(handler) })
		}
		if err != nil {
			v.failed(err)
		}
	})
}
