package periodic

import (
	"context"
	"time"
)

// Run does something each time that so much time has passed, until ctx ends. What
// fails is tried again the next time; tell is told of the first failure of a row.
func Run(ctx context.Context, every time.Duration, do func(context.Context) error, tell func(context.Context, error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	told := false
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		err := do(ctx)
		if ctx.Err() != nil { // what fails because it was stopped is no failure
			return
		}
		if err != nil && !told {
			tell(ctx, err)
		}
		told = err != nil
	}
}

// Start is Run in a goroutine of its own, until stop is called, which waits for it
// to end.
func Start(ctx context.Context, every time.Duration, do func(context.Context) error, tell func(context.Context, error)) (stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		Run(ctx, every, do, tell)
	}()
	return func() error {
		cancel()
		<-done
		return nil
	}
}
