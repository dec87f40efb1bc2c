package messaging

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// actor is the Follower that runs one policy. It saves how far it has come once
// for many events, or a moment later where there are few, and when it ends.
type actor struct {
	Policy
	progress Progress
	member   *member

	mu      sync.Mutex
	done    domain.Position // everything up to here is handled
	saved   domain.Position // where the checkpoint stands
	unsaved int             // handled since then
	due     *time.Timer     // for saving
	armed   bool
	left    bool       // nobody runs it here: there is nothing to save any more
	saving  sync.Mutex // one at a time

	recording sync.Mutex
	recorded  map[uuid.UUID]projections.Poison // the stops on record
}

// Name implements Follower.
func (a *actor) Name() string { return a.Policy.Name }

// Position implements Follower. What was handled here counts before it is saved,
// so that a policy that has to begin anew in pages does nothing twice.
func (a *actor) Position(ctx context.Context) (domain.Position, error) {
	at, err := a.progress.Checkpoint(ctx, a.Policy.Name)
	if done := a.where(); err == nil && done.After(at) {
		at = done
	}
	return at, err
}

// Take implements Follower. It returns early where ctx ends, or another instance
// is further.
func (a *actor) Take(ctx context.Context, b Batch) (domain.Position, error) {
	a.begin(ctx, b.From)
	for rest := b.Events; len(rest) > 0; {
		some := rest[:min(len(rest), sideBySide)]
		if err := a.handleAll(ctx, some); err != nil {
			return a.where(), err
		}
		rest = rest[len(some):]
	}
	return b.To, a.advance(ctx, b.To, true)
}

// begin is at a position where the policy stands by its checkpoint, or by what
// it did last.
func (a *actor) begin(ctx context.Context, at domain.Position) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.left = false
	if at != a.done {
		a.done, a.saved, a.unsaved = at, at, 0
	}
	if a.due == nil {
		ctx = context.WithoutCancel(ctx)
		a.due = time.AfterFunc(saveWithin, func() { a.saveDue(ctx) })
		a.due.Stop()
	}
}

func (a *actor) where() domain.Position {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.done
}

// advance says that everything up to a position is handled; alone, that nothing
// is under way. It is ErrMoved where another instance is further.
func (a *actor) advance(ctx context.Context, to domain.Position, alone bool) error {
	a.mu.Lock()
	if !to.After(a.done) {
		moved := a.done.After(to)
		a.mu.Unlock()
		if moved {
			return projections.ErrMoved
		}
		return nil
	}
	a.done = to
	a.unsaved++
	full := a.unsaved >= Window
	if !a.armed {
		a.armed = true
		a.due.Reset(saveWithin)
	}
	a.mu.Unlock()
	if alone {
		a.member.place.reached(to)
	} else {
		a.member.place.stand(to) // another may be failing
	}
	if full {
		a.save(ctx)
	}
	return nil
}

func (a *actor) saveDue(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lastSave)
	defer cancel()
	a.save(ctx)
}

// leave saves what is not saved yet, again where another instance was found to
// stand elsewhere. Nothing is saved after that.
func (a *actor) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastSave)
	defer cancel()
	a.saving.Lock()
	defer a.saving.Unlock()
	a.mu.Lock()
	a.left = true
	if a.due != nil {
		a.due.Stop()
	}
	a.mu.Unlock()
	if saved, err := a.write(ctx); err == nil && !saved {
		_, _ = a.write(ctx) // which says so itself; it was the last time
	}
}

// save moves the checkpoint behind what is handled, unless the policy has left.
func (a *actor) save(ctx context.Context) {
	a.saving.Lock()
	defer a.saving.Unlock()
	a.mu.Lock()
	left := a.left
	a.mu.Unlock()
	if !left {
		_, _ = a.write(ctx) // which says so itself, and tries again
	}
}

// write moves the checkpoint, and says whether all that is handled is saved.
// Where another instance is further, the policy goes on from there.
func (a *actor) write(ctx context.Context) (saved bool, err error) {
	a.mu.Lock()
	from, to := a.saved, a.done
	a.unsaved, a.armed = 0, false
	a.mu.Unlock()
	if from == to {
		return true, nil
	}
	err = a.progress.SaveCheckpoint(ctx, a.Policy.Name, from, to)
	elsewhere := to
	if errors.Is(err, projections.ErrMoved) {
		elsewhere, err = a.progress.Checkpoint(ctx, a.Policy.Name)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err == nil {
		a.saved = elsewhere
		if elsewhere.After(a.done) {
			a.done = elsewhere
		}
	} else if ctx.Err() == nil {
		a.member.options.Logger.WarnContext(ctx, "a checkpoint cannot be saved for now", slog.String(policyKind, a.Policy.Name), slog.Any("error", err))
	}
	saved = a.saved == a.done
	if !saved && !a.armed && !a.left {
		a.armed = true
		a.due.Reset(saveWithin)
	}
	return saved, err
}

// insist handles an event until that succeeds, or an operator has it left out, or history
// that it needs is missing.
// It ends with an error when ctx does, or where another instance is further.
func (a *actor) insist(ctx context.Context, event domain.Recorded) error {
	attempts := trial{stopped: a.stoppedAt(event)}
	failed := backoff{first: 10 * time.Millisecond, most: 30 * time.Second}
	stopped := backoff{first: time.Second, most: stoppedFor}
	for {
		err := a.handle(ctx, event)
		if err == nil {
			break
		}
		refusal, refused := errors.AsType[*domain.Refusal](err)
		if refused && refusal.Code == domain.HistoryMissing {
			a.passOver(ctx, event, refusal)
			break
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		spoken := a.member.spoken.next()
		if attempts.failed(a.member.options.Patience, event, err); attempts.stopped != nil {
			if refused && refusal.Code == domain.NotFound {
				a.passOver(ctx, event, refusal)
				break
			}
			if left, err := a.member.skips(ctx, a.Policy.Name); err == nil && left[event.ID] {
				break
			}
			a.stop(ctx, attempts.stopped, err, stopped.failures == 0)
			stopped.waitOr(ctx, spoken)
		} else {
			a.member.fail(ctx, fmt.Errorf("event %s at position %s: %w", event.Event.Type(), event.Position, err))
			failed.wait(ctx)
		}
		if at, err := a.Position(ctx); err == nil && !event.Position.After(at) {
			return projections.ErrMoved
		}
	}
	if attempts.stopped != nil {
		a.member.place.goOn(event.Position)
		a.record(ctx)
	}
	return nil
}

// passOver says of an event that it is left out, as the log lacks what it needs, which is no
// fault of the policy: it goes on for everybody else. Somebody has cut that, or it never was, as
// where a stranger's event looks like an Usher's and names an account that nobody has founded;
// then it is looked for as often as whatever fails.
func (a *actor) passOver(ctx context.Context, event domain.Recorded, missing *domain.Refusal) {
	a.member.options.Logger.WarnContext(ctx, "an event is left out, as history that it needs is missing", slog.String(policyKind, a.Policy.Name),
		slog.String("position", event.Position.String()), slog.String("type", string(event.Event.Type())), slog.String("reason", missing.Message))
}

func (a *actor) stop(ctx context.Context, poison *projections.Poison, err error, first bool) {
	news := a.member.place.stop(poison)
	a.record(ctx)
	if news || first {
		a.member.options.Logger.ErrorContext(ctx, "a follower of the log stopped at an event", slog.String(policyKind, a.Policy.Name),
			slog.String("position", poison.Position.String()), slog.String("type", string(poison.Type)), slog.String("reason", poison.Reason), slog.String("error", unnamed(err)))
	}
}

// handle turns a panic into an error: it stops this policy, not Usher.
func (a *actor) handle(ctx context.Context, event domain.Recorded) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = &panicking{"policy " + a.Policy.Name + " " + projections.Panicked(fault)}
		}
	}()
	return a.Handle(ctx, event)
}
