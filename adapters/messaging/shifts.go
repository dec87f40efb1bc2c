package messaging

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"
)

// Leases divides work among instances. A lease is a courtesy: whatever is done
// under one is safe by its checkpoint, should two ever think that they hold it.
type Leases interface {
	// Instances says that this instance lives, and counts those that do.
	Instances(ctx context.Context, within time.Duration) (int, error)
	// Hold takes or keeps pieces of work that nobody else holds, at most so
	// many, for some time from now, and says which.
	Hold(ctx context.Context, work []string, most int, within time.Duration) ([]string, error)
	// Release gives work back at once.
	Release(ctx context.Context, work []string) error
	// Leave gives everything back.
	Leave(ctx context.Context) error
}

// Alone is the Leases of an Usher that has its stores to itself.
type Alone struct{}

// Instances implements Leases.
func (Alone) Instances(context.Context, time.Duration) (int, error) { return 1, nil }

// Hold implements Leases.
func (Alone) Hold(_ context.Context, work []string, _ int, _ time.Duration) ([]string, error) {
	return work, nil
}

// Release implements Leases.
func (Alone) Release(context.Context, []string) error { return nil }

// Leave implements Leases.
func (Alone) Leave(context.Context) error { return nil }

const (
	// shiftEvery is how often work is divided anew.
	shiftEvery = 500 * time.Millisecond
	// leaseFor is how long an instance that says nothing keeps its work: others
	// take over within leaseFor and shiftEvery.
	leaseFor = 3 * time.Second
	// observeFor is how long it may take to look at what others do: short enough
	// for leases to be renewed in time.
	observeFor = leaseFor / 3
)

// job is a piece of work that goes on until its context ends.
type job struct {
	name string
	run  func(context.Context)
}

// shifts does this instance's share of some jobs.
type shifts struct {
	leases Leases
	// jobs are those that there are to do, asked anew each time.
	jobs func(context.Context) ([]job, error)
	// divided is called each time after work was divided, or could not be.
	divided func(context.Context)
	logger  *slog.Logger
	bell    chan struct{} // rings when the jobs may have changed

	running map[string]*shift
	ending  map[string]*shift // told to end, and not done yet
	heldAt  time.Time         // when the leases were last known to be held

	trouble trouble // why work cannot be divided for now
}

// shift is one job under way.
type shift struct {
	cancel context.CancelFunc
	done   chan struct{}
}

func newShifts(leases Leases, logger *slog.Logger, jobs func(context.Context) ([]job, error)) *shifts {
	return &shifts{leases: leases, jobs: jobs, divided: func(context.Context) {}, logger: logger, bell: make(chan struct{}, 1), running: map[string]*shift{}, ending: map[string]*shift{}}
}

// ring has the work divided anew at once.
func (s *shifts) ring() {
	select {
	case s.bell <- struct{}{}:
	default:
	}
}

// run works until ctx ends, and returns after all its jobs have.
func (s *shifts) run(ctx context.Context) {
	tick := time.NewTicker(shiftEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		err := s.divide(ctx)
		if ctx.Err() == nil && s.trouble.set(err) {
			s.logger.WarnContext(ctx, "work cannot be divided for now", slog.Any("error", err))
		}
		if err != nil && time.Since(s.heldAt) > leaseFor {
			s.end(slices.Collect(maps.Keys(s.running)))
		}
		s.divided(ctx)
		select {
		case <-tick.C:
		case <-s.bell:
		case <-ctx.Done():
		}
	}
	s.end(slices.Collect(maps.Keys(s.running)))
	for _, one := range s.ending {
		<-one.done
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseFor)
	defer cancel()
	if err := s.leases.Leave(ctx); err != nil {
		s.logger.WarnContext(ctx, "work cannot be given back; others take over in a moment", slog.Any("error", err))
	}
}

// divide keeps what this instance does, up to its share, ends the rest, and takes
// over what nobody does. It waits for no job: what ends slowly is given back when
// it has ended, or its lease runs out.
func (s *shifts) divide(ctx context.Context) error {
	working := ctx // for as long as the jobs may go on
	ctx, cancel := context.WithTimeout(ctx, leaseFor)
	defer cancel()
	jobs, err := s.jobs(ctx)
	if err != nil {
		return err
	}
	asked := time.Now() // leases last from then on at least
	instances, err := s.leases.Instances(ctx, leaseFor)
	if err != nil {
		return err
	}
	if ended := s.reap(); len(ended) > 0 {
		if err := s.leases.Release(ctx, ended); err != nil {
			return err
		}
	}
	share := (len(jobs) + instances - 1) / max(instances, 1)
	mine, others := s.sort(jobs)
	if len(mine) > share {
		s.end(names(mine[share:]))
		mine = mine[:share]
	}
	kept, err := s.hold(ctx, mine, len(mine))
	if err != nil {
		return err
	}
	taken, err := s.hold(ctx, others, share-len(kept))
	if err != nil {
		return err
	}
	s.heldAt = asked
	s.settle(working, jobs, append(kept, taken...))
	return nil
}

// sort tells the jobs that run here from the others. Those that are ending are
// neither, so that their leases are not renewed, and nothing runs twice here.
func (s *shifts) sort(jobs []job) (mine, others []job) {
	for _, one := range jobs {
		switch {
		case s.running[one.name] != nil:
			mine = append(mine, one)
		case s.ending[one.name] == nil:
			others = append(others, one)
		}
	}
	return mine, others
}

// here says whether a job runs here, or has not ended yet.
func (s *shifts) here(job string) bool { return s.running[job] != nil || s.ending[job] != nil }

func (s *shifts) hold(ctx context.Context, jobs []job, most int) ([]string, error) {
	if len(jobs) == 0 || most <= 0 {
		return nil, nil
	}
	return s.leases.Hold(ctx, names(jobs), most, leaseFor)
}

// settle runs what is held, and nothing else.
func (s *shifts) settle(ctx context.Context, jobs []job, held []string) {
	var lost []string
	for name := range s.running {
		if !slices.Contains(held, name) {
			lost = append(lost, name)
		}
	}
	s.end(lost)
	for _, one := range jobs {
		if s.running[one.name] == nil && slices.Contains(held, one.name) {
			s.start(ctx, one)
		}
	}
}

func (s *shifts) start(ctx context.Context, one job) {
	ctx, cancel := context.WithCancel(ctx)
	started := &shift{cancel: cancel, done: make(chan struct{})}
	s.running[one.name] = started
	go func() {
		one.run(ctx)
		close(started.done)
		if ctx.Err() != nil {
			s.ring() // to be given back
		}
	}()
}

// end tells jobs to end, and does not wait for them.
func (s *shifts) end(jobs []string) {
	for _, name := range jobs {
		one := s.running[name]
		one.cancel()
		delete(s.running, name)
		s.ending[name] = one
	}
}

// reap is the jobs that were told to end, and have.
func (s *shifts) reap() (ended []string) {
	for name, one := range s.ending {
		select {
		case <-one.done:
			delete(s.ending, name)
			ended = append(ended, name)
		default:
		}
	}
	return ended
}

func names(jobs []job) []string {
	all := make([]string, len(jobs))
	for i := range jobs {
		all[i] = jobs[i].name
	}
	return all
}
