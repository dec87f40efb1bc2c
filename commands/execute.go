package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/usher-engine/usher/domain"
)

// attempts bounds how often a command is decided anew after a conflict.
const attempts = 100

// call is one command on its way to one stream.
type call[S, C any, E domain.Event] struct {
	aggregate *aggregate[S, C, E]
	stream    domain.StreamName
	command   domain.CommandID
	request   Request
	// authorise judges whether the caller may do this; nil where it was judged
	// by whoever calls.
	authorise authorise
	// build is the command, given the state that it will be judged against.
	build func(context.Context, loaded[S]) (C, error)
	// sends says that the command may lead to a message. Those to one contact take
	// turns, so that who comes too late is told so, and not of a limit.
	sends bool
	// prepare writes what must be durable before the events, such as a
	// password's hash; nil for nothing.
	prepare func(context.Context) error
}

// outcome is what a command led to, now or when it came the first time.
type outcome[S any, E domain.Event] struct {
	events   []E
	state    S
	position domain.Position
}

// execute is the one path that all commands take: load, authorise, decide,
// append with the expected revision, and again after a conflict.
//
// A command whose id is already among the stream's causes is answered from the
// events that it led to.
func execute[S, C any, E domain.Event](ctx context.Context, app *App, c call[S, C, E]) (result outcome[S, E], err error) {
	if c.sends {
		leave, err := app.sending.enter(ctx, c.stream)
		if err != nil {
			return outcome[S, E]{}, err
		}
		defer leave()
	}
	var ready prepared
	defer func() { err = firstError(err, app.unspend(ctx, ready.spent)) }() // unless it came to something
	for range attempts {
		current, err := c.aggregate.load(ctx, app.Store, c.stream)
		if err != nil {
			return outcome[S, E]{}, err
		}
		if first, done := current.causes.Get(c.command); done {
			return replay(ctx, app, c, current, first)
		}
		decided, err := decide(ctx, app, c, current)
		if err != nil || len(decided.events) == 0 {
			return outcome[S, E]{state: current.state, position: current.position}, err
		}
		before := ready.once
		if err := prepare(ctx, app, c, current, decided.events, &ready); err != nil {
			return outcome[S, E]{}, err
		}
		if ready.once != before {
			continue // that took its time, in which a link may have been closed
		}
		result, err := appendEvents(ctx, app, c, current, decided)
		if _, conflict := errors.AsType[*domain.Conflict](err); conflict {
			continue
		}
		if _, refused := errors.AsType[*domain.Refusal](err); !refused {
			ready.spent = nil // it is appended, or perhaps
		}
		return result, err
	}
	return outcome[S, E]{}, domain.Refuse(domain.Contended, "too many others change this at the same time; try again")
}

// decided is events and the grounds on which they may be appended.
type decided[E domain.Event] struct {
	events []E
	judged judgement
}

func decide[S, C any, E domain.Event](ctx context.Context, app *App, c call[S, C, E], current loaded[S]) (result decided[E], err error) {
	if c.authorise != nil {
		if result.judged, err = c.authorise(ctx); err != nil {
			return result, err
		}
	}
	command, err := c.build(ctx, current)
	if err != nil {
		return result, err
	}
	result.events, err = c.aggregate.decider.Decide(app.Now(), current.state, command)
	return result, err
}

// prepared is what was done so that events can be appended, and holds for as long
// as no conflict makes others of them.
type prepared struct {
	once     bool
	messages []sent
	spent    *use // for the messages
	subjects []domain.PersonID
}

// prepare counts the messages that the events will lead to, and makes durable in
// the vault what the events will rely on.
func prepare[S, C any, E domain.Event](ctx context.Context, app *App, c call[S, C, E], current loaded[S], events []E, ready *prepared) (err error) {
	all := make([]domain.Event, len(events))
	var subjects []domain.PersonID
	for i, event := range events {
		all[i] = event
		if personal, ok := all[i].(domain.PersonalEvent); ok {
			subjects = append(subjects, personal.Subject())
		}
	}
	messages := countedOf(c.request, all, c.aggregate.decider.Fold(current.state, events...))
	if !slices.Equal(messages, ready.messages) {
		if err := app.unspend(ctx, ready.spent); err != nil {
			return err
		}
		ready.messages, ready.spent = messages, nil
		if ready.spent, err = app.spend(ctx, c.request, messages); err != nil {
			return err
		}
	}
	if !slices.Equal(subjects, ready.subjects) {
		if err := app.Vault.EnsureDataKeys(ctx, subjects); err != nil {
			return fmt.Errorf("make data keys: %w", err)
		}
		ready.subjects = subjects
	}
	if c.prepare == nil || ready.once {
		return nil
	}
	ready.once = true
	return c.prepare(ctx)
}

func appendEvents[S, C any, E domain.Event](ctx context.Context, app *App, c call[S, C, E], current loaded[S], d decided[E]) (outcome[S, E], error) {
	if c.authorise != nil && !app.isFresh(d.judged) {
		judged, err := c.authorise(ctx)
		if err != nil {
			return outcome[S, E]{}, err
		}
		d.judged = judged
	}
	uncommitted := make([]Uncommitted, len(d.events))
	for i, event := range d.events {
		uncommitted[i] = Uncommitted{
			ID: domain.EventID(c.command, c.stream, i), Event: event, Metadata: c.request.metadata(c.command, d.judged.Judged),
		}
	}
	appended, err := app.Store.Append(ctx, c.stream, current.expected(), uncommitted)
	if err != nil {
		return outcome[S, E]{}, fmt.Errorf("append to %s: %w", c.stream, err)
	}
	app.head.raise(appended.Position)
	return outcome[S, E]{
		events: d.events, position: appended.Position,
		state: c.aggregate.decider.Fold(current.state, d.events...),
	}, nil
}

// replay answers from the events that the command led to when it came first.
func replay[S, C any, E domain.Event](ctx context.Context, app *App, c call[S, C, E], current loaded[S], first uint64) (outcome[S, E], error) {
	result := outcome[S, E]{state: current.state}
	for recorded, err := range app.Store.Read(ctx, c.stream, first) {
		if err != nil {
			return outcome[S, E]{}, fmt.Errorf("read %s again: %w", c.stream, err)
		}
		event, ok := recorded.Event.(E)
		if !ok || recorded.Metadata.Causation != c.command {
			break
		}
		result.events = append(result.events, event)
		result.position = recorded.Position
	}
	return result, nil
}

func (r Request) metadata(command domain.CommandID, judged domain.Judged) domain.Metadata {
	correlation := r.Correlation
	if correlation == [16]byte{} {
		correlation = [16]byte(r.Command)
	}
	return domain.Metadata{
		Correlation: correlation, Causation: command, Account: r.Account, Schema: 1, Judged: judged,
		Actor: domain.Actor{Kind: r.Caller.Kind, Person: r.Caller.Person},
	}
}

// find is the event of one kind among those that a command led to.
func find[T, E domain.Event](events []E) (T, bool) {
	for _, event := range events {
		if found, ok := domain.Event(event).(T); ok {
			return found, true
		}
	}
	var none T
	return none, false
}
