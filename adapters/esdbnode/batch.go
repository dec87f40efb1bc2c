package esdbnode

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/genproto/googleapis/rpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// Limits of one call of BatchAppend.
const (
	// longestWait is how long an append may take to arrive, whatever its client
	// allows; expiryPrecision is how late a client may hear of it.
	longestWait     = 2 * time.Second
	expiryPrecision = 50 * time.Millisecond
	// maxGroup is how many appends may wait to be written, and how many are
	// written at once.
	maxGroup = 64
	// maxOpen is how many bytes the appends that have not arrived whole may
	// have together, counting emptyEvent for each event, and emptyAppend for
	// each append, besides what is in it.
	maxOpen     = 16 << 20
	emptyEvent  = 256
	emptyAppend = 1 << 10
)

// BatchAppend implements streams.StreamsServer. One goroutine receives; this one
// writes and answers, as many appends to a sync as have come. A client that does
// not read its answers is not read from either.
func (s *streamsService) BatchAppend(stream streams.Streams_BatchAppendServer) error {
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	desk := &desk{open: map[uuid.UUID]*parcel{}, ready: make(chan *parcel, maxGroup), ended: make(chan error, 1)}
	go desk.receive(ctx, stream)
	tick := time.NewTicker(expiryPrecision)
	defer tick.Stop()
	for {
		var group []*parcel
		more := true
		select {
		case first, ok := <-desk.ready:
			group, more = desk.group(first, ok)
		case <-tick.C:
			group = desk.expired(time.Now())
		case <-s.closing.Done():
			return wire.Unavailable("Server Is Not Ready")
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := s.serve(ctx, stream, group); err != nil {
			return err
		}
		if !more {
			return <-desk.ended
		}
	}
}

// serve writes appends in order and answers each. It fails where the log does.
func (s *streamsService) serve(ctx context.Context, stream streams.Streams_BatchAppendServer, group []*parcel) error {
	var requests []store.Request
	now := time.Now()
	for _, parcel := range group {
		if parcel.failure == nil && !now.Before(parcel.deadline) {
			parcel.failure = timedOut()
		}
		if parcel.failure == nil {
			requests = append(requests, parcel.request)
		}
	}
	var results []store.Result
	if len(requests) > 0 {
		results = s.store.AppendAll(ctx, requests)
	}
	for _, parcel := range group {
		var appended store.Appended
		if parcel.failure == nil {
			var err error
			appended, err, results = results[0].Appended, results[0].Err, results[1:]
			if parcel.failure = refusal(err, parcel.identifier); parcel.failure == nil && err != nil {
				return err
			}
		}
		if err := stream.Send(parcel.answer(appended)); err != nil {
			return err
		}
	}
	return nil
}

// parcel is one append of a call, which comes in pieces that have its
// correlation id.
type parcel struct {
	correlation *shared.UUID
	identifier  *shared.StreamIdentifier
	request     store.Request
	deadline    time.Time
	size        int // as store.Size counts
	held        int // bytes of memory, roughly
	failure     *status.Status
}

// desk is where parcels arrive. Each leaves it once: whole, refused or expired.
type desk struct {
	ready chan *parcel // closed when no more come
	ended chan error   // how receiving ended; nil when the client has sent all

	mutex sync.Mutex
	open  map[uuid.UUID]*parcel // those that have not arrived whole
	held  int                   // bytes that they hold
}

func (d *desk) receive(ctx context.Context, stream streams.Streams_BatchAppendServer) {
	defer close(d.ready)
	for {
		message, err := stream.Recv()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			d.ended <- err
			return
		}
		if parcel := d.take(message); parcel != nil {
			select {
			case d.ready <- parcel:
			case <-ctx.Done():
				d.ended <- ctx.Err()
				return
			}
		}
	}
}

// take adds a piece to its parcel, and returns the parcel where it leaves with
// that. A piece of none that is open is ignored: its parcel was answered.
func (d *desk) take(message *streams.BatchAppendReq) *parcel {
	id, err := wire.ParseUUID(message.GetCorrelationId())
	if err != nil {
		return refusedParcel(message, badRequest(err))
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	parcel, known := d.open[id]
	if !known {
		if message.GetOptions() == nil {
			return nil
		}
		if parcel, err = newParcel(message, time.Now()); err != nil {
			return refusedParcel(message, badRequest(err))
		}
		d.open[id] = parcel
		d.held += parcel.held
	}
	before := parcel.held
	parcel.add(message.GetProposedMessages())
	d.held += parcel.held - before
	if d.held > maxOpen && !message.GetIsFinal() {
		parcel.failure = tooBusy()
	}
	if !message.GetIsFinal() && parcel.failure == nil {
		return nil
	}
	d.remove(id)
	return parcel
}

func (d *desk) remove(id uuid.UUID) {
	d.held -= d.open[id].held
	delete(d.open, id)
}

// group is a parcel and those that are ready behind it. more says whether others
// can come; where none can, those that did not arrive whole are among the group.
func (d *desk) group(first *parcel, ok bool) (group []*parcel, more bool) {
	for parcel := first; ok; {
		if group = append(group, parcel); len(group) == maxGroup {
			return group, true
		}
		select {
		case parcel, ok = <-d.ready:
		default:
			return group, true
		}
	}
	return append(group, d.abandoned()...), false
}

func (d *desk) expired(now time.Time) []*parcel {
	return d.dismiss(func(parcel *parcel) bool { return !now.Before(parcel.deadline) }, timedOut())
}

func (d *desk) abandoned() []*parcel {
	return d.dismiss(func(*parcel) bool { return true }, badRequest(errors.New("the append was not finished")))
}

func (d *desk) dismiss(whether func(*parcel) bool, failure *status.Status) (dismissed []*parcel) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	for id, parcel := range d.open {
		if whether(parcel) {
			parcel.failure = failure
			dismissed = append(dismissed, parcel)
			d.remove(id)
		}
	}
	return dismissed
}

func newParcel(message *streams.BatchAppendReq, now time.Time) (*parcel, error) {
	options := message.GetOptions()
	request, err := target(options, options.GetStreamIdentifier())
	if err != nil {
		return nil, err
	}
	parcel := &parcel{
		correlation: message.GetCorrelationId(),
		identifier:  options.GetStreamIdentifier(),
		request:     request,
		deadline:    now.Add(min(allowed(options, now), longestWait)),
		held:        emptyAppend + len(request.Stream),
	}
	if !now.Before(parcel.deadline) {
		parcel.failure = timedOut()
	}
	return parcel, nil
}

// allowed is how long a client gives an append, in either of the two forms.
func allowed(options *streams.BatchAppendReq_Options, now time.Time) time.Duration {
	switch option := options.GetDeadlineOption().(type) {
	case *streams.BatchAppendReq_Options_Deadline:
		return option.Deadline.AsDuration()
	case *streams.BatchAppendReq_Options_Deadline_21_10_0:
		return option.Deadline_21_10_0.AsTime().Sub(now)
	}
	return longestWait
}

func (p *parcel) add(messages []*streams.BatchAppendReq_ProposedMessage) {
	for _, message := range messages {
		if p.failure != nil {
			return
		}
		event, err := proposed(message)
		if err != nil {
			p.failure = badRequest(err)
			return
		}
		size := store.Size(event)
		p.size, p.held = p.size+size, p.held+size+emptyEvent
		p.request.Events = append(p.request.Events, event)
		if p.size > store.MaxAppendSize {
			p.failure = tooLarge()
		}
	}
}
