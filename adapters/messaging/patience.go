package messaging

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Patience is how often, and for how long at least, a policy must have failed at
// an event to be stopped there. One that panics is stopped at once.
type Patience struct {
	Attempts int           // 10 by default
	Over     time.Duration // 2 minutes by default
	// Away says of an error that something cannot be reached for now, or not yet be
	// told: it lasts however long it lasts, and is no fault of the event. Such
	// errors do not count. By default it is Away.
	Away func(error) bool
}

func (p *Patience) setDefaults() {
	if p.Attempts == 0 {
		p.Attempts = 10
	}
	if p.Over == 0 {
		p.Over = 2 * time.Minute
	}
	if p.Away == nil {
		p.Away = Away
	}
}

// Away says of an error that the log, or a server that keeps something, cannot
// be reached for now, or that a view is not as far yet.
func Away(err error) bool {
	refusal, refused := errors.AsType[*domain.Refusal](err)
	return journal.Away(err) || refused && slices.Contains([]domain.Code{domain.NotYet, domain.Contended, domain.Unavailable, domain.DiskFull, domain.KeysMissing}, refusal.Code)
}

// trial is a policy's attempts at one event.
type trial struct {
	failures int // that count
	since    time.Time
	// stopped is why the policy is stopped there, now or before it was started
	// again; nil while it is not. An attempt that fails for once changes nothing.
	stopped *projections.Poison
}

// failed says that one more attempt has failed. Why the policy is stopped then
// says nothing of the error but a refusal's code: it is shown to all who ask, and
// an error may name somebody.
func (t *trial) failed(patience Patience, event domain.Recorded, err error) {
	if poison, is := asPoison(err); is {
		t.stopped = poisonOf(event, "it needs what nobody can read: "+poison.Error())
		return
	}
	if fault, panicked := errors.AsType[*panicking](err); panicked {
		t.stopped = poisonOf(event, fault.Error())
		return
	}
	if t.stopped != nil || patience.Away(err) {
		return
	}
	if t.failures++; t.failures == 1 {
		t.since = time.Now()
	}
	if t.failures < patience.Attempts || time.Since(t.since) < patience.Over {
		return
	}
	why := "the log of Usher says why"
	if refusal, is := errors.AsType[*domain.Refusal](err); is {
		why = "refused as " + string(refusal.Code)
	}
	t.stopped = poisonOf(event, fmt.Sprintf("it failed %d times and more since %s; %s", patience.Attempts, t.since.UTC().Format(time.RFC3339), why))
}

func poisonOf(event domain.Recorded, reason string) *projections.Poison {
	return &projections.Poison{Event: event.ID, Position: event.Position, Type: event.Event.Type(), Reason: reason}
}
