package composition

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/usher-engine/usher/adapters/periodic"
	"github.com/usher-engine/usher/commands"
)

const (
	// batchLease is how long a batch stays with an instance that says nothing any more.
	batchLease = 5 * time.Second
	// batchGrace is how long the rows that are being tried may take once it is to end.
	batchGrace = 2 * time.Second
)

// InviteWaiting goes on with the bulk invitations that wait, a group of rows of one at a
// time, until there is none that nobody else has. Each instance may: they share them, and
// take over what another has left. It ends between two groups when ctx does.
func (u *Usher) InviteWaiting(ctx context.Context) error {
	var errs []error
	for ctx.Err() == nil {
		lease, found, err := u.App.TakeBatch(ctx, time.Now(), batchLease) // whatever time it is in the log
		if err != nil || !found {
			return errors.Join(append(errs, err)...)
		}
		if err := u.goOn(ctx, lease); err != nil { // it comes again when its lease is over
			errs = append(errs, fmt.Errorf("go on with the batch %s: %w", lease.ID, err))
		}
	}
	return errors.Join(errs...)
}

// goOn tries the next rows of a batch, which stays lent as long as that takes.
func (u *Usher) goOn(ctx context.Context, lease commands.BatchLease) error {
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(batchGrace, cancel) })
	defer stop()
	prolonging := periodic.Start(working, batchLease/4, func(ctx context.Context) error {
		return u.App.ProlongBatch(ctx, lease, time.Now().Add(batchLease))
	}, func(context.Context, error) {}) // without it, somebody else takes it over
	err := errors.Join(u.App.GoOnInviting(working, lease), prolonging())
	switch {
	case errors.Is(err, commands.ErrLeaseLost):
		return nil
	case err != nil && ctx.Err() != nil: // so that nobody need wait for the lease
		giving, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		return u.App.ProlongBatch(giving, lease, time.Time{})
	}
	return err
}
