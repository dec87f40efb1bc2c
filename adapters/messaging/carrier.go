package messaging

import (
	"context"
	"log/slog"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

const (
	// liveBatch is how many messages are decoded, and events taken, at once at most.
	liveBatch = 1000
	// liveWindow lets messages come while a batch is decoded.
	liveWindow = 2 * liveBatch
)

// Hearing is a piece of the log as it came in.
type Hearing struct {
	Events []domain.Recorded
	// Unreadable is the streams of other events there, that cannot be read.
	Unreadable []domain.StreamName
	To         domain.Position // everything up to there has come in
	At         time.Time       // when that was the log's end, as far as was known
}

// subscribe carries live messages into the window, from where the log ends now: who
// follows comes there by pages.
func (f *Feed) subscribe(ctx context.Context) {
	from, err := f.ending(ctx)
	if err != nil {
		return
	}
	f.window.begin(from)
	subscriber := NewSubscriber(f.log, "feed", startingAt(from), SubscriberOptions{Window: liveWindow, Logger: f.options.Logger})
	defer subscriber.Close() //nolint:errcheck // because it never fails
	messages, err := subscriber.Subscribe(ctx, Everything)
	if err != nil {
		return // cannot be: startingAt and a new subscriber never fail
	}
	var taken []*message.Message
	var records []journal.Record
	for first := range messages {
		taken, records = collect(taken[:0], first, messages), records[:0]
		for _, m := range taken {
			record, err := ToRecord(m)
			if err != nil { // cannot be, as FromRecord made it; nothing is left out for it
				f.trouble.set(err)
				return
			}
			records = append(records, record)
		}
		from = f.carry(ctx, from, records)
		for _, m := range taken {
			m.Ack()
		}
	}
}

// ending asks where the log ends, until it can be told or ctx ends.
func (f *Feed) ending(ctx context.Context) (domain.Position, error) {
	pause := backoff{first: 10 * time.Millisecond, most: time.Second}
	for {
		began := time.Now()
		head, err := f.log.Head(ctx)
		if err == nil {
			f.hear(Hearing{To: head, At: began})
			return head, nil
		}
		if pause.wait(ctx); ctx.Err() != nil {
			return head, ctx.Err()
		}
	}
}

// collect takes what is there, up to so many, and never waits for more.
func collect(taken []*message.Message, first *message.Message, messages <-chan *message.Message) []*message.Message {
	taken = append(taken, first)
	for len(taken) < liveBatch {
		select {
		case m, open := <-messages:
			if !open {
				return taken
			}
			taken = append(taken, m)
		default:
			return taken
		}
	}
	return taken
}

// carry decodes records behind a position and puts the events into the window, and says
// how far they go. Where keys cannot
// be had, it tries until they can; an event that cannot be read is left to each
// of those who follow.
func (f *Feed) carry(ctx context.Context, from domain.Position, records []journal.Record) domain.Position {
	pause := backoff{first: 10 * time.Millisecond, most: time.Second}
	for len(records) > 0 && ctx.Err() == nil {
		found, err := f.pages.decode(ctx, from, records)
		if err != nil {
			if ctx.Err() == nil && f.trouble.set(err) {
				f.options.Logger.WarnContext(ctx, "events cannot be opened for now", slog.Any("error", err))
			}
			pause.wait(ctx)
			continue
		}
		f.trouble.set(nil)
		f.tell(found, records)
		if found.poison == nil {
			f.window.extend(found.Events, found.To)
			from, records = found.To, nil
		} else {
			f.window.pass(found.poison.Position)
			from, records = found.poison.Position, behind(records, found.poison.Position)
		}
		f.heed(found.Events)
	}
	return from
}

// tell tells who hears of everything what was decoded of records.
func (f *Feed) tell(found batch, records []journal.Record) {
	heard := Hearing{Events: found.Events, Unreadable: found.aside, To: found.To, At: nearlyEnd(records[len(records)-1])}
	if poison := found.poison; poison != nil {
		heard.To = poison.Position
		for _, record := range records {
			if record.Position == poison.Position {
				heard.Unreadable = append(heard.Unreadable, domain.StreamName(record.Stream))
			}
		}
	}
	f.hear(heard)
}

// nearlyEnd is when a record was the log's end, or near it: now, unless it was committed
// before, as what comes after a break was.
func nearlyEnd(record journal.Record) time.Time {
	if now := time.Now(); record.Time.After(now) {
		return now
	}
	return record.Time
}

// behind is the records behind a position.
func behind(records []journal.Record, at domain.Position) []journal.Record {
	for len(records) > 0 && !records[0].Position.After(at) {
		records = records[1:]
	}
	return records
}

// heed lets those who are stopped ask anew where an operator may have spoken.
func (f *Feed) heed(events []domain.Recorded) {
	for i := range events {
		if events[i].Stream == domain.OperationsStream() {
			f.spoken.ring()
			return
		}
	}
}

// startingAt is the checkpoint of those who keep their own with what they do.
type startingAt domain.Position

// Checkpoint implements Checkpoints.
func (s startingAt) Checkpoint(context.Context, string) (domain.Position, error) {
	return domain.Position(s), nil
}

// SaveCheckpoint implements Checkpoints: it keeps nothing.
func (s startingAt) SaveCheckpoint(context.Context, string, domain.Position, domain.Position) error {
	return nil
}
