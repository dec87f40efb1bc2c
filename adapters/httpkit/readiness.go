package httpkit

import (
	"errors"
	"net/http"

	"github.com/go-json-experiment/json"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Readiness is whether Usher can do its work, with what views and policies say of
// themselves: names of events and places in the log, nothing personal.
type Readiness struct {
	Status string `json:"status"`

	Stores  map[string]string `json:"stores,omitempty"`  // StoreUp and so on
	Reasons map[string]string `json:"reasons,omitempty"` // of the stores that are not up

	Views    []Stance `json:"views"`
	Policies []Stance `json:"policies"`

	// SetAside is streams of which nothing counts any more: one person's, or one company's.
	// It keeps nobody else from anything.
	SetAside     []Aside `json:"set_aside,omitempty"`
	SetAsideMore int     `json:"set_aside_more,omitzero"` // how many are not shown
}

// Aside is a stream that is set aside, and why.
type Aside struct {
	Stream string `json:"stream"`
	Reason string `json:"reason"`
}

// mostAside is how many streams are shown at most.
const mostAside = 100

// TellAside says which streams are set aside.
func (r *Readiness) TellAside(all []journal.Aside) {
	for _, one := range all[:min(len(all), mostAside)] {
		r.SetAside = append(r.SetAside, Aside(one))
	}
	r.SetAsideMore = max(len(all)-mostAside, 0)
}

// What a store can be.
const (
	StoreUp      = "up"
	StoreAway    = "away"    // it does not answer, or fails
	StoreFull    = "full"    // it can be read, and has no space
	StoreLacking = "lacking" // keys that the log needs
	StoreBroken  = "broken"  // Usher must be started again
)

// Tell says of a store how it is. What exactly is wrong is for the log: it has
// paths and addresses.
func (r *Readiness) Tell(store string, err error) {
	if err == nil {
		r.Stores[store] = StoreUp
		return
	}
	if r.Reasons == nil {
		r.Reasons = map[string]string{}
	}
	refusal, refused := errors.AsType[*domain.Refusal](err)
	switch {
	case refused && refusal.Code == domain.KeysMissing:
		r.Stores[store], r.Reasons[store] = StoreLacking, refusal.Message
	case journal.Full(err):
		r.Stores[store], r.Reasons[store] = StoreFull, "it has no space, and can only be read until there is some"
	case journal.Broken(err):
		r.Stores[store], r.Reasons[store] = StoreBroken, "it takes no more writes: Usher ends, and has to be started again"
	default:
		r.Stores[store], r.Reasons[store] = StoreAway, "it does not answer, or not as it should; the log says why"
	}
}

// Stance is where a view or a policy stands.
type Stance struct {
	View     string `json:"view,omitzero"`
	Policy   string `json:"policy,omitzero"`
	Position string `json:"position"`
	Behind   uint64 `json:"behind"` // log positions
	Stalled  bool   `json:"stalled,omitzero"`
	Stopped  string `json:"stopped,omitzero"`
}

// Write answers with it.
func (r Readiness) Write(w http.ResponseWriter, x *Exchange, status int) {
	text, err := json.Marshal(r, json.Deterministic(true))
	if err != nil {
		WriteProblem(w, x, InternalProblem(err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

// Draining answers that Usher does its work, and that others are to take over.
func Draining(w http.ResponseWriter) {
	setHeaders(w.Header(), newRequestID())
	Readiness{Status: "draining"}.Write(w, &Exchange{}, http.StatusServiceUnavailable)
}

// Alive answers that the program runs, whatever it can do.
func Alive(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}
