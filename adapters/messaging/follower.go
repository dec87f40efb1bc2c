package messaging

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// sideBySide is how many events a policy handles at once at most.
const sideBySide = 64

// follower runs one policy.
type follower struct {
	policy      Policy
	log         journal.Log
	decoder     Decoder
	checkpoints Checkpoints
	logger      *slog.Logger
	place       *place
	skips       Skips
}

// run follows the log until ctx ends.
func (f *follower) run(ctx context.Context) {
	pause := backoff{first: 10 * time.Millisecond, most: 5 * time.Second}
	for ctx.Err() == nil {
		if err := f.follow(ctx); err != nil && ctx.Err() == nil {
			f.fail(ctx, err)
			pause.wait(ctx)
		}
	}
}

// follow ends with an error where it cannot begin. The subscription ends after
// the last event is handled, so that its acknowledgement is still saved.
func (f *follower) follow(ctx context.Context) error {
	at, err := f.elsewhere(ctx)
	if err != nil {
		return err
	}
	f.place.stand(at)
	subscriber := NewSubscriber(f.log, f.policy.Name, f.checkpoints, SubscriberOptions{Logger: f.logger})
	defer subscriber.Close() //nolint:errcheck // because it never fails
	messages, err := subscriber.Subscribe(context.WithoutCancel(ctx), Everything)
	if err != nil {
		return err
	}
	f.place.reached(at)
	for {
		select {
		case first := <-messages:
			f.insistOnAll(ctx, collect(first, messages, sideBySide))
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// elsewhere is how far the policy has come, whoever runs it.
func (f *follower) elsewhere(ctx context.Context) (domain.Position, error) {
	return f.checkpoints.Checkpoint(ctx, f.policy.Name)
}

// insistOnAll handles events of different streams side by side, so that what
// they make durable is synced together, and events of one stream in order. The
// policy's place moves over what is handled with nothing unhandled before it.
func (f *follower) insistOnAll(ctx context.Context, messages []*message.Message) {
	done := make([]atomic.Bool, len(messages))
	streams := map[string][]int{}
	for i, m := range messages {
		streams[m.Metadata[StreamKey]] = append(streams[m.Metadata[StreamKey]], i)
	}
	var group sync.WaitGroup
	var advancing sync.Mutex
	next := 0
	advance := func() {
		advancing.Lock()
		defer advancing.Unlock()
		for next < len(done) && done[next].Load() {
			position, err := domain.ParsePosition(messages[next].Metadata[PositionKey])
			next++
			switch {
			case err != nil: // cannot be: the message was handled
			case next < len(done):
				f.place.stand(position) // another may be failing
			default:
				f.place.reached(position)
			}
		}
	}
	for _, inOrder := range streams {
		group.Go(func() {
			for _, i := range inOrder {
				if !f.insist(ctx, messages[i]) {
					return
				}
				done[i].Store(true)
				advance()
			}
		})
	}
	group.Wait()
}

// insist handles a message until that succeeds, and is then true; or until ctx
// ends, or the message is no longer ours to handle.
func (f *follower) insist(ctx context.Context, m *message.Message) bool {
	failed := backoff{first: 10 * time.Millisecond, most: 30 * time.Second}
	stopped := backoff{first: time.Second, most: stoppedFor}
	for ctx.Err() == nil && m.Context().Err() == nil {
		record, err := ToRecord(m)
		if err == nil {
			err = f.handle(ctx, record)
		}
		if err == nil {
			m.Ack()
			return true
		}
		if poison, isPoison := asPoison(err); isPoison {
			if skipped, err := f.skips(ctx, f.policy.Name); err == nil && skipped[poison.Event] {
				m.Ack()
				return true
			}
			if f.place.stop(poison) {
				f.logger.ErrorContext(ctx, "a policy stopped at an event", slog.String("policy", f.policy.Name), slog.Any("error", poison))
			}
			stopped.wait(ctx)
			continue
		}
		f.fail(ctx, fmt.Errorf("event %s at position %s: %w", record.Type, record.Position, err))
		failed.wait(ctx)
	}
	return false
}

func (f *follower) handle(ctx context.Context, record journal.Record) error {
	if !codec.Ours(record) {
		return nil
	}
	events, err := f.decoder.Decode(ctx, []journal.Record{record})
	if err != nil {
		return err
	}
	for _, event := range events {
		if err := f.handleSafely(ctx, event); err != nil {
			return err
		}
	}
	return nil
}

// handleSafely turns a panic into an error: it stops this policy, not Usher.
func (f *follower) handleSafely(ctx context.Context, event domain.Recorded) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("policy %s panicked: %v", f.policy.Name, fault)
		}
	}()
	return f.policy.Handle(ctx, event)
}

func (f *follower) fail(ctx context.Context, err error) {
	if f.place.fail(err) && ctx.Err() == nil {
		f.logger.ErrorContext(ctx, "a policy cannot go on for now", slog.String("policy", f.policy.Name), slog.Any("error", err))
	}
}
