package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/swaggest/swgui/v5emb"

	"github.com/usher-engine/usher/domain"
)

// registerEngineRoom adds the routes that are not of the API: for those who run
// Usher, and for those who want to read about it.
func (a *api) registerEngineRoom(mux *http.ServeMux) error {
	document, err := a.document()
	if err != nil {
		return err
	}
	assets := v5emb.New("Usher", "/openapi.json", "/docs/")
	figures := promhttp.HandlerFor(a.Metrics, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(a.Logger.Handler(), slog.LevelWarn)})
	for pattern, handler := range map[string]http.HandlerFunc{
		"GET /healthz":      func(w http.ResponseWriter, _ *http.Request) { write(w, "text/plain; charset=utf-8", []byte("ok\n")) },
		"GET /readyz":       a.ready,
		"GET /metrics":      figures.ServeHTTP,
		"GET /openapi.json": func(w http.ResponseWriter, _ *http.Request) { write(w, "application/openapi+json", document) },
		"GET /docs":         docsPage,
		"GET /docs/init.js": docsScript,
		"GET /docs/{asset}": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-cache") // they have an ETag
			assets.ServeHTTP(w, r)
		},
		"GET /{$}": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/docs", http.StatusSeeOther)
		},
		"GET /join/{token}": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/v1/join/"+url.PathEscape(r.PathValue("token")), http.StatusSeeOther)
		},
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			exchangeOf(r.Context()).route = pattern[len("GET "):]
			handler(w, r)
		})
	}
	return nil
}

type readiness struct {
	Status   string         `json:"status"`
	Views    []viewStanding `json:"views"`
	Policies []viewStanding `json:"policies"`

	Stores map[string]string `json:"stores,omitempty"` // "up" or "away"
}

type viewStanding struct {
	View     string `json:"view,omitzero"`
	Policy   string `json:"policy,omitzero"`
	Position string `json:"position"`
	Behind   uint64 `json:"behind"` // log positions
	Stalled  bool   `json:"stalled,omitzero"`
	Stopped  string `json:"stopped,omitzero"`
}

// ready is 503 while something keeps Usher from its work, with what views and
// policies say of themselves: names of events and places in the log, nothing
// personal.
func (a *api) ready(w http.ResponseWriter, r *http.Request) {
	answer, status := readiness{Status: "ready", Views: []viewStanding{}, Policies: []viewStanding{}}, http.StatusOK
	all, head := glimpse(r.Context(), a.Projectors)
	for _, one := range all {
		shown := viewStanding{Position: one.Position.String(), Behind: behind(head, one.Position), Stalled: !one.StalledSince.IsZero()}
		if one.Stopped != nil {
			shown.Stopped = one.Stopped.Error()
		}
		if one.Policy {
			shown.Policy = one.Name
			answer.Policies = append(answer.Policies, shown)
		} else {
			shown.View = one.Name
			answer.Views = append(answer.Views, shown)
		}
	}
	answer.Stores = map[string]string{}
	for name, err := range a.stores(r.Context()) {
		answer.Stores[name] = map[bool]string{true: "up", false: "away"}[err == nil]
	}
	if err := a.Ready(r.Context()); err != nil {
		x := exchangeOf(r.Context())
		x.code, x.fault = domain.Unavailable, err
		answer.Status, status = "not ready", http.StatusServiceUnavailable
	}
	writeReadiness(w, exchangeOf(r.Context()), status, answer)
}

func writeReadiness(w http.ResponseWriter, x *exchange, status int, answer readiness) {
	text, err := marshal(answer)
	if err != nil {
		writeProblem(w, x, ProblemOf(err, ""))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

// stores is what can be told now of what keeps something.
func (a *api) stores(ctx context.Context) map[string]error {
	if a.Stores == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, glance)
	defer cancel()
	return a.Stores(ctx)
}

func write(w http.ResponseWriter, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	_, _ = w.Write(body)
}

// docsPolicy lets the page load what this server has, and nothing else. Its
// styles are partly set on elements.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func docsPage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Security-Policy", docsPolicy)
	write(w, "text/html; charset=utf-8", []byte(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Usher API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png" sizes="32x32">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/init.js"></script>
</body>
</html>
`))
}

func docsScript(w http.ResponseWriter, _ *http.Request) {
	write(w, "text/javascript; charset=utf-8", []byte(`window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  persistAuthorization: false,
});
`))
}
