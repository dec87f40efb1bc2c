package web

import (
	"net/http"
	"net/url"
)

// download is a list of the API, by what follows the account in its path, with the filters
// that it takes.
type download struct {
	path    string
	filters []string
}

func downloads() map[string]download {
	return map[string]download{
		"people.csv":           {"employees", []string{"search", "status", "role", "department", "sort"}},
		"people/invited.csv":   {"invited", []string{"search", "status", "sort"}},
		"people/approvals.csv": {"approvals", []string{"search", "sort"}},
		"history.csv":          {"history", []string{"person", "actor", "contact", "type", "from", "to"}},
	}
}

// registerDownloads adds the lists as CSV, for links: a browser does not say that it
// prefers CSV, and so these paths say it to the API.
func (p *Pages) registerDownloads(mux *http.ServeMux) {
	for page, of := range downloads() {
		p.handle(mux, "GET /at/{account}/"+page, signedIn(func(v *visit) error {
			query := url.Values{}
			for _, name := range of.filters {
				if value := v.URL.Query().Get(name); value != "" {
					query.Set(name, value)
				}
			}
			asked := v.Clone(v.Context())
			asked.URL = &url.URL{Path: "/v1/accounts/" + v.slug() + "/" + of.path, RawQuery: query.Encode()}
			asked.Header.Set("Accept", "text/csv")
			mux.ServeHTTP(v.w, asked)
			return nil
		}))
	}
}
