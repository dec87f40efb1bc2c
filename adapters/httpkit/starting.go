package httpkit

import (
	"net/http"
	"sync"

	"github.com/usher-engine/usher/domain"
)

// Starting answers in place of the routes while Usher opens its stores, which it
// may have to wait for: it lives, is not ready, and can do nothing yet.
type Starting struct {
	// Page answers people meanwhile, and reports whether the request was theirs; nil where
	// nobody does.
	Page func(w http.ResponseWriter, r *http.Request) bool

	mu      sync.Mutex
	opening string   // the store that has not answered yet
	open    []string // those that have
}

// Opens says that the stores so far are open, and which is next.
func (s *Starting) Opens(store string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opening != "" {
		s.open = append(s.open, s.opening)
	}
	s.opening = store
}

func (s *Starting) stores() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	stores := map[string]string{}
	for _, store := range s.open {
		stores[store] = "up"
	}
	if s.opening != "" {
		stores[s.opening] = "away"
	}
	return stores
}

func (s *Starting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setHeaders(w.Header(), newRequestID())
	switch r.URL.Path {
	case "/healthz":
		Alive(w)
	case "/readyz":
		Readiness{Status: "not ready", Stores: s.stores()}.Write(w, &Exchange{}, http.StatusServiceUnavailable)
	default:
		if s.Page != nil && s.Page(w, r) {
			return
		}
		WriteProblem(w, &Exchange{}, NewProblem(domain.Unavailable, "Usher is starting, and waits for what it keeps its data in; try again in a moment"))
	}
}
