package web

import (
	"crypto/rand"
	"net/http"

	"github.com/usher-engine/usher/adapters/web/assets"
	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/adapters/web/views"
)

// Starting answers people while Usher starts with a page that looks again by itself, and
// reports whether the request was theirs.
func Starting(w http.ResponseWriter, r *http.Request) bool {
	if !isPage(r.URL.Path) {
		return false
	}
	if assets.Serve(w, r) {
		return true
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", policy(rand.Text()))
	header.Set("Retry-After", "2")
	if r.Method == http.MethodGet { // what was sent is not sent again by itself
		header.Set("Refresh", "2")
	}
	w.WriteHeader(http.StatusServiceUnavailable)
	t := texts.Match(r.Header.Get("Accept-Language"))
	frame := views.Frame{Texts: t, Title: t.StartingTitle(), Path: r.URL.Path}
	_ = views.Page(frame, views.Starting(frame)).Render(r.Context(), w) // whoever left does not see it
	return true
}
