package webtest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/usher-engine/usher/adapters/httpapi"
	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web"
)

// Start starts an Usher with pages that is stopped at the test's end. Companies are
// founded, and people hired, as in tests of the API.
func Start(t testing.TB, options httpapitest.Options) *httpapitest.Usher {
	t.Helper()
	options.Pages = func(config httpapi.Config) httpapi.Pages {
		return web.New(web.Config{
			Outbox: config.Outbox, Secrets: config.Secrets, Settled: config.Settled,
			App: config.App, Requests: config.Requests, PublicURL: config.PublicURL, TrustedProxies: config.TrustedProxies, Logger: config.Logger,
			Sources: &questions.Sources{
				App: config.App, Reader: config.Reader, Views: config.Projectors, Events: config.History, Now: config.Now, WaitLimit: config.WaitLimit, CatchUp: config.CatchUp,
				SetAside: config.SetAside,
			},
		})
	}
	return httpapitest.Start(t, options)
}

// Browser visits pages, and keeps its cookies.
type Browser struct {
	usher  *httpapitest.Usher
	client *http.Client
	wire   *http.Transport
	header http.Header
	// Went is every address that was asked for, redirects included, the newest last.
	Went []string
}

// NewBrowser returns a browser that was nowhere yet. It reaches the Usher by its public URL.
func NewBrowser(t testing.TB, usher *httpapitest.Usher) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	b := &Browser{usher: usher, wire: &http.Transport{}, header: http.Header{"Accept-Language": {"en"}}}
	b.client = &http.Client{Jar: jar, Transport: b}
	t.Cleanup(b.wire.CloseIdleConnections)
	return b
}

// With sets a header that the browser sends from now on.
func (b *Browser) With(name, value string) *Browser {
	b.header.Set(name, value)
	return b
}

// From puts the browser at a network address.
func (b *Browser) From(address string) *Browser { return b.With("X-Forwarded-For", address) }

// RoundTrip is for http.Client: it takes the public URL to where the Usher really is.
func (b *Browser) RoundTrip(request *http.Request) (*http.Response, error) {
	b.Went = append(b.Went, request.URL.RequestURI())
	there := request.Clone(request.Context())
	server, err := url.Parse(b.usher.URL)
	if err != nil {
		return nil, err
	}
	there.Host, there.URL.Scheme, there.URL.Host = request.URL.Host, server.Scheme, server.Host
	for name, values := range b.header {
		there.Header[name] = values
	}
	if request.Method != http.MethodGet {
		there.Header.Set("Origin", httpapitest.PublicURL)
		there.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	response, err := b.wire.RoundTrip(there)
	if response != nil {
		response.Request = request
	}
	return response, err
}

// Open opens an address: a path, or a link of ours as it stands in a message.
func (b *Browser) Open(t testing.TB, address string) Page {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.absolute(address), http.NoBody)
	require.NoError(t, err)
	return b.do(t, request)
}

// Post sends a form's values to a path, as if there were such a form.
func (b *Browser) Post(t testing.TB, path string, values url.Values) Page {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.absolute(path), strings.NewReader(values.Encode()))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(t, request)
}

// SignIn signs in by the page for that, and returns where that led.
func (b *Browser) SignIn(t testing.TB, slug, login, password string) Page {
	t.Helper()
	form := b.Open(t, "/sign-in?company="+url.QueryEscape(slug)).Form(t, "/sign-in")
	return form.Fill("login", login).Fill("password", password).Send(t)
}

// Cookies returns what the browser keeps, by name.
func (b *Browser) Cookies() map[string]string {
	kept := map[string]string{}
	public, _ := url.Parse(httpapitest.PublicURL) // which is a constant
	for _, one := range b.client.Jar.Cookies(public) {
		kept[one.Name] = one.Value
	}
	return kept
}

func (b *Browser) absolute(address string) string {
	if strings.HasPrefix(address, "/") {
		return httpapitest.PublicURL + address
	}
	return address
}

func (b *Browser) do(t testing.TB, request *http.Request) Page {
	t.Helper()
	response, err := b.client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close() //nolint:errcheck // because everything was read
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	root, err := html.Parse(strings.NewReader(string(body)))
	require.NoError(t, err)
	return Page{Status: response.StatusCode, URL: response.Request.URL, Header: response.Header, Body: string(body), browser: b, root: root}
}
