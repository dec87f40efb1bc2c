package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/swaggest/swgui/v5emb"

	"github.com/usher-engine/usher/adapters/httpkit"
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
	figures := Figures(a.Metrics, a.Logger)
	if a.MetricsElsewhere {
		figures = http.NotFoundHandler()
	}
	routes := map[string]http.HandlerFunc{
		"GET /healthz":      func(w http.ResponseWriter, _ *http.Request) { httpkit.Alive(w) },
		"GET /readyz":       a.ready,
		"GET /metrics":      figures.ServeHTTP,
		"GET /openapi.json": func(w http.ResponseWriter, _ *http.Request) { write(w, "application/openapi+json", document) },
		"GET /docs":         docsPage,
		"GET /docs/init.js": docsScript,
		"GET /docs/{asset}": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-cache") // they have an ETag
			assets.ServeHTTP(w, r)
		},
	}
	if a.Pages == nil {
		routes["GET /{$}"] = func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/docs", http.StatusSeeOther)
		}
		routes["GET /join/{token}"] = func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/v1/join/"+url.PathEscape(r.PathValue("token")), http.StatusSeeOther)
		}
	}
	for pattern, handler := range routes {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			httpkit.ExchangeOf(r.Context()).Route = pattern[len("GET "):]
			handler(w, r)
		})
	}
	return nil
}

// Figures returns the handler of the metrics, also for a listener of their own.
func Figures(metrics *prometheus.Registry, logger *slog.Logger) http.Handler {
	return promhttp.HandlerFor(metrics, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn)})
}

// ready is 503 while something keeps Usher from its work.
func (a *api) ready(w http.ResponseWriter, r *http.Request) {
	answer, status := httpkit.Readiness{Status: "ready", Stores: map[string]string{}}, http.StatusOK
	all, head := glimpse(r.Context(), a.Projectors)
	for _, one := range all {
		if one.Policy {
			answer.Policies = append(answer.Policies, stanceOf(one, head))
		} else {
			answer.Views = append(answer.Views, stanceOf(one, head))
		}
	}
	for name, err := range a.stores(r.Context()) {
		answer.Tell(name, err)
	}
	answer.TellAside(a.SetAside())
	x := httpkit.ExchangeOf(r.Context())
	if err := a.Ready(r.Context()); err != nil {
		x.Code, x.Fault = domain.Unavailable, err
		answer.Status, status = "not ready", http.StatusServiceUnavailable
	}
	answer.Write(w, x, status)
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
