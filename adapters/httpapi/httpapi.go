package httpapi

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/questions/changes"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/once"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Config is what the API is made of. All of it is needed, except where said.
type Config struct {
	App        *commands.App
	Reader     projections.Reader
	Projectors Projectors
	History    HistoryCodec
	// Requests remembers what was sent with an idempotency key.
	Requests commands.IdempotencyRecords
	// Secrets fills the messages of the outbox.
	Secrets commands.Secrets
	// Outbox lists the messages that this server keeps; nil where it sends them.
	Outbox Outbox
	// Settled returns once the policies have done what follows from the log up
	// to a position, so that the outbox can wait for messages; nil where it need not.
	Settled func(ctx context.Context, position domain.Position) error

	// OperatorToken lets its bearer found accounts and change plans.
	OperatorToken string
	// PublicURL is what links begin with, without a slash at the end. Nothing
	// that a request says about its host is ever used.
	PublicURL string

	// Pages is the face for people, beside these routes; nil where there is none.
	Pages Pages
	// Cookies is where a page's session is found that asks something here.
	Cookies httpkit.Cookies

	// TrustedProxies are whose word counts on where a request came from.
	TrustedProxies []netip.Prefix
	// HideNetworks keeps network addresses out of the log lines of failed log-ins.
	HideNetworks bool
	// MetricsElsewhere leaves /metrics to a listener of its own; see Figures.
	MetricsElsewhere bool

	Logger  *slog.Logger
	Metrics *prometheus.Registry
	// Ready says why no commands can be taken, and nil where they can.
	Ready func(context.Context) error
	// Stores says of each place that keeps something why it does not answer, and
	// nil where it does; nil where nobody can tell.
	Stores func(context.Context) map[string]error
	// SetAside says of which streams nothing counts from some event on, and why.
	SetAside questions.SetAside
	Now      func() time.Time

	// Streams is how many streams are open at once at most, and StreamsOfAccount how
	// many of one account; zero means 10,000 and 2,000.
	Streams, StreamsOfAccount int

	// RowsAtOnce is how many rows of a CSV are read at a time; zero means as many as
	// the largest page has.
	RowsAtOnce int

	// WaitLimit is how long a question waits for a position; zero means 5 s. CatchUp is how
	// long one waits that names none; zero means questions.CatchUp.
	WaitLimit, CatchUp time.Duration
}

// Projectors is what moves the views on, and the policies.
type Projectors interface {
	// Wait returns once the view of this name reflects the position, or with an
	// error when ctx ends or the view has stopped.
	Wait(ctx context.Context, view string, position domain.Position) error
	// Standings returns how far each view has come, and then each policy. Together
	// with an error it is what is known all the same.
	Standings(ctx context.Context) ([]messaging.Standing, error)
	// Moved returns what is closed when a view has moved on from where it stands now.
	Moved(view string) <-chan struct{}
	// Head returns the end of the log, to compare with.
	Head(ctx context.Context) (domain.Position, error)

	// Rebuild fills a view anew, to serve when it has caught up; Verify does so
	// to be compared with what serves. Both take at most throttle events a
	// second, or any number where that is 0.
	Rebuild(ctx context.Context, view string, throttle int) (projections.Edition, error)
	Verify(ctx context.Context, view string, throttle int) (projections.Edition, error)
	// Back lets an edition of the current version serve that has served before.
	Back(ctx context.Context, view string, number int) error
	// Drop deletes an edition that nobody needs.
	Drop(ctx context.Context, edition projections.Edition) error
}

// Pages is the face for people.
type Pages interface {
	httpkit.Pages
	// Register adds the pages' routes.
	Register(mux *http.ServeMux)
}

// HistoryCodec reads events as they are stored.
type HistoryCodec interface {
	questions.Decoder
}

// Outbox lists messages that were kept instead of sent.
type Outbox interface {
	// List returns an account's messages, the latest first, their secrets not filled
	// in. A cursor is the next of the page before, or empty; one that was not
	// given out is refused with domain.InvalidCursor.
	List(ctx context.Context, account domain.AccountID, cursor string, limit int) (messages []commands.Message, next string, err error)
}

const defaultWaitLimit = 5 * time.Second

// api is what all routes share.
type api struct {
	Config
	huma            huma.API
	routes          map[string]route // by operation id
	sources         *questions.Sources
	once            *once.Once
	attempts        httpkit.Attempts
	operatorGuesses *guesses
	metrics         *httpkit.Metrics
	failures        httpkit.Failures
	streams         *streams
	changes         *changes.Watcher
	bulks           bulks
}

// New returns the handler of all routes. It does its own logging and measuring, and
// sets no timeouts: those are the server's.
func New(config Config) (http.Handler, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	if config.WaitLimit == 0 {
		config.WaitLimit = defaultWaitLimit
	}
	config.RowsAtOnce = cmp.Or(config.RowsAtOnce, projections.MaxLimit)
	config.Streams, config.StreamsOfAccount = cmp.Or(config.Streams, defaultStreams), cmp.Or(config.StreamsOfAccount, defaultStreamsOfAccount)
	if config.Settled == nil {
		config.Settled = func(context.Context, domain.Position) error { return nil }
	}
	a := newAPI(config)
	var err error
	if a.metrics, err = httpkit.NewMetrics(config.Metrics); err != nil {
		return nil, err
	}
	if err := registerFigures(config.Metrics, config.Projectors, a.stores, config.SetAside); err != nil {
		return nil, err
	}
	if a.streams, err = newStreams(a); err != nil {
		return nil, err
	}
	a.changes = changes.New(a.sources, config.Projectors.Moved, a.streams.asked.Inc)
	mux := http.NewServeMux()
	a.huma = huma.NewAPI(a.humaConfig(), &adapter{ServeMux: mux, api: a})
	a.register()
	if err := a.registerEngineRoom(mux); err != nil {
		return nil, err
	}
	if config.Pages != nil {
		config.Pages.Register(mux)
	}
	return httpkit.Frame{PublicURL: config.PublicURL, Logger: config.Logger, Metrics: a.metrics, Pages: config.Pages}.Around(httpkit.Routed(mux, config.Pages))
}

func newAPI(config Config) *api {
	return &api{
		Config: config, routes: map[string]route{},
		sources: &questions.Sources{
			App: config.App, Reader: config.Reader, Views: config.Projectors, Events: config.History, Now: config.Now,
			WaitLimit: config.WaitLimit, CatchUp: config.CatchUp,
			SetAside: config.SetAside,
		},
		once:            once.New(config.Requests, config.Now),
		bulks:           newBulks(),
		operatorGuesses: newGuesses(),
		attempts:        httpkit.Attempts{Bound: config.App.Attempt, Genuine: config.App.Genuine},
		failures:        httpkit.Failures{Pseudonym: config.App.Pseudonym, Logger: config.Logger, HideNetworks: config.HideNetworks},
	}
}

// register is the table of contents of /v1:
//
//	accounts.go        found-account
//	companies.go       accounts, close-account, open-account
//	sessions.go        log-in, log-out, me, sessions, end-session, end-other-sessions,
//	                   end-sessions-of, change-password
//	naming.go          change-name, change-name-of
//	preferences.go     change-preferences
//	login.go           change-login, change-login-of
//	forgotten.go       forgot-password, reset-password, send-password-link
//	tokens.go          api-tokens, make-api-token, revoke-api-token
//	settings.go        settings, change-company, change-inviting, change-registration,
//	                   change-passwords, change-plan
//	limits.go          change-limits
//	joinlink.go        join-link, limit-join-link, rotate-join-link, disable-join-link,
//	                   enable-join-link
//	join.go            show-link, note-opened, use-link
//	invitations.go     invite-by-sms, invite-by-email, invited
//	invitees.go        resend-invitation, revoke-invitation, correct-invitation,
//	                   revoke-batch, revoke-invitations-of, change-invitation-days,
//	                   decline-link, ask-for-proof, ask-for-link
//	imports.go         import-people
//	batches.go         batch, batch-stream, stop-batch
//	employees.go       register-directly, employees, employee
//	employment.go      move-employee, change-job-title, change-role, dismiss-employee,
//	                   rehire-employee
//	approvals.go       approvals, approve, send-proof, reject
//	approvalsbulk.go   approve-many, reject-many
//	structure.go       structure, structure-levels, create-department, create-workgroup
//	departments.go     rename-department, move-department, change-head,
//	                   delete-department, rename-workgroup, archive-workgroup,
//	                   restore-workgroup, join-workgroup, leave-workgroup
//	activity.go        activity, chat, activity-stream (which stream.go answers)
//	funnel.go          funnel
//	changes.go         changes
//	counts.go          counts
//	history.go         history, event
//	why.go             why
//	lineage.go         lineage, lineage-of
//	outbox.go          outbox
//	operations.go      projections, rebuild-projection, verify-projection,
//	                   serve-edition, drop-edition, skip-event (operationscommands.go)
//
// What they have in common: route.go, how a route is described and entered;
// command.go, bulk.go and idempotency.go, what changes something; question.go, what
// reads; cursors.go, where a list goes on, and csv.go, which gives it whole; later.go, what is
// waited for; callers.go, inputs.go, moments.go,
// strictjson.go, strictstream.go and pasted.go, what comes in; openapi.go, the document.
// Outside of /v1 is engineroom.go, with standing.go and figures.go.
func (a *api) register() {
	a.accountRoutes()
	a.companyRoutes()
	a.sessionRoutes()
	a.loginRoutes()
	a.namingRoutes()
	a.preferenceRoutes()
	a.forgottenRoutes()
	a.tokenRoutes()
	a.settingsRoutes()
	a.limitRoutes()
	a.joinLinkRoutes()
	a.joinRoutes()
	a.invitationRoutes()
	a.importRoutes()
	a.inviteeRoutes()
	a.batchRoutes()
	a.employeeRoutes()
	a.employmentRoutes()
	a.approvalRoutes()
	a.bulkApprovalRoutes()
	a.structureRoutes()
	a.departmentRoutes()
	a.activityRoutes()
	a.funnelRoutes()
	a.changesRoute()
	a.countsRoute()
	a.historyRoutes()
	a.whyRoutes()
	a.lineageRoutes()
	a.outboxRoutes()
	a.operationsRoutes()
	a.documentFilters()
}

func (c Config) validate() error {
	var missing []string
	for name, there := range map[string]bool{
		"App": c.App != nil, "Reader": c.Reader != nil, "Projectors": c.Projectors != nil, "History": c.History != nil, "Requests": c.Requests != nil,
		"Secrets": c.Secrets.Keyring != nil, "OperatorToken": c.OperatorToken != "", "PublicURL": c.PublicURL != "",
		"Logger": c.Logger != nil, "Metrics": c.Metrics != nil, "Ready": c.Ready != nil, "SetAside": c.SetAside != nil, "Now": c.Now != nil,
	} {
		if !there {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return errors.New("httpapi: the configuration lacks " + strings.Join(missing, ", "))
	}
	return nil
}
