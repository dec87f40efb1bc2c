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
//	join.go      /join/{token} and what is asked of a link; keeping.go, what a browser keeps of it
//	forgotten.go /forgotten, /reset
//	me.go        /at/{account}/me, .../first-password; mytokens.go, API tokens; preferences.go
//	gallery.go   /gallery
//	home.go      /at/{account}: Activity Stream and General chat
//	structure.go, structureforms.go, workgroups.go
//	             /at/{account}/structure, /workgroups: who stands where
//	settings.go  /at/{account}/settings: what the company is set to
//	outbox.go    /at/{account}/outbox: messages that were kept instead of sent
//	inviting.go  /at/{account}/invite/... and /at/{account}/batches/{batch}
//	people.go    /at/{account}/people: who has access; person.go, one of them
//	invited.go   /at/{account}/people/invited, and mistyped contacts
//	approvals.go /at/{account}/people/approvals
//	history.go   /at/{account}/history, and one event
//	funnel.go    /at/{account}/funnel: how far people get
//	downloads.go lists as CSV
//
// What they have in common: visit.go, how a page is entered; show.go, how it is answered;
// asking.go and sending.go, how it asks and what it sends.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET "+assets.Prefix, func(w http.ResponseWriter, r *http.Request) {
		httpkit.ExchangeOf(r.Context()).Route = assets.Prefix
		if !assets.Serve(w, r) {
			p.newVisit(w, r).trouble(httpkit.NewProblem(domain.NotFound, "")) //nolint:contextcheck // because a visit has its request, and so its context
		}
	})
	for pattern, handler := range map[string]func(*visit) error{
		"GET /{$}":                    p.start,
		"GET /sign-in":                p.signIn,
		"POST /sign-in":               p.sendSignIn,
		"POST /demo/sign-in":          p.signInAs,
		"GET /join/{token}":           p.link,
		"POST /join/{token}":          p.useLink,
		"POST /join/{token}/decline":  p.declineLink,
		"POST /join/{token}/ask":      p.askForLink,
		"POST /join/{token}/proof":    p.askForProof,
		"GET /forgotten":              p.forgotten,
		"POST /forgotten":             p.sendForgotten,
		"GET /reset":                  p.reset,
		"POST /reset":                 p.sendReset,
		"GET /gallery":                p.gallery,
		"GET /gallery/{page}/{state}": p.example,
	} {
		p.handle(mux, pattern, handler)
	}
	for pattern, handler := range map[string]func(*visit) error{
		"GET /at/{account}":           p.home,
		"POST /at/{account}/sign-out": p.signOut,

		"GET /at/{account}/first-password":             p.firstPassword,
		"POST /at/{account}/first-password":            p.chooseFirstPassword,
		"GET /at/{account}/me":                         p.myself,
		"GET /at/{account}/me/preferences":             p.myPreferences,
		"POST /at/{account}/me/preferences":            p.changeMyPreferences,
		"GET /at/{account}/me/name":                    p.myName,
		"POST /at/{account}/me/name":                   p.changeMyName,
		"GET /at/{account}/me/login":                   p.myLogin,
		"POST /at/{account}/me/login":                  p.changeMyLogin,
		"GET /at/{account}/me/password":                p.myPassword,
		"POST /at/{account}/me/password":               p.changeMyPassword,
		"POST /at/{account}/me/sessions/others":        p.endMyOtherSessions,
		"POST /at/{account}/me/sessions/{session}/end": p.endMySession,
		"GET /at/{account}/me/tokens":                  p.myToken,
		"POST /at/{account}/me/tokens":                 p.makeMyToken,
		"POST /at/{account}/me/tokens/{id}/revoke":     p.revokeMyToken,
	} {
		p.handle(mux, pattern, signedIn(handler))
	}
	p.handleSignedIn(mux, p.peopleRoutes())
	p.registerDownloads(mux)
	p.handleSignedIn(mux, p.structureRoutes())
	p.handleSignedIn(mux, p.settingsRoutes())
	p.handleSignedIn(mux, p.invitingPages())
	p.handleSignedIn(mux, map[string]func(*visit) error{"GET /at/{account}/outbox": p.outbox, "GET /at/{account}/funnel": p.funnel})
}

// handleSignedIn answers what comes to patterns, for those who are signed in.
func (p *Pages) handleSignedIn(mux *http.ServeMux, routes map[string]func(*visit) error) {
	for pattern, handler := range routes {
		p.handle(mux, pattern, signedIn(handler))
	}
}

// handle answers what comes to a pattern by a handler.
func (p *Pages) handle(mux *http.ServeMux, pattern string, handler func(*visit) error) {
	_, route, _ := strings.Cut(pattern, " ")
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		v := p.newVisit(w, r)
		v.x.Route = route
		err := v.enter() //nolint:contextcheck // because a visit has its request, and so its context
		if err == nil {
			err = p.attempts.Handle(r.Context(), v.x, v.linkToken(), func() { v.answer(handler) }) //nolint:contextcheck // because a visit has its request, and so its context
		}
		if err != nil {
			v.failed(err) //nolint:contextcheck // because a visit has its request, and so its context
		}
	})
}
