package messaging

import (
	"context"
	"log/slog"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// A policy's stops are on record beside its checkpoint. So every instance knows
// of them, and whoever takes over, or starts again, stands stopped there at once.

// stops are those on record.
func (a *actor) stops(ctx context.Context) ([]*projections.Poison, error) {
	a.recording.Lock()
	defer a.recording.Unlock()
	all, err := a.progress.Stops(ctx, a.Policy.Name)
	if err != nil {
		return nil, err
	}
	a.recorded = map[uuid.UUID]projections.Poison{}
	for _, one := range all {
		a.recorded[one.Event] = *one
	}
	return all, nil
}

// stoppedAt is why the policy is stopped at an event; nil where it is not.
func (a *actor) stoppedAt(event domain.Recorded) *projections.Poison {
	for _, one := range a.member.place.stopsNow() {
		if one.Event == event.ID {
			return one
		}
	}
	return nil
}

// record brings what is on record to where the policy is stopped now. What fails
// is tried again when that changes, or the policy tries again.
func (a *actor) record(ctx context.Context) {
	if err := a.note(ctx, nil); err != nil && ctx.Err() == nil {
		a.member.options.Logger.WarnContext(ctx, "where a policy is stopped cannot be put on record", slog.String(policyKind, a.Policy.Name), slog.Any("error", err))
	}
}

func (a *actor) note(ctx context.Context, _ *projections.Poison) error {
	a.recording.Lock()
	defer a.recording.Unlock()
	now := map[uuid.UUID]bool{}
	for _, one := range a.member.place.stopsNow() {
		now[one.Event] = true
		if a.recorded[one.Event] == *one {
			continue
		}
		if err := a.progress.SaveStop(ctx, a.Policy.Name, *one); err != nil {
			return err
		}
		a.recorded[one.Event] = *one
	}
	for event := range a.recorded {
		if now[event] {
			continue
		}
		if err := a.progress.ForgetStop(ctx, a.Policy.Name, event); err != nil {
			return err
		}
		delete(a.recorded, event)
	}
	return nil
}
