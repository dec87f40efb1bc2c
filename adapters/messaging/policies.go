package messaging

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Policy follows up on events in the order of the log. It may see an event
// again after a crash: what it does must then change nothing.
type Policy struct {
	// Name finds how far the policy has come; it never changes.
	Name   string
	Handle func(ctx context.Context, event domain.Recorded) error
}

// Checkpoints keeps how far policies have come. They are precious: lost ones
// would send every message again.
type Checkpoints interface {
	// Checkpoint is a policy's position; zero before everything.
	Checkpoint(ctx context.Context, name string) (domain.Position, error)
	// SaveCheckpoint moves it by compare-and-set: where it does not stand at
	// from, it is left alone and projections.ErrMoved returned.
	SaveCheckpoint(ctx context.Context, name string, from, to domain.Position) error
}

// checkpointEvery is how long what a policy has done may go unrecorded.
const checkpointEvery = time.Second

// Policies runs policies, each by itself.
type Policies struct {
	all    []*follower
	cancel context.CancelFunc
	group  sync.WaitGroup
}

// follower runs one policy.
type follower struct {
	policy      Policy
	log         journal.Log
	decoder     Decoder
	checkpoints Checkpoints
	logger      *slog.Logger
	place       *place

	mu      sync.Mutex
	failure error
}

// NewPolicies makes runners of policies; Start starts them.
func NewPolicies(log journal.Log, decoder Decoder, checkpoints Checkpoints, policies []Policy, logger *slog.Logger) *Policies {
	p := &Policies{}
	for _, policy := range policies {
		p.all = append(p.all, &follower{
			policy: policy, log: log, decoder: decoder, checkpoints: checkpoints, logger: logger, place: newPlace(),
		})
	}
	return p
}

// Start runs the policies until Close.
func (p *Policies) Start(ctx context.Context) {
	ctx, p.cancel = context.WithCancel(ctx)
	for _, one := range p.all {
		p.group.Go(func() { one.run(ctx) })
	}
}

// Close stops the policies, each between two events, and waits for them.
func (p *Policies) Close() error {
	if p.cancel != nil {
		p.cancel()
	}
	p.group.Wait()
	return nil
}

// Settled waits until every policy has handled all events up to a position.
func (p *Policies) Settled(ctx context.Context, position domain.Position) error {
	for _, one := range p.all {
		if err := one.place.reach(ctx, position); err != nil {
			return err
		}
	}
	return nil
}

// Status says how far each policy has come.
func (p *Policies) Status() []Following {
	all := make([]Following, len(p.all))
	for i, one := range p.all {
		one.mu.Lock()
		all[i] = Following{Name: one.policy.Name, Position: one.place.get(), Failure: one.failure}
		one.mu.Unlock()
	}
	return all
}

// run follows the log until ctx ends. An event that cannot be handled is tried
// again, and stands visibly in the way until it can.
func (f *follower) run(ctx context.Context) {
	var pause backoff
	for ctx.Err() == nil {
		err := f.follow(ctx, pause.reset)
		if ctx.Err() != nil || errors.Is(err, projections.ErrMoved) {
			continue
		}
		f.fail(err)
		pause.wait(ctx)
	}
}

func (f *follower) follow(ctx context.Context, progressed func()) error {
	saved, err := f.checkpoints.Checkpoint(ctx, f.policy.Name)
	if err != nil {
		return err
	}
	f.place.set(saved)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	start := func(context.Context, string) (domain.Position, error) { return saved, nil }
	subscriber := NewSubscriber(f.log, start, Window)
	defer subscriber.Close() //nolint:errcheck // because it never fails
	messages, err := subscriber.Subscribe(ctx, f.policy.Name)
	if err != nil {
		return err
	}
	tick := time.NewTicker(checkpointEvery)
	defer tick.Stop()
	save := func(ctx context.Context) error {
		to := f.place.get()
		if to == saved {
			return nil
		}
		err := f.checkpoints.SaveCheckpoint(ctx, f.policy.Name, saved, to)
		if err == nil {
			saved = to
		}
		return err
	}
	for {
		select {
		case m, open := <-messages:
			if !open {
				return errors.Join(ctx.Err(), save(context.WithoutCancel(ctx)))
			}
			if err := f.handle(ctx, m); err != nil {
				return errors.Join(err, save(context.WithoutCancel(ctx)))
			}
			progressed()
		case <-tick.C:
			if err := save(ctx); err != nil {
				return err
			}
		}
	}
}

// handle acknowledges a message after what it asks for is done.
func (f *follower) handle(ctx context.Context, m *message.Message) error {
	record, err := ToRecord(m)
	if err != nil {
		return err
	}
	if !notOurs(record) {
		events, err := f.decoder.Decode(ctx, []journal.Record{record})
		if err != nil {
			return err
		}
		for _, event := range events {
			if err := f.policy.Handle(ctx, event); err != nil {
				return err
			}
		}
	}
	f.mu.Lock()
	f.failure = nil
	f.mu.Unlock()
	f.place.set(record.Position)
	m.Ack()
	return nil
}

func (f *follower) fail(err error) {
	f.mu.Lock()
	first := f.failure == nil
	f.failure = err
	f.mu.Unlock()
	if first {
		f.logger.Error("a policy cannot go on for now", slog.String("policy", f.policy.Name), slog.Any("error", err))
	}
}
