package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/adapters/httpapi"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/lookup"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/adapters/passwords"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/policies"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections/catalogue"
)

// open makes the parts, each from those before it.
func (e *Engine) open(ctx context.Context, config Config) error {
	log, stores, err := e.openBoth(ctx, config)
	if err != nil {
		return err
	}
	vault := stores.vault
	e.ReadModels = stores.models
	checkpoints := &besideLog{log: log, vault: vault, models: e.ReadModels, name: nameOf(config.EventStore)}
	if err := checkpoints.check(ctx, config); err != nil {
		return err
	}
	events, err := codec.New(vault)
	if err != nil {
		return err
	}
	e.Log, e.Outbox = log, outbox.New(vault)
	e.Secrets = commands.Secrets{Keyring: vault, LinkBase: config.PublicURL + "/join/"}
	e.Projectors = messaging.NewProjectors(log, events, e.ReadModels, catalogue.All(), config.Logger)
	head, err := log.Head(ctx)
	if err != nil {
		return err
	}
	e.alarm = newAlarm(config.Logger)
	e.App = commands.NewApp(commands.Ports{
		Store: journal.NewStore(log, events), Vault: vault, Passwords: passwords.New(config.PasswordCost), Texts: contacts.New(),
		Directory: lookup.People{Reader: e.ReadModels, Views: e.Projectors},
		Invitees:  lookup.Invitees{Reader: e.ReadModels, Views: e.Projectors},
		Deadlines: lookup.Deadlines{Reader: e.ReadModels, Views: e.Projectors},
		Seats:     lookup.Seats{Reader: e.ReadModels},
		Now:       config.Now, Random: config.Random, Head: head, SessionLength: config.SessionLength, SessionIdle: config.SessionIdle, SMSPerDay: config.SMSPerDay,
		Unanswered: e.alarm.raise,
	})
	e.Projectors.Share(e.ReadModels, stores.leases)
	e.Projectors.Skip(e.App.Skipped)
	e.Policies = messaging.NewPolicies(log, events, checkpoints, e.policies(), config.Logger)
	e.Policies.Share(stores.leases)
	e.Policies.Skip(e.App.Skipped)

	e.Projectors.Start(context.WithoutCancel(ctx))
	e.closes(e.Projectors.Close)
	e.Policies.Start(context.WithoutCancel(ctx))
	e.closes(e.Policies.Close)
	e.closes(sweep(ctx, vault, config))
	e.closes(e.keepTime(ctx, config.Logger))
	return e.serve(config, events)
}

// openBoth opens the log and everything else that is kept, and has both closed
// with the engine. A log in a server is first: nothing is made in the data folder
// for one that does not answer.
func (e *Engine) openBoth(ctx context.Context, config Config) (log closableLog, stores stores, err error) {
	if !IsEmbedded(config.EventStore) {
		if log, err = openServersLog(ctx, config); err != nil {
			return nil, stores, err
		}
		e.closes(log.Close)
	}
	if stores, err = e.openStores(ctx, config); err != nil || log != nil {
		return log, stores, err
	}
	if log, err = openEmbeddedLog(ctx, config, stores.vault); err != nil {
		return nil, stores, err
	}
	e.closes(log.Close)
	return log, stores, nil
}

func (e *Engine) policies() []messaging.Policy {
	var all []messaging.Policy
	for _, policy := range policies.All(e.App, e.Outbox) {
		all = append(all, messaging.Policy(policy))
	}
	return all
}

func (e *Engine) serve(config Config, events *codec.Codec) (err error) {
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), e.alarm)
	api := httpapi.Config{
		App: e.App, Reader: e.ReadModels, Projectors: followers{Projectors: e.Projectors, policies: e.Policies, models: e.ReadModels, log: e.Log, events: events}, History: events, Secrets: e.Secrets,
		OperatorToken: config.OperatorToken, PublicURL: config.PublicURL, TrustedProxies: config.TrustedProxies,
		Logger: config.Logger, Metrics: metrics, Ready: e.Ready, Stores: e.Stores, Now: config.Now,
	}
	if config.KeepOutbox {
		api.Outbox, api.Settled = messages{e.Outbox}, e.Policies.Settled
	}
	e.Handler, err = httpapi.New(api)
	return err
}

// Ready says why Usher cannot do all of its work, and nil where it can.
func (e *Engine) Ready(ctx context.Context) error {
	var wrong []error
	for _, err := range e.Stores(ctx) {
		if err != nil {
			wrong = append(wrong, err)
		}
	}
	for _, one := range e.Projectors.Status() {
		if one.Stopped == nil && e.App.Head.After(one.Position) {
			wrong = append(wrong, fmt.Errorf("%s is being built anew", one.Name))
		}
	}
	for _, one := range append(e.Projectors.Status(), e.Policies.Status()...) {
		switch {
		case one.Stopped != nil:
			wrong = append(wrong, fmt.Errorf("%s: %w", one.Name, one.Stopped))
		case one.Failure != nil:
			wrong = append(wrong, fmt.Errorf("%s cannot go on for now", one.Name))
		case one.Stalled != nil:
			wrong = append(wrong, fmt.Errorf("%s stands still since %s, %d log positions behind",
				one.Name, one.Stalled.Since.UTC().Format(time.RFC3339), one.Stalled.Behind))
		}
	}
	return errors.Join(wrong...)
}

// Settled waits until the policies have handled everything in the log, and
// what they added to it, and the views reflect all of that.
func (e *Engine) Settled(ctx context.Context) error {
	for {
		head, err := e.Log.Head(ctx)
		if err != nil {
			return err
		}
		if err := e.Policies.Settled(ctx, head); err != nil {
			return err
		}
		for _, view := range catalogue.All() {
			if err := e.Projectors.Wait(ctx, view.Name(), head); err != nil {
				return err
			}
		}
		if now, err := e.Log.Head(ctx); err != nil || now == head {
			return err
		}
	}
}

// TokenSentTo is the token of the newest link that a contact was sent.
func (e *Engine) TokenSentTo(ctx context.Context, account domain.AccountID, contact string) (string, error) {
	if err := e.Settled(ctx); err != nil {
		return "", err
	}
	for after := (outbox.Place{}); ; {
		kept, err := e.Outbox.List(ctx, account, after, 1000)
		if err != nil {
			return "", err
		}
		if len(kept) == 0 {
			return "", errors.New("no link was sent to this contact")
		}
		for _, message := range kept {
			if message.To.Address != contact || message.Link.Purpose == "" {
				continue
			}
			filled, err := e.Secrets.Fill(ctx, message)
			return strings.TrimPrefix(filled.Link, e.Secrets.LinkBase), err
		}
		after = outbox.PlaceOf(kept[len(kept)-1])
	}
}
