package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Config is what the API is made of. All of it is needed, except where said.
type Config struct {
	App        *commands.App
	Reader     projections.Reader
	Projectors Projectors
	History    HistoryCodec
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

	// TrustedProxies are whose word counts on where a request came from.
	TrustedProxies []netip.Prefix

	Logger  *slog.Logger
	Metrics *prometheus.Registry
	// Ready says why no commands can be taken, and nil where they can.
	Ready func(context.Context) error
	// Stores says of each place that keeps something why it does not answer, and
	// nil where it does; nil where nobody can tell.
	Stores func(context.Context) map[string]error
	Now    func() time.Time

	// WaitLimit is how long a question waits for a position; zero means 5 s.
	WaitLimit time.Duration
}

// Projectors is what moves the views on, and the policies.
type Projectors interface {
	// Wait returns once the view of this name reflects the position, or with an
	// error when ctx ends or the view has stopped.
	Wait(ctx context.Context, view string, position domain.Position) error
	// Standings is how far each view has come, and then each policy. Together
	// with an error it is what is known all the same.
	Standings(ctx context.Context) ([]Standing, error)
	// Head is the end of the log, to compare with.
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

// Standing is how far a view or a policy has come.
type Standing struct {
	Name     string
	Policy   bool // and not a view
	Version  int  // of a view
	Position domain.Position
	// BehindSince is when the end of the log was seen that it has not reached
	// yet, as far as anybody has looked; zero where it reflects all.
	BehindSince time.Time
	// StalledSince is since when it has not moved although it is behind; zero
	// where it moves.
	StalledSince time.Time
	// Stopped is the event that it cannot take; nil while it goes on.
	Stopped *projections.Poison
	// Failing says that something else keeps it from going on for now.
	Failing bool
	// Editions are a view's, of all versions.
	Editions []projections.Edition
}

// HistoryCodec reads events as they are stored.
type HistoryCodec interface {
	Decode(ctx context.Context, records []journal.Record) ([]domain.Recorded, error)
	// Render is an event's payload for people, its personal part in clear.
	Render(event domain.Recorded) ([]byte, error)
}

// Outbox lists messages that were kept instead of sent.
type Outbox interface {
	// List is an account's messages, the latest first, their secrets not filled
	// in. A cursor is the next of the page before, or empty; one that was not
	// given out is refused with domain.InvalidCursor.
	List(ctx context.Context, account domain.AccountID, cursor string, limit int) (messages []commands.Message, next string, err error)
}

const defaultWaitLimit = 5 * time.Second

// api is what all routes share.
type api struct {
	Config
	huma     huma.API
	routes   map[string]route // by operation id
	metrics  *metrics
	watching *watching
}

// New is the handler of all routes. It does its own logging and measuring, and
// sets no timeouts: those are the server's.
func New(config Config) (http.Handler, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	if config.WaitLimit == 0 {
		config.WaitLimit = defaultWaitLimit
	}
	if config.Settled == nil {
		config.Settled = func(context.Context, domain.Position) error { return nil }
	}
	a := &api{Config: config, routes: map[string]route{}, watching: &watching{open: map[domain.PersonID]int{}}}
	var err error
	if a.metrics, err = newMetrics(config.Metrics, config.Projectors, a.stores); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	a.huma = huma.NewAPI(a.humaConfig(), &adapter{ServeMux: mux, api: a})
	a.register()
	if err := a.registerEngineRoom(mux); err != nil {
		return nil, err
	}
	return a.wrap(mux)
}

// register is the table of contents of /v1.
func (a *api) register() {
	a.accountRoutes()
	a.sessionRoutes()
	a.loginRoutes()
	a.forgottenRoutes()
	a.tokenRoutes()
	a.settingsRoutes()
	a.limitRoutes()
	a.joinLinkRoutes()
	a.joinRoutes()
	a.invitationRoutes()
	a.inviteeRoutes()
	a.batchRoutes()
	a.employeeRoutes()
	a.employmentRoutes()
	a.approvalRoutes()
	a.bulkApprovalRoutes()
	a.structureRoutes()
	a.departmentRoutes()
	a.activityRoutes()
	a.historyRoutes()
	a.whyRoutes()
	a.lineageRoutes()
	a.outboxRoutes()
	a.operationsRoutes()
}

func (c Config) validate() error {
	var missing []string
	for name, there := range map[string]bool{
		"App": c.App != nil, "Reader": c.Reader != nil, "Projectors": c.Projectors != nil, "History": c.History != nil,
		"Secrets": c.Secrets.Keyring != nil, "OperatorToken": c.OperatorToken != "", "PublicURL": c.PublicURL != "",
		"Logger": c.Logger != nil, "Metrics": c.Metrics != nil, "Ready": c.Ready != nil, "Now": c.Now != nil,
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
