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
//	people.go    /at/{account}/people: who has access; person.go, one of them
//	invited.go   /at/{account}/people/invited, and mistyped contacts
//	approvals.go /at/{account}/people/approvals
//	history.go   /at/{account}/history, and one event
//	downloads.go lists as CSV
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

		"GET /at/{account}/people":                           p.people,
		"GET /at/{account}/people/invited":                   p.invited,
		"POST /at/{account}/people/invited/resend":           p.resend,
		"POST /at/{account}/people/invited/revoke":           p.takeBack,
		"POST /at/{account}/people/invited/again":            p.inviteAgain,
		"GET /at/{account}/people/invited/resend":            p.toInvited,
		"GET /at/{account}/people/invited/revoke":            p.toInvited,
		"GET /at/{account}/people/invited/again":             p.toInvited,
		"GET /at/{account}/people/invited/{person}/correct":  p.correct,
		"POST /at/{account}/people/invited/{person}/correct": p.sendCorrect,
		"GET /at/{account}/people/approvals":                 p.approvals,
		"POST /at/{account}/people/approvals/approve":        p.approve,
		"POST /at/{account}/people/approvals/reject":         p.reject,
		"POST /at/{account}/people/approvals/proof":          p.sendProof,
		"GET /at/{account}/people/approvals/approve":         p.toApprovals,
		"GET /at/{account}/people/approvals/reject":          p.toApprovals,
		"GET /at/{account}/people/approvals/proof":           p.toApprovals,
		"GET /at/{account}/people/{person}":                  p.person,
		"POST /at/{account}/people/{person}/department":      p.move,
		"POST /at/{account}/people/{person}/title":           p.changeTitle,
		"POST /at/{account}/people/{person}/name":            p.changeName,
		"POST /at/{account}/people/{person}/role":            p.changeRole,
		"POST /at/{account}/people/{person}/login":           p.changeLogin,
		"POST /at/{account}/people/{person}/password-link":   p.sendPasswordLink,
		"POST /at/{account}/people/{person}/end-sessions":    p.endSessions,
		"GET /at/{account}/people/{person}/dismiss":          p.askDismiss,
		"POST /at/{account}/people/{person}/dismiss":         p.dismiss,
		"POST /at/{account}/people/{person}/rehire":          p.rehire,
		"POST /at/{account}/people/{person}/revoke":          p.takeTheirsBack,
		"GET /at/{account}/history":                          p.history,
		"GET /at/{account}/history/{event}":                  p.oneEvent,
	} {
		p.handle(mux, pattern, signedIn(handler))
	}
	p.registerDownloads(mux)
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
