package messaging

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// follower runs one policy.
type follower struct {
	policy      Policy
	log         journal.Log
	decoder     Decoder
	checkpoints Checkpoints
	logger      *slog.Logger
	place       *place
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
	at, err := f.checkpoints.Checkpoint(ctx, f.policy.Name)
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
		case m := <-messages:
			f.insist(ctx, m)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// insist handles a message until that succeeds, or ctx ends, or the message is
// no longer ours to handle. It is acknowledged when all is done.
func (f *follower) insist(ctx context.Context, m *message.Message) {
	failed := backoff{first: 10 * time.Millisecond, most: 30 * time.Second}
	stopped := backoff{first: time.Second, most: time.Minute}
	for ctx.Err() == nil && m.Context().Err() == nil {
		record, err := ToRecord(m)
		if err == nil {
			err = f.handle(ctx, record)
		}
		if err == nil {
			f.place.reached(record.Position)
			m.Ack()
			return
		}
		if poison, isPoison := asPoison(err); isPoison {
			if f.place.stop(poison) {
				f.logger.ErrorContext(ctx, "a policy stopped at an event", slog.String("policy", f.policy.Name), slog.Any("error", poison))
			}
			stopped.wait(ctx)
			continue
		}
		f.fail(ctx, fmt.Errorf("event %s at position %s: %w", record.Type, record.Position, err))
		failed.wait(ctx)
	}
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
