package messaging

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Policy follows up on events: those of one stream in order, those of different
// streams perhaps at the same time. It may see an event
// again after a crash: what it does must then change nothing.
type Policy struct {
	// Name finds how far the policy has come; it never changes.
	Name   string
	Handle func(ctx context.Context, event domain.Recorded) error
}

// Policies has policies follow a feed.
type Policies struct {
	feed *Feed
	all  []*member
}

// policyKind is what members that are policies are called.
const policyKind = "policy"

// Progress keeps how far policies have come, and at which events they are
// stopped, for all instances and the next start.
type Progress interface {
	Checkpoints
	// Stops returns the events at which a policy is stopped, in the log's order.
	// One that is not behind its checkpoint is over.
	Stops(ctx context.Context, policy string) ([]*projections.Poison, error)
	// SaveStop keeps that a policy is stopped at an event, and ForgetStop that it
	// is not any more.
	SaveStop(ctx context.Context, policy string, stopped projections.Poison) error
	ForgetStop(ctx context.Context, policy string, event uuid.UUID) error
}

// NewPolicies has policies follow a feed, which is not started yet.
func NewPolicies(feed *Feed, progress Progress, policies []Policy) *Policies {
	p := &Policies{feed: feed}
	for _, policy := range policies {
		one := &actor{Policy: policy, progress: progress}
		one.member = feed.follow(one, policyKind)
		one.member.stops, one.member.note, one.member.leave = one.stops, one.note, one.leave
		p.all = append(p.all, one.member)
	}
	return p
}

// Settled waits until every policy has handled all events up to a position. It
// ends with ctx's error, or with the *projections.Poison at which one is stopped.
func (p *Policies) Settled(ctx context.Context, position domain.Position) error {
	for _, one := range p.all {
		if err := one.reach(ctx, position); err != nil {
			return fmt.Errorf("wait for policy %s to reach %s: %w", one.follower.Name(), position, err)
		}
	}
	return nil
}

// Standings says how far each policy has come.
func (p *Policies) Standings() []Standing { return p.feed.standings(p.all) }
