// Package load keeps a fixed number of callers busy and measures how long each
// call takes. It knows nothing of what is called.
package load

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Load is how much is asked for at once, and how long. Each caller asks again as
// soon as it has its answer.
type Load struct {
	Callers      int
	WarmUp, Time time.Duration
}

// ErrNothingMeasured says that no call ended within the time.
var ErrNothingMeasured = errors.New("no call ended within the time measured")

// Run returns how long the calls took that ended within the time after the
// warm-up. The first error of a call ends all. When Run returns, no call is under
// way.
func (l Load) Run(ctx context.Context, call func(context.Context) error) ([]time.Duration, error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	from := time.Now().Add(l.WarmUp)
	until := from.Add(l.Time)
	took := make([][]time.Duration, l.Callers)
	var callers sync.WaitGroup
	for caller := range took {
		callers.Go(func() {
			for ctx.Err() == nil {
				began := time.Now()
				if !began.Before(until) {
					return
				}
				if err := call(ctx); err != nil {
					fail(err)
					return
				}
				if ended := time.Now(); !ended.Before(from) && ended.Before(until) {
					took[caller] = append(took[caller], ended.Sub(began))
				}
			}
		})
	}
	callers.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	all := slices.Concat(took...)
	if len(all) == 0 {
		return nil, ErrNothingMeasured
	}
	return all, nil
}
