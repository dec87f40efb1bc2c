package engine

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/usher-engine/usher/adapters/composition"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/adapters/passwords"
	"github.com/usher-engine/usher/adapters/web"
	"github.com/usher-engine/usher/commands"
)

// Config is what an Usher is made with.
type Config struct {
	// Data is the folder of the vault, the read models and the embedded log. It
	// is made where it is not there, once the servers have answered.
	Data string
	// EventStore is where the log is: Embedded, or EventStoreDB's connection
	// string; empty for Embedded.
	EventStore string
	// EventStorePrefix is what the log's streams begin with in EventStoreDB; nil for
	// what they do, and for eventstoredb.DefaultPrefix where they are begun.
	EventStorePrefix *string
	// EventStoreACL gives each stream there rights before its first event.
	EventStoreACL bool
	// ReadModels is where the read models and the vault are: Embedded, for files
	// in Data, or PostgreSQL's connection string; empty for Embedded.
	ReadModels string
	// ReadModelsOwner is how the role connects to PostgreSQL that owns the tables;
	// empty where that is the role of ReadModels.
	ReadModelsOwner string
	// AcceptLostEvents lets a log that was restored from a backup be taken as it
	// is, although policies have handled events that it has no more.
	AcceptLostEvents bool
	// PublicURL is what links begin with, without a slash at the end.
	PublicURL     string
	OperatorToken string
	// Reserve is how many bytes of the disk of the data folder are kept for signing
	// in, when others have filled it; 0 for none.
	Reserve int64
	// KeepOutbox lets administrators read the messages.
	KeepOutbox bool
	// Demo lets everybody sign in as people of a sample company; nil where there is none.
	Demo          *web.Demo
	SessionLength time.Duration
	SessionIdle   time.Duration // zero for none
	// PrivilegedIdle is how long administrators and auditors stay signed in without doing
	// anything; zero for as long as anybody.
	PrivilegedIdle time.Duration
	// HideNetworks keeps network addresses out of the log lines of failed log-ins.
	HideNetworks bool
	// MetricsElsewhere leaves /metrics to Engine.Metrics, for a listener of its own.
	MetricsElsewhere bool
	// SMSPerDay is how many SMS all accounts together send at most within a day.
	SMSPerDay int
	// PolicyAttempts is how often, and PolicyPatience for how long at least, a
	// policy must have failed at an event to be stopped there; zero for the
	// defaults of messaging.Patience.
	PolicyAttempts int
	PolicyPatience time.Duration
	// Policies follow the log besides Usher's own.
	Policies []messaging.Policy
	// Streams is how many streams are open at once at most, and StreamsOfAccount how
	// many of one company; zero for the defaults of httpapi.Config.
	Streams, StreamsOfAccount int
	// CatchUp is how long a question waits that names no position; zero means
	// questions.CatchUp.
	CatchUp time.Duration
	// TrustedProxies are whose word counts on where a request came from.
	TrustedProxies []netip.Prefix
	Logger         *slog.Logger
	// Opening is told which store is opened next, which may have to be waited
	// for: event_log or read_models; nil for nobody.
	Opening func(store string)
	Now     func() time.Time
	// Random is where ids and sessions' tokens come from, and Keys where the
	// vault's secrets do.
	Random, Keys io.Reader
	// PasswordCost is how hard passwords are to guess; zero means the default.
	PasswordCost passwords.Cost
}

// Engine is a running Usher, with all that it stands on.
type Engine struct {
	*composition.Usher
	Handler http.Handler
	Metrics http.Handler
	Secrets commands.Secrets

	Log        journal.Log
	ReadModels ReadModels
	Outbox     *outbox.Outbox

	keys *pairing.Keys
	kept []*keptStore   // what health looks at
	stop []func() error // the last first
}

// Open starts everything. When it fails, what was started is stopped again.
func Open(ctx context.Context, config Config) (*Engine, error) {
	e := &Engine{}
	if err := e.open(ctx, config); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// Close stops what was started: first what makes work, last what keeps it.
func (e *Engine) Close() error {
	var errs []error
	for i := len(e.stop) - 1; i >= 0; i-- {
		errs = append(errs, e.stop[i]())
	}
	e.stop = nil
	return errors.Join(errs...)
}

func (e *Engine) closes(stop func() error) { e.stop = append(e.stop, stop) }
