package httpkit

import (
	"net/http"
	"time"
)

// Cookies is how the pages keep what belongs to a browser. Their names begin with
// __Host-, so that nobody who has another name below the same domain, or stands between
// on plain http, can set them (RFC 6265bis, section 4.1.3.2).
type Cookies struct {
	// Plain is for a server that browsers reach by http, where they take no such
	// cookies but from themselves.
	Plain bool
}

const session = "usher"

// Session returns the session's token; empty where there is none.
func (c Cookies) Session(r *http.Request) string { return c.Read(r, session) }

// KeepSession keeps a session's token until the browser is closed, or the session ends.
func (c Cookies) KeepSession(w http.ResponseWriter, token string) { c.Keep(w, session, token, 0) }

// DropSession forgets the session's token.
func (c Cookies) DropSession(w http.ResponseWriter) { c.Drop(w, session) }

// Read returns what is kept under a name; empty where nothing is.
func (c Cookies) Read(r *http.Request, name string) string {
	found := r.CookiesNamed(c.name(name))
	if len(found) != 1 { // of several, none is ours
		return ""
	}
	return found[0].Value
}

// Keep keeps a value for a time; zero is until the browser is closed.
func (c Cookies) Keep(w http.ResponseWriter, name, value string, lasts time.Duration) {
	c.set(w, name, value, int(lasts/time.Second))
}

// Drop forgets what is kept under a name.
func (c Cookies) Drop(w http.ResponseWriter, name string) { c.set(w, name, "", -1) }

func (c Cookies) set(w http.ResponseWriter, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // because Secure is left out for a sample company by http alone
		Name: c.name(name), Value: value, Path: "/", MaxAge: seconds, Secure: !c.Plain, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func (c Cookies) name(name string) string {
	if c.Plain {
		return name
	}
	return "__Host-" + name
}
