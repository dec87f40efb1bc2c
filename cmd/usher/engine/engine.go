package engine

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/adapters/passwords"
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
	// KeepOutbox lets administrators read the messages.
	KeepOutbox    bool
	SessionLength time.Duration
	SessionIdle   time.Duration // zero for none
	// SMSPerDay is how many SMS all accounts together send at most within a day.
	SMSPerDay int
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

// Engine is a running Usher.
type Engine struct {
	App     *commands.App
	Handler http.Handler
	Secrets commands.Secrets

	Log        journal.Log
	ReadModels ReadModels
	Projectors *messaging.Projectors
	Policies   *messaging.Policies
	Outbox     *outbox.Outbox
	alarm      alarm

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
