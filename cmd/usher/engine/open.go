package engine

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/usher-engine/usher/adapters/composition"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/httpapi"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/telemetry"
	"github.com/usher-engine/usher/adapters/web"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/execution"
)

// open makes the parts, each from those before it.
func (e *Engine) open(ctx context.Context, config Config) error {
	unanswered, metrics := newAlarm(config.Logger), prometheus.NewRegistry()
	metrics.MustRegister(unanswered, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	observe, err := e.telemetry(ctx, config.Logger, metrics)
	if err != nil {
		return err
	}
	log, stores, err := e.openBoth(ctx, config)
	if err != nil {
		return err
	}
	vault := stores.vault
	e.ReadModels = stores.models
	checkpoints, err := pairing.Join(ctx, pairing.Parts{
		Log: log, Name: nameOf(config.EventStore), Embedded: IsEmbedded(config.EventStore), Vault: vault, Models: e.ReadModels,
		AcceptLostEvents: config.AcceptLostEvents, Logger: config.Logger,
	})
	if err != nil {
		return err
	}
	if _, err := vault.Installation(ctx); err != nil { // which is made here at the latest, on each kind of log
		return err
	}
	base, err := composition.NewBase(log, vault, config.PasswordCost)
	if err != nil {
		return err
	}
	e.keys = checkpoints.Keys(base.Events)
	if err := e.keys.Watch(ctx); err != nil {
		return err
	}
	base.Store, base.Vault = e.keys.Store(base.Store), e.keys.Vault(base.Vault)
	e.Log, e.Outbox = log, outbox.New(vault)
	e.Secrets = commands.Secrets{Keyring: vault, LinkBase: config.PublicURL + "/join/"}
	e.Usher, err = composition.New(ctx, composition.Parts{
		Base: base, Models: e.ReadModels, Checkpoints: checkpoints, Leases: stores.leases, Messenger: e.Outbox,
	}, composition.Options{
		Logger: config.Logger, Now: config.Now, Random: config.Random, SMSPerDay: config.SMSPerDay, Unanswered: unanswered.raise,
		SessionLength: config.SessionLength, SessionIdle: config.SessionIdle, PrivilegedIdle: config.PrivilegedIdle, Observe: observe,
		Patience: messaging.Patience{Attempts: config.PolicyAttempts, Over: config.PolicyPatience, Away: away},
		Policies: func(own []messaging.Policy) []messaging.Policy { return append(own, config.Policies...) },
	})
	if err != nil {
		return err
	}
	e.keep(ctx, config.Logger, vault)
	e.Start(context.WithoutCancel(ctx))
	e.closes(e.Usher.Close)
	e.closes(sweep(ctx, vault, config))
	e.closes(watchKeys(ctx, e.keys, config.Logger))
	e.closes(tend(ctx, log, vault, config.Logger))
	e.closes(e.keepTime(ctx, config.Logger))
	for range batchesAtOnce {
		e.closes(e.inviteWaiting(ctx, config.Logger))
	}
	return e.serve(config, vault, metrics)
}

// openBoth opens the log and everything else that is kept, and has both closed
// with the engine. The server of a log is first: nothing is made in the data folder
// for one that does not answer.
func (e *Engine) openBoth(ctx context.Context, config Config) (journal.Log, stores, error) {
	var server *eventstoredb.Server
	var err error
	if !IsEmbedded(config.EventStore) {
		if server, err = connect(ctx, config); err != nil {
			return nil, stores{}, err
		}
		e.closes(server.Close)
	}
	beside, err := e.openStores(ctx, config)
	if err != nil {
		return nil, stores{}, err
	}
	if server != nil {
		log, err := e.openServersLog(ctx, config, server, beside)
		return log, beside, err
	}
	log, err := openEmbeddedLog(ctx, config, beside)
	if err != nil {
		return nil, stores{}, err
	}
	e.closes(log.Close)
	return log, beside, nil
}

// telemetry tells operators of each command, be it a policy's. Spans go where
// OpenTelemetry's environment variables say; without them, nowhere.
func (e *Engine) telemetry(ctx context.Context, logger *slog.Logger, metrics prometheus.Registerer) (execution.Observe, error) {
	spans, stop, err := telemetry.Spans(ctx, logger)
	if err != nil {
		return nil, err
	}
	e.closes(func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastSpans)
		defer cancel()
		if err := stop(ctx); err != nil { // which is no failure of Usher
			logger.WarnContext(ctx, "the last spans were not sent", slog.Any("error", err))
		}
		return nil
	})
	observed, err := telemetry.NewCommands(logger, metrics, spans)
	if err != nil {
		return nil, err
	}
	return observed.Observe, nil
}

// lastSpans is how long sending the last spans may take when Usher stops.
const lastSpans = 3 * time.Second

// pageWaits is how long a page waits for what was just done to show in it.
const pageWaits = time.Second

// pages makes the face for people.
func (e *Engine) pages(config Config, requests commands.IdempotencyRecords) *web.Pages {
	pages := web.Config{
		App: e.App, Requests: requests, PublicURL: config.PublicURL, TrustedProxies: config.TrustedProxies, HideNetworks: config.HideNetworks,
		Logger: config.Logger, Demo: config.Demo,
		Sources: &questions.Sources{
			App: e.App, Reader: e.Projectors.Rows(), Views: e.Followers(e.ReadModels), Events: e.Base.Events, Now: config.Now, WaitLimit: max(pageWaits, config.CatchUp), CatchUp: config.CatchUp,
			SetAside: e.SetAside,
		},
	}
	if config.KeepOutbox {
		pages.Outbox, pages.Secrets, pages.Settled = outbox.Pages{Outbox: e.Outbox}, e.Secrets, e.Policies.Settled
	}
	return web.New(pages)
}

// serve makes both faces over everything.
func (e *Engine) serve(config Config, requests commands.IdempotencyRecords, metrics *prometheus.Registry) (err error) {
	api := httpapi.Config{
		App: e.App, Reader: e.Projectors.Rows(), Projectors: e.Followers(e.ReadModels), History: e.Base.Events, Requests: requests, Secrets: e.Secrets,
		OperatorToken: config.OperatorToken, PublicURL: config.PublicURL, TrustedProxies: config.TrustedProxies,
		Logger: config.Logger, Metrics: metrics, Ready: e.Ready, Stores: e.Stores, SetAside: e.SetAside, Now: config.Now,
		CatchUp: config.CatchUp, HideNetworks: config.HideNetworks, MetricsElsewhere: config.MetricsElsewhere,
		Streams: config.Streams, StreamsOfAccount: config.StreamsOfAccount, Pages: e.pages(config, requests), Cookies: web.CookiesOf(config.PublicURL, config.Demo != nil),
	}
	if config.KeepOutbox {
		api.Outbox, api.Settled = outbox.Pages{Outbox: e.Outbox}, e.Policies.Settled
	}
	e.Metrics = httpapi.Figures(metrics, config.Logger)
	e.Handler, err = httpapi.New(api)
	return err
}
