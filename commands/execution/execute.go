package execution

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/domain"
)

// MostAttempts bounds how often a command is decided anew after a conflict.
const MostAttempts = 100

// Call is one command on its way to one stream.
type Call[S, C any, E domain.Event] struct {
	Name    string // as an observer is told it; it never changes
	Stream  domain.StreamName
	Request access.Request
	// Command is the id of this command, where it is another than the request's.
	Command domain.CommandID
	// Authorise judges whether the caller may do this; nil where it was judged
	// by whoever calls.
	Authorise access.Authorise
	// Build is the command, given the state that it will be judged against; ErrNothing
	// where that state leaves nothing to do.
	Build func(context.Context, Loaded[S]) (C, error)
	// Begins says that the command begins its stream, and has never come before. What
	// is not kept of the stream is not read for it: the append finds out.
	Begins bool
	// Sends says that the command may lead to a message. Those to one contact take
	// turns, so that who comes too late is told so, and not of a limit.
	Sends bool
	// Bill is what was charged for the command before, together with others; nil where
	// it is to be charged now.
	Bill Bill
	// Prepare writes what must be durable before the events, such as a
	// password's hash; nil for nothing. It is done once, however often the command
	// is decided.
	Prepare func(context.Context) error
}

func (c Call[S, C, E]) command() domain.CommandID {
	if c.Command.IsZero() {
		return c.Request.Command
	}
	return c.Command
}

// ErrNothing says that there is nothing left to do, which is no failure.
var ErrNothing = errors.New("there is nothing left to do")

// Outcome is what a command led to, now or when it came the first time.
type Outcome[S any, E domain.Event] struct {
	Events   []E
	State    S
	Position domain.Position
}

// Execute loads, authorises, decides, prepares, appends with the expected
// revision, and begins again after a conflict. Whatever the rules refuse comes
// back as it is; what others change all the time is refused with contended.
//
// A command whose id is already among the stream's causes is answered from the
// events that it led to.
func (a *Aggregate[S, C, E]) Execute(ctx context.Context, c Call[S, C, E]) (result Outcome[S, E], err error) {
	c.Request = joined(ctx, c.Request)
	observe := a.path.ports.Observe
	if observe == nil {
		result, _, err = a.execute(ctx, c)
		return result, err
	}
	began := a.path.ports.Now()
	within, end := observe(ctx, c.began())
	ended := Ended{Code: Code(domain.Internal)} // where it panics
	defer func() {
		ended.Duration = a.path.ports.Now().Sub(began)
		end(ended)
	}()
	result, ended.Attempts, err = a.execute(within, c)
	ended.Code, ended.Err = codeOf(err, len(result.Events)), err
	return result, err
}

// execute says besides how often it has decided.
func (a *Aggregate[S, C, E]) execute(ctx context.Context, c Call[S, C, E]) (result Outcome[S, E], decided int, err error) {
	if c.Sends {
		leave, err := a.path.sending.Enter(ctx, c.Stream)
		if err != nil {
			return Outcome[S, E]{}, decided, err
		}
		defer leave()
	}
	ready := readiness{keys: a.path.ports.Keys, bill: c.bill(a.path.ports.Meter)}
	defer func() { // unless it came to something
		if failed := ready.giveBack(ctx); err == nil {
			err = failed
		}
	}()
	current, lags := a.kept.recall(c.Stream)
	if !lags && c.Begins {
		current.State, lags = a.decider.Initial(), true
	}
	for range MostAttempts {
		if !lags {
			if current, err = a.read(ctx, c.Stream); err != nil {
				return Outcome[S, E]{}, decided, err
			}
		}
		first, done := current.causes.Get(c.command())
		if done && lags {
			lags = false
			continue
		}
		if done {
			result, err := a.replay(ctx, c, current, first)
			return result, decided, err
		}
		decided++
		decision, err := a.decide(ctx, c, current)
		if err != nil || len(decision.events) == 0 {
			if lags && settles(err) {
				lags = false
				continue
			}
			return Outcome[S, E]{State: current.State, Position: current.Position}, decided, err
		}
		took, err := ready.prepare(ctx, untyped(decision.events), a.decider.Fold(current.State, decision.events...), c.Prepare)
		if err != nil {
			return Outcome[S, E]{}, decided, err
		}
		lags = false
		if took {
			continue // its time, in which a link may have been closed
		}
		result, err := a.append(ctx, c, current, decision)
		if _, conflict := errors.AsType[*domain.Conflict](err); conflict {
			continue
		}
		if _, refused := errors.AsType[*domain.Refusal](err); !refused {
			ready.bill = nil // it is appended, or perhaps
		}
		return result, decided, err
	}
	return Outcome[S, E]{}, decided, domain.Refuse(domain.Contended, "too many others change this at the same time; try again")
}

// settles says that a decision ends a command, which is not done on what lags.
func settles(err error) bool {
	_, refused := errors.AsType[*domain.Refusal](err)
	return err == nil || refused
}

// decision is events and the grounds on which they may be appended.
type decision[E domain.Event] struct {
	events []E
	judged access.Judgement
}

func (a *Aggregate[S, C, E]) decide(ctx context.Context, c Call[S, C, E], current Loaded[S]) (result decision[E], err error) {
	if c.Authorise != nil {
		if result.judged, err = c.Authorise(ctx); err != nil {
			return result, err
		}
	}
	command, err := c.Build(ctx, current)
	if errors.Is(err, ErrNothing) {
		return result, nil
	}
	if err != nil {
		return result, err
	}
	result.events, err = a.Decide(current.State, command)
	return result, err
}

// readiness is what was done so that events can be appended, and holds for as long
// as no conflict makes others of them.
type readiness struct {
	keys     DataKeys
	bill     Bill // nil where nothing costs anything, and when it is paid
	subjects []domain.PersonID
	once     bool
}

// prepare charges what the events cost, and makes durable in the vault what they
// will rely on. It reports whether that took its time.
func (r *readiness) prepare(ctx context.Context, events []domain.Event, after any, once func(context.Context) error) (took bool, err error) {
	if r.bill != nil {
		if err := r.bill.Charge(ctx, events, after); err != nil {
			return false, err
		}
	}
	var subjects []domain.PersonID
	for _, event := range events {
		if personal, ok := event.(domain.PersonalEvent); ok {
			subjects = append(subjects, personal.Subject())
		}
	}
	if !slices.Equal(subjects, r.subjects) {
		if err := r.keys.EnsureDataKeys(ctx, subjects); err != nil {
			return false, fmt.Errorf("make data keys: %w", err)
		}
		r.subjects = subjects
	}
	if once == nil || r.once {
		return false, nil
	}
	r.once = true
	return true, once(ctx)
}

func (r *readiness) giveBack(ctx context.Context) error {
	if r.bill == nil {
		return nil
	}
	return r.bill.GiveBack(context.WithoutCancel(ctx))
}

// bill is the command's own, whatever it belongs to.
func (c Call[S, C, E]) bill(meter Meter) Bill {
	if c.Bill != nil || meter == nil {
		return c.Bill
	}
	request := c.Request
	request.Command = c.command()
	return meter.Open(request)
}

func (a *Aggregate[S, C, E]) append(ctx context.Context, c Call[S, C, E], current Loaded[S], d decision[E]) (Outcome[S, E], error) {
	if c.Authorise != nil && !d.judged.IsFresh(a.path.ports.Now()) {
		judged, err := c.Authorise(ctx)
		if err != nil {
			return Outcome[S, E]{}, err
		}
		d.judged = judged
	}
	uncommitted := make([]Uncommitted, len(d.events))
	for i, event := range d.events {
		uncommitted[i] = Uncommitted{ID: domain.EventID(c.command(), c.Stream, i), Event: event, Metadata: c.metadata(d.judged.Judged)}
	}
	end := a.kept.begin(c.Stream)
	appended, err := a.path.ports.Store.Append(ctx, c.Stream, current.expected(), uncommitted)
	if err != nil {
		end(nil)
		return Outcome[S, E]{}, fmt.Errorf("append to %s: %w", c.Stream, err)
	}
	a.path.head.raise(appended.Position)
	after := current
	after.State = a.decider.Fold(current.State, d.events...)
	for _, one := range uncommitted {
		after = after.with(after.Next, appended.Position, one.Metadata)
	}
	if after.Next == appended.Revision+1 {
		end(&after)
	} else { // the same was appended before
		end(nil)
	}
	return Outcome[S, E]{Events: d.events, Position: appended.Position, State: after.State}, nil
}

// Replay answers from the events that the command led to when it came first;
// false where it has led to none.
func (a *Aggregate[S, C, E]) Replay(ctx context.Context, c Call[S, C, E], current Loaded[S]) (Outcome[S, E], bool, error) {
	first, done := current.causes.Get(c.command())
	if !done {
		return Outcome[S, E]{}, false, nil
	}
	result, err := a.replay(ctx, c, current, first)
	return result, true, err
}

func (a *Aggregate[S, C, E]) replay(ctx context.Context, c Call[S, C, E], current Loaded[S], first uint64) (Outcome[S, E], error) {
	result := Outcome[S, E]{State: current.State}
	for recorded, err := range a.path.ports.Store.Read(ctx, c.Stream, first) {
		if err != nil {
			return Outcome[S, E]{}, fmt.Errorf("read %s again: %w", c.Stream, err)
		}
		event, ok := recorded.Event.(E)
		if !ok || recorded.Metadata.Causation != c.command() {
			break
		}
		result.Events = append(result.Events, event)
		result.Position = recorded.Position
	}
	return result, nil
}

func (c Call[S, C, E]) metadata(judged domain.Judged) domain.Metadata {
	return domain.Metadata{
		Correlation: c.Request.Correlation, Causation: c.command(), Account: c.Request.Account, Schema: 1, Judged: judged,
		Actor: domain.Actor{Kind: c.Request.Caller.Kind, Person: c.Request.Caller.Person},
	}
}

func (c Call[S, C, E]) began() Began {
	return Began{
		Name: c.Name, Command: c.command(), Correlation: c.Request.Correlation,
		Account: c.Request.Account, Stream: c.Stream, By: c.Request.Caller.Kind,
	}
}

func untyped[E domain.Event](events []E) []domain.Event {
	all := make([]domain.Event, len(events))
	for i, event := range events {
		all[i] = event
	}
	return all
}

// Find returns the event of one kind among those that a command led to.
func Find[T, E domain.Event](events []E) (T, bool) {
	for _, event := range events {
		if found, ok := domain.Event(event).(T); ok {
			return found, true
		}
	}
	var none T
	return none, false
}
