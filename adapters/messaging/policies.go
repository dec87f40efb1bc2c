package messaging

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Policy follows up on events: those of one stream in order, those of different
// streams perhaps at the same time. It may see an event
// again after a crash: what it does must then change nothing.
type Policy struct {
	// Name finds how far the policy has come; it never changes.
	Name   string
	Handle func(ctx context.Context, event domain.Recorded) error
}

// Policies runs policies, each by itself.
type Policies struct {
	// StallAfter is how long a policy may stand still behind the log before its
	// status says so. It is set before Start.
	StallAfter time.Duration

	log    journal.Log
	logger *slog.Logger
	all    []*follower
	shifts *shifts // where Share was called
	cancel context.CancelFunc
	group  sync.WaitGroup
}

// NewPolicies makes runners of policies; Start starts them.
func NewPolicies(log journal.Log, decoder Decoder, checkpoints Checkpoints, policies []Policy, logger *slog.Logger) *Policies {
	p := &Policies{StallAfter: StallAfter, log: log, logger: logger}
	for _, policy := range policies {
		p.all = append(p.all, &follower{
			policy: policy, log: log, decoder: decoder, checkpoints: checkpoints, logger: logger, place: newPlace(), skips: noSkips,
		})
	}
	return p
}

// Start runs the policies until ctx ends or Close. It is called once.
func (p *Policies) Start(ctx context.Context) {
	ctx, p.cancel = context.WithCancel(ctx)
	watch := watch{log: p.log, after: p.StallAfter}
	for _, one := range p.all {
		watch.places = append(watch.places, watched{one.place, one.elsewhere})
		if p.shifts == nil {
			p.group.Go(func() { one.run(ctx) })
		}
	}
	if p.shifts != nil {
		p.group.Go(func() { p.shifts.run(ctx) })
	}
	p.group.Go(func() { watch.run(ctx) })
}

// Share has the policies divided with other instances. It is called before Start.
func (p *Policies) Share(leases Leases) {
	p.shifts = newShifts(leases, p.logger, p.jobs)
}

// Skip has policies leave out what an operator said. It is called before Start.
func (p *Policies) Skip(skips Skips) {
	for _, one := range p.all {
		one.skips = skips
	}
}

// jobs is a policy each.
func (p *Policies) jobs(ctx context.Context) ([]job, error) {
	jobs := make([]job, len(p.all))
	for i, one := range p.all {
		jobs[i] = job{"policy " + one.policy.Name, one.run}
		if p.shifts.running[jobs[i].name] != nil {
			continue
		}
		at, err := one.elsewhere(ctx)
		if err != nil {
			return nil, err
		}
		one.place.reached(at)
	}
	return jobs, nil
}

// Close stops the policies, each between two events, saves how far they have
// come, and waits for that.
func (p *Policies) Close() error {
	if p.cancel != nil {
		p.cancel()
	}
	p.group.Wait()
	return nil
}

// Settled waits until every policy has handled all events up to a position. It
// ends with ctx's error, or with the *projections.Poison that one cannot read.
func (p *Policies) Settled(ctx context.Context, position domain.Position) error {
	for _, one := range p.all {
		if err := one.place.reach(ctx, position, one.elsewhere); err != nil {
			return fmt.Errorf("wait for policy %s to reach %s: %w", one.policy.Name, position, err)
		}
	}
	return nil
}

// Status says how far each policy has come.
func (p *Policies) Status() []Following {
	all := make([]Following, len(p.all))
	for i, one := range p.all {
		all[i] = one.place.following(one.policy.Name, 0)
	}
	return p.shifts.keptFrom(all)
}
