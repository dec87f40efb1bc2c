package persistent

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/usher-engine/usher/adapters/esdbnode/persistent/group"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// subscription runs one group: a goroutine that reads for it, tells it what
// happens and does what it decides. All but the channels belongs to that
// goroutine; others come in by do.
type subscription struct {
	entry   entry
	options Options
	store   *store.Store

	calls chan func(context.Context)
	more  chan struct{} // has one when there may be something new to read
	stop  context.CancelFunc
	done  chan struct{}
	cause error // why it stopped; written before stop

	group    *group.Group
	source   source
	parked   *parked
	readers  map[group.ReaderID]*reader
	lastID   group.ReaderID
	next     group.Place // to be read
	behind   bool        // whether there may be more to read
	fault    error       // why nothing more can be read
	measured measurement
}

// open loads a group and starts its goroutine, which runs until close, or until
// ctx ends.
func open(ctx context.Context, s *store.Store, e entry, options Options) (*subscription, error) {
	sub := &subscription{
		entry: e, options: options, store: s,
		calls: make(chan func(context.Context)), more: make(chan struct{}, 1), done: make(chan struct{}),
		readers: map[group.ReaderID]*reader{}, behind: true, measured: measurement{at: options.Now()},
	}
	if err := sub.load(ctx); err != nil {
		return nil, fmt.Errorf("open the persistent subscription %s: %w", e.key(), err)
	}
	ctx, sub.stop = context.WithCancel(ctx)
	go sub.run(ctx)
	return sub, nil
}

func (s *subscription) load(ctx context.Context) (err error) {
	filter, err := s.entry.Filter.compile()
	if err != nil {
		return err
	}
	s.source = source{store: s.store, stream: s.entry.Stream, filter: filter, resolve: s.entry.ResolveLinkTos}
	if s.parked, err = openParked(ctx, s.store, s.entry.key()); err != nil {
		return err
	}
	checkpoint, found, err := loadCheckpoint(ctx, s.store, s.entry.key())
	if err != nil {
		return err
	}
	if found {
		s.group, s.next = group.Resume(s.entry.settings(), checkpoint), checkpoint+1
		return nil
	}
	s.group = group.New(s.entry.settings())
	s.next, err = s.entry.start()
	return err
}

// close ends the readers with a cause, and waits until nothing runs any more.
func (s *subscription) close(cause error) {
	s.cause = cause
	s.stop()
	<-s.done
}

// poke says that there may be something new to read.
func (s *subscription) poke() {
	select {
	case s.more <- struct{}{}:
	default:
	}
}

// do runs a function in the subscription's goroutine, and waits for it. Once the
// subscription has stopped, there is none of its name any more.
func (s *subscription) do(ctx context.Context, call func(context.Context)) error {
	called := make(chan struct{})
	select {
	case s.calls <- func(ctx context.Context) { defer close(called); call(ctx) }:
		<-called
		return nil
	case <-s.done:
		return s.entry.key().missing()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *subscription) run(ctx context.Context) {
	defer close(s.done)
	defer func() {
		for _, r := range s.readers {
			r.end(s.ended())
		}
	}()
	ticker := time.NewTicker(s.options.Tick)
	defer ticker.Stop()
	always := make(chan struct{})
	close(always)
	for {
		var readOn chan struct{}
		if s.readable() {
			readOn = always
		}
		select {
		case <-ctx.Done():
			return
		case call := <-s.calls:
			call(ctx)
		case <-s.more:
			s.behind = true
		case <-readOn:
			s.read(ctx)
		case <-ticker.C:
			s.carryOut(ctx, s.group.Tick(s.options.Now()))
		}
	}
}

// ended is why readers end with the subscription.
func (s *subscription) ended() error {
	if s.cause != nil {
		return s.cause
	}
	return wire.Stopping()
}

// readable says whether there is something to read and room for it: for a batch
// where a reader wants more, and otherwise for half the buffer, because a log is
// read faster in large pieces.
func (s *subscription) readable() bool {
	if (!s.behind || s.fault != nil) && !s.parked.replaying() {
		return false
	}
	room := s.group.Room()
	return room >= s.entry.batch() && (s.group.Wanting() || 2*room >= int(s.entry.HistoryBufferSize))
}

// page is how many messages are read at once: as many as there is room for, but
// not so many that answers wait long.
func (s *subscription) page() int {
	const most = 500
	return min(s.group.Room(), max(most, s.entry.batch()))
}

// read adds a page of parked messages, where they are replayed, and otherwise
// one of the stream.
func (s *subscription) read(ctx context.Context) {
	var err error
	if s.parked.replaying() {
		err = s.replay(ctx)
	} else {
		err = s.readOn(ctx)
	}
	if err != nil && ctx.Err() == nil {
		s.fail(ctx, err)
	}
}

func (s *subscription) replay(ctx context.Context) error {
	messages, err := s.parked.read(ctx, s.page())
	if err != nil {
		return err
	}
	s.carryOut(ctx, s.group.Replay(s.options.Now(), messages...))
	return nil
}

func (s *subscription) readOn(ctx context.Context) error {
	found, err := s.source.read(ctx, s.next, s.page())
	if err != nil {
		return err
	}
	s.next, s.behind = found.next, !found.end
	for _, step := range found.steps {
		if step.count > 0 {
			s.carryOut(ctx, s.group.Skip(s.options.Now(), step.place, step.count))
		} else {
			s.carryOut(ctx, s.group.Read(s.options.Now(), step.message))
		}
	}
	return nil
}

// fail drops the readers, and whoever comes, because the stream cannot be read:
// it was deleted for ever, or the filter or the log is broken.
func (s *subscription) fail(ctx context.Context, err error) {
	s.options.Logger.ErrorContext(ctx, "a persistent subscription cannot read on",
		slog.String("stream", s.entry.Stream), slog.String("group", s.entry.Group), slog.Any("error", err))
	s.fault = s.entry.key().dropped()
	s.parked.to = s.parked.from
	for id, r := range s.readers {
		r.end(s.fault)
		delete(s.readers, id)
		s.carryOut(ctx, s.group.Disconnect(s.options.Now(), id))
	}
}

// carryOut does what the group decided, and what follows from that.
func (s *subscription) carryOut(ctx context.Context, decisions []group.Decision) {
	var aside []group.SetAside
	for _, decision := range decisions {
		switch d := decision.(type) {
		case group.Deliver:
			s.readers[d.Reader].put(d)
		case group.Withdraw:
			s.readers[d.Reader].withdraw(d.Ticket)
		case group.SetAside:
			aside = append(aside, d)
		case group.Checkpoint:
			s.log(ctx, "write a checkpoint", saveCheckpoint(ctx, s.store, s.entry, d.Place))
		case group.Release:
			s.log(ctx, "truncate the parked messages", s.parked.release(ctx, d.Before))
		}
	}
	if len(aside) > 0 {
		s.setAside(ctx, aside)
	}
}

func (s *subscription) setAside(ctx context.Context, aside []group.SetAside) {
	err := s.parked.park(ctx, s.options.Now(), aside)
	s.log(ctx, "park messages", err)
	for _, a := range aside {
		s.carryOut(ctx, s.group.Parked(s.options.Now(), a.Ticket, err == nil))
	}
}

// log reports what could not be written. Nothing is lost by that: the messages
// concerned are delivered again.
func (s *subscription) log(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		s.options.Logger.ErrorContext(ctx, "a persistent subscription could not write",
			slog.String("what", what), slog.String("stream", s.entry.Stream), slog.String("group", s.entry.Group), slog.Any("error", err))
	}
}
