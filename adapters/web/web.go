package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/once"
	"github.com/usher-engine/usher/commands/turns"
	"github.com/usher-engine/usher/domain"
)

// Config is what the pages are made of. All of it is needed, except where said.
type Config struct {
	App *commands.App
	// Sources are what questions are answered from. Their WaitLimit is how long a page
	// waits for what was just done to show in a list.
	Sources *questions.Sources
	// Requests remembers which forms were sent.
	Requests commands.IdempotencyRecords
	// PublicURL is what links begin with, without a slash at the end.
	PublicURL string
	// TrustedProxies are whose word counts on where a request came from.
	TrustedProxies []netip.Prefix
	// HideNetworks keeps network addresses out of the log lines of failed log-ins.
	HideNetworks bool
	Logger       *slog.Logger
	// Outbox lists the messages that this server keeps; nil where it sends them.
	Outbox Outbox
	// Secrets fills the messages of the outbox.
	Secrets commands.Secrets
	// Settled returns once the policies have done what follows from the log up to a
	// position, so that the outbox can wait for messages; nil where it need not.
	Settled func(ctx context.Context, position domain.Position) error
	// Demo lets everybody sign in as people of a sample company; nil where there is none.
	Demo *Demo
}

// Outbox lists messages that were kept instead of sent.
type Outbox interface {
	// List returns an account's messages, the latest first, their secrets not filled in.
	// A cursor is the next of the page before, or empty.
	List(ctx context.Context, account domain.AccountID, cursor string, limit int) (messages []commands.Message, next string, err error)
}

// Demo is a sample company.
type Demo struct {
	Slug     string
	Password string
	// Logins are whom one can sign in as, by role.
	Logins []DemoLogin
}

// DemoLogin is somebody of a sample company.
type DemoLogin struct{ Role, Login string }

// Pages is the handlers of all pages.
type Pages struct {
	Config
	cookies  httpkit.Cookies
	once     *once.Once
	attempts httpkit.Attempts
	failures httpkit.Failures
	files    *turns.Of[struct{}] // of those who send files
}

// New returns the pages.
func New(config Config) *Pages {
	return &Pages{
		Config:   config,
		cookies:  CookiesOf(config.PublicURL, config.Demo != nil),
		once:     once.New(config.Requests, config.App.Now),
		attempts: httpkit.Attempts{Bound: config.App.Attempt, Genuine: config.App.Genuine},
		failures: httpkit.Failures{Pseudonym: config.App.Pseudonym, Logger: config.Logger, HideNetworks: config.HideNetworks},
		files:    turns.New[struct{}](filesAtOnce),
	}
}

// CookiesOf returns how cookies are kept by browsers that come by this URL. Of a sample
// company, by http from another machine, they are not protected; of any other, browsers keep
// none that came so: see KeepsSessions.
func CookiesOf(publicURL string, demo bool) httpkit.Cookies {
	return httpkit.Cookies{Plain: demo && !KeepsSessions(publicURL)}
}

// KeepsSessions reports whether browsers that come by this URL keep protected cookies:
// those of https, and of this machine.
func KeepsSessions(publicURL string) bool {
	public, err := url.Parse(publicURL)
	return err == nil && (public.Scheme == "https" || isLoopback(public.Hostname()))
}

// isLoopback reports whether browsers take the host's pages for secure though they come by
// http (W3C Secure Contexts, section 3.1).
func isLoopback(host string) bool {
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && address.IsLoopback()
}

// isPage reports whether a path is the pages', and not a program's.
func isPage(path string) bool {
	for _, prefix := range []string{"/v1/", "/docs", "/metrics", "/healthz", "/readyz", "/openapi.json"} {
		if strings.HasPrefix(path, prefix) {
			return false
		}
	}
	return true
}

// Problem answers with a page where the request was for one, and reports whether it was.
func (p *Pages) Problem(w http.ResponseWriter, r *http.Request, problem *httpkit.Problem) bool {
	if !isPage(r.URL.Path) {
		return false
	}
	if problem.Code == domain.NotFound { // whose words are for programs
		problem = httpkit.NewProblem(domain.NotFound, "")
	}
	p.newVisit(w, r).trouble(problem)
	return true
}
