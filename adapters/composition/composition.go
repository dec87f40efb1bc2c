package composition

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/lookup"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/pasted"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/commands/policies"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/catalogue"
)

// Parts is what an Usher is made of.
type Parts struct {
	Base        Base
	Models      projections.Store  // where the views' rows are
	Checkpoints messaging.Progress // how far the policies are, and where they stopped
	Leases      messaging.Leases   // divide the work; messaging.Alone by default
	Messenger   commands.Messenger
}

// Options is how an Usher works. Now, Random, SMSPerDay, SessionLength,
// SessionIdle and Observe are as in commands.Ports.
type Options struct {
	Logger        *slog.Logger // none by default
	Now           func() time.Time
	Random        io.Reader
	SMSPerDay     int
	SessionLength time.Duration
	SessionIdle   time.Duration
	// PrivilegedIdle is as in commands.Ports, too.
	PrivilegedIdle time.Duration
	// Unanswered is told what may be an abuse of SMS; nil for nobody.
	Unanswered func(context.Context, commands.Unanswered)
	Observe    execution.Observe
	// Patience is when a policy that fails is stopped.
	Patience messaging.Patience
	// Policies returns which policies follow the log, given Usher's own; nil for these.
	Policies func(own []messaging.Policy) []messaging.Policy
	// Waiter lets views come as far as a position; nil for the Projectors.
	Waiter lookup.Views
}

// Usher is all that belongs to one log: the App, and what follows the log.
type Usher struct {
	App        *commands.App
	Base       Base
	Feed       *messaging.Feed
	Projectors *messaging.Projectors
	Policies   *messaging.Policies

	models  projections.Store
	options Options
	cut     reported // what is due and cannot be done, as history is missing
}

// New makes an Usher of its parts. Its App knows of everything that is in the log
// by now; nothing follows the log before Start.
func New(ctx context.Context, parts Parts, options Options) (u *Usher, err error) {
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	feed := messaging.NewFeed(parts.Base.Log, parts.Base.Events, messaging.FeedOptions{
		Logger: options.Logger, Leases: parts.Leases, Patience: options.Patience,
		Asides: asidesOf(parts.Models, parts.Base.Log),
	})
	u = &Usher{Base: parts.Base, Feed: feed, models: parts.Models, options: options}
	u.Projectors = messaging.NewProjectors(feed, parts.Models, catalogue.All())
	if u.options.Waiter == nil {
		u.options.Waiter = u.Projectors
	}
	if u.App, err = u.NewApp(ctx, parts.Base); err != nil {
		return nil, err
	}
	u.Policies = messaging.NewPolicies(feed, parts.Checkpoints, u.policies(parts.Messenger))
	feed.Skip(u.App.Skipped)
	feed.Hear(func(heard messaging.Hearing) {
		u.App.Hear(heard.Events, heard.To, time.Since(heard.At))
		for _, stream := range heard.Unreadable {
			u.App.ForgetStream(stream)
		}
	})
	journal.WhenCut(parts.Base.Log, u.App.ForgetStream)
	return u, nil
}

// NewApp returns one more App over the same views, as another instance has it. It
// knows of everything that is in the log by now.
func (u *Usher) NewApp(ctx context.Context, base Base) (*commands.App, error) {
	head, err := base.Log.Head(ctx)
	if err != nil {
		return nil, fmt.Errorf("look where the event log ends: %w", err)
	}
	unanswered := u.options.Unanswered
	if unanswered == nil {
		unanswered = func(context.Context, commands.Unanswered) {}
	}
	return commands.NewApp(commands.Ports{
		Store: base.Store, Vault: base.Vault, Passwords: base.Passwords, Texts: contacts.New(), Lists: pasted.Reader{},
		Finders: lookup.Finders{Reader: u.Projectors.Rows(), Views: u.options.Waiter},
		Now:     u.options.Now, Random: u.options.Random, Head: head, End: endOf(base.Log),
		SMSPerDay: u.options.SMSPerDay, Unanswered: unanswered, Observe: u.options.Observe,
		SessionLength: u.options.SessionLength, SessionIdle: u.options.SessionIdle, PrivilegedIdle: u.options.PrivilegedIdle,
	}), nil
}

// endOf asks where a log ends: its server, where it has one.
func endOf(log journal.Log) func(context.Context) (domain.Position, error) {
	if server, remote := log.(interface {
		End(context.Context) (domain.Position, error)
	}); remote {
		return server.End
	}
	return log.Head
}

func (u *Usher) policies(messenger commands.Messenger) []messaging.Policy {
	var all []messaging.Policy
	for _, policy := range policies.All(u.App, messenger) {
		all = append(all, messaging.Policy(policy))
	}
	if u.options.Policies != nil {
		return u.options.Policies(all)
	}
	return all
}

// SetAside returns the streams of which nothing counts from some event on, and why.
func (u *Usher) SetAside() []journal.Aside {
	return journal.AsideBy(u.Feed.Asides(), journal.CutOf(u.Base.Log))
}

// Start has views and policies follow the log until Close, or until ctx ends.
func (u *Usher) Start(ctx context.Context) { u.Feed.Start(ctx) }

// Close stops what follows the log, and waits for it. What the Usher was made of
// stays open.
func (u *Usher) Close() error { return u.Feed.Close() }

// KeepTime does whatever is due now. Each instance may, as what is due once
// happens once. What is due in a stream of which history is missing waits until it is
// whole, which is no failure, and is said in the log once.
func (u *Usher) KeepTime(ctx context.Context) error {
	var errs []error
	missing := map[string]bool{}
	for _, one := range policies.AllDue(u.App) {
		err := one.Do(ctx, u.App.Now())
		if rest := withoutMissing(err, missing); rest != nil {
			errs = append(errs, fmt.Errorf("%s: %w", one.Name, rest))
		}
	}
	for _, reason := range u.cut.news(missing) {
		u.options.Logger.WarnContext(ctx, "what is due waits, as history that it needs is missing", slog.String("reason", reason))
	}
	return errors.Join(errs...)
}

// Settled waits until the policies have handled everything in the log, and what
// they added to it, and the views reflect all of that.
func (u *Usher) Settled(ctx context.Context) error {
	for before := (domain.Position{}); ; {
		head, err := u.Base.Log.Head(ctx)
		if err != nil || head == before {
			return err
		}
		if err := u.Policies.Settled(ctx, head); err != nil {
			return err
		}
		for _, view := range catalogue.All() {
			if err := u.Projectors.Wait(ctx, view.Name(), head); err != nil {
				return err
			}
		}
		before = head
	}
}
