package questions

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// CatchUp is how long a question waits, where no position is named, for what this
// instance appended, so that people see their own commands at once.
const CatchUp = 500 * time.Millisecond

func (s *Sources) catchUp() time.Duration { return cmp.Or(s.CatchUp, CatchUp) }

// Lag is the refusal of an answer that would not reflect what it must.
type Lag struct {
	Of               string // the view
	Reflected, Asked domain.Position
	// Cause is what keeps the view; nil where it is only slow.
	Cause error
}

// Message says so for people.
func (l *Lag) Message() string {
	return fmt.Sprintf("the list %s reflects position %s so far, not yet %s; try again", l.Of, l.Reflected, l.Asked)
}

func (l *Lag) Error() string { return string(domain.NotYet) + ": " + l.Message() }

// Unwrap makes it a refusal.
func (l *Lag) Unwrap() error { return domain.Refuse(domain.NotYet, l.Message()) }

// Behind returns how many log positions lie between: events of the embedded log,
// bytes of EventStoreDB's.
func Behind(head, position domain.Position) uint64 {
	if !head.After(position) {
		return 0
	}
	return head.Commit - position.Commit
}

// reach returns once a question can be answered to the asker. Of what is read from
// the log itself, the App judges who may when it answers.
func (a Asker) reach(ctx context.Context, question Entry, least func() (domain.Position, error)) (asked domain.Position, err error) {
	if len(question.Views) > 0 {
		if err := a.Permit(ctx, question); err != nil {
			return asked, err
		}
	}
	if asked, err = least(); err != nil {
		return asked, err
	}
	return asked, a.Await(ctx, question, asked)
}

// await lets rows come back that were lost after they were waited for. It refuses
// with a *Lag where they do not in time.
func (s *Sources) await(ctx, waiting context.Context, lost *projections.Behind) error {
	err := s.Views.Wait(waiting, lost.View, lost.Least)
	if err == nil {
		err = pause(waiting)
	}
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if unknown := s.Known(ctx, lost.Least); unknown != nil {
		return unknown
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil
	}
	return &Lag{Of: lost.View, Reflected: lost.Reflected, Asked: lost.Least, Cause: err}
}

// pause is a moment, in which a store that answers from an older copy may come to
// answer from a newer one.
func pause(ctx context.Context) error {
	moment := time.NewTimer(time.Millisecond)
	defer moment.Stop()
	select {
	case <-moment.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Permit refuses whoever may not ask a question, as commands.App.Permit does.
func (a Asker) Permit(ctx context.Context, question Entry) error {
	_, err := a.from.App.Permit(ctx, a.Caller, a.Account, question.Action)
	return err
}

// Await lets a question's views come as far as they must: to a position, or, where
// that is zero, to what this instance has appended, if that comes soon. It
// refuses with a *Lag where they do not in time.
func (a Asker) Await(ctx context.Context, question Entry, asked domain.Position) error {
	limited, cancel := context.WithTimeout(ctx, a.from.WaitLimit)
	defer cancel()
	if asked.IsZero() {
		return a.from.awaitNewest(ctx, limited, question.Views)
	}
	for _, view := range question.Views {
		moment, end := context.WithTimeout(limited, CatchUp)
		err := a.from.Views.Wait(moment, view.Name(), asked)
		end()
		if err == nil {
			continue
		}
		if err := a.from.Known(ctx, asked); err != nil {
			return err
		}
		if err := a.from.Views.Wait(limited, view.Name(), asked); err != nil {
			return a.from.notYet(ctx, view, asked, err)
		}
	}
	return nil
}

// Known refuses a position that the log does not go up to: it never will have what
// was there. It is asked after a moment, in which a copy of the log that is behind
// may have caught up.
func (s *Sources) Known(ctx context.Context, position domain.Position) error {
	head, err := s.Views.Head(ctx)
	if err != nil || !position.After(head) {
		return nil //nolint:nilerr // because nothing is known of the position then
	}
	return domain.Refuse(domain.PositionUnknown, fmt.Sprintf("the log ends at %s, before %s: it was restored from an older backup, or the position is of another Usher; "+
		"forget the positions that you keep, and read again without one", head, position))
}

// awaitNewest gives the views a moment for what this instance appended. A view
// that is still being built anew, and is behind what was there when this
// instance began, has no answer to give; one that something else keeps has, and
// says at which position it stands.
func (s *Sources) awaitNewest(ctx, limited context.Context, views []projections.View) error {
	moment, cancel := context.WithTimeout(ctx, s.catchUp())
	defer cancel()
	for _, view := range views {
		if s.Views.Wait(moment, view.Name(), s.App.Newest()) == nil {
			continue
		}
		stands, err := s.Reader.Position(ctx, view)
		began := s.App.Began()
		if err != nil || !began.After(stands) {
			continue
		}
		if err := s.Views.Wait(limited, view.Name(), began); errors.Is(err, context.DeadlineExceeded) {
			return s.notYet(ctx, view, began, err)
		}
	}
	return nil
}

func (s *Sources) notYet(ctx context.Context, view projections.View, asked domain.Position, cause error) error {
	stands, err := s.Reader.Position(ctx, view)
	if err != nil {
		return errors.Join(cause, err)
	}
	if errors.Is(cause, context.DeadlineExceeded) {
		cause = nil
	}
	return &Lag{Of: view.Name(), Reflected: stands, Asked: asked, Cause: cause}
}
