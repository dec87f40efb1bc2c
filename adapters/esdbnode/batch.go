package esdbnode

import (
	"cmp"
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"golang.org/x/sync/semaphore"
	"google.golang.org/genproto/googleapis/rpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode/rights"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// Limits of one call of BatchAppend.
const (
	// expiryPrecision is how late a client may hear that its append took too long.
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
	desk := &desk{
		patience: s.patience, room: s.room, judge: s.judge,
		open: map[uuid.UUID]*parcel{}, ready: make(chan *parcel, maxGroup), ended: make(chan error, 1),
	}
	defer desk.close()
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
			return wire.Stopping()
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := s.serve(ctx, stream, group); err != nil {
			return err
		}
		desk.done(group)
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
	var answers []*streams.BatchAppendResp
	var failed error
	for _, parcel := range group {
		var appended store.Appended
		if parcel.failure == nil {
			var err error
			appended, err, results = results[0].Appended, results[0].Err, results[1:]
			if parcel.failure = refusal(err, parcel.identifier); parcel.failure == nil && err != nil {
				failed = err
				break
			}
		}
		answers = append(answers, parcel.answer(appended))
	}
	return cmp.Or(s.send(stream, answers), failed)
}

// send ends the call of a client that does not read its answers: what it has sent would
// be kept for as long.
func (s *streamsService) send(stream streams.Streams_BatchAppendServer, answers []*streams.BatchAppendResp) error {
	sent := make(chan error, 1)
	go func() { // ends with the call
		var err error
		for i := 0; i < len(answers) && err == nil; i++ {
			err = stream.Send(answers[i])
		}
		sent <- err
	}()
	late := time.NewTimer(s.slowAfter)
	defer late.Stop()
	select {
	case err := <-sent:
		return err
	case <-late.C:
		return wire.TimedOut()
	}
}

// parcel is one append of a call, which comes in pieces that have its
// correlation id.
type parcel struct {
	correlation *shared.UUID
	identifier  *shared.StreamIdentifier
	request     store.Request
	deadline    time.Time
	size        int // of the data
	held        int // bytes of memory, roughly
	share       int // of all calls' bytes: as many, or fewer where it was refused
	failure     *status.Status
}

// desk is where parcels arrive. Each leaves it once: whole, refused or expired.
type desk struct {
	patience time.Duration
	room     *semaphore.Weighted // that all calls share
	judge    *rights.Judge

	ready chan *parcel // closed when no more come
	ended chan error   // how receiving ended; nil when the client has sent all

	mutex sync.Mutex
	open  map[uuid.UUID]*parcel // those that have not arrived whole
	held  int                   // bytes that they hold
	share int                   // of room
	over  bool                  // nothing is held any more
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
		if parcel := d.take(ctx, message); parcel != nil {
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
func (d *desk) take(ctx context.Context, message *streams.BatchAppendReq) *parcel {
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
		if parcel, err = newParcel(message, time.Now(), d.patience); err != nil {
			return refusedParcel(message, badRequest(err))
		}
		if err := d.judge.Stream(ctx, rights.Write, parcel.request.Stream); err != nil {
			return refusedParcel(message, refusedBy(err))
		}
		d.open[id] = parcel
		d.held += parcel.held
	}
	before := parcel.held
	parcel.add(message.GetProposedMessages())
	d.held += parcel.held - before
	if d.held > maxOpen && !message.GetIsFinal() || !d.reserve(parcel) {
		parcel.failure, parcel.request.Events = tooBusy(), nil
	}
	if !message.GetIsFinal() && parcel.failure == nil {
		return nil
	}
	d.remove(id)
	return parcel
}

// reserve takes a share of the room for what a parcel has more than before.
func (d *desk) reserve(parcel *parcel) bool {
	more := parcel.held - parcel.share
	if d.over || !d.room.TryAcquire(int64(more)) {
		return false
	}
	parcel.share += more
	d.share += more
	return true
}

// done gives back what parcels had that were answered.
func (d *desk) done(group []*parcel) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	for _, parcel := range group {
		d.share -= parcel.share
		d.room.Release(int64(parcel.share))
	}
}

func (d *desk) close() {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.room.Release(int64(d.share))
	d.share, d.over = 0, true
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

func newParcel(message *streams.BatchAppendReq, now time.Time, patience time.Duration) (*parcel, error) {
	options := message.GetOptions()
	request, err := target(options, options.GetStreamIdentifier())
	if err != nil {
		return nil, err
	}
	parcel := &parcel{
		correlation: message.GetCorrelationId(),
		identifier:  options.GetStreamIdentifier(),
		request:     request,
		deadline:    now.Add(min(allowed(options, now, patience), patience)),
		held:        emptyAppend + len(request.Stream),
	}
	if !now.Before(parcel.deadline) {
		parcel.failure = timedOut()
	}
	return parcel, nil
}

// allowed is how long a client gives an append, in either of the two forms;
// otherwise it is what is said.
func allowed(options *streams.BatchAppendReq_Options, now time.Time, otherwise time.Duration) time.Duration {
	switch option := options.GetDeadlineOption().(type) {
	case *streams.BatchAppendReq_Options_Deadline:
		return option.Deadline.AsDuration()
	case *streams.BatchAppendReq_Options_Deadline_21_10_0:
		return option.Deadline_21_10_0.AsTime().Sub(now)
	}
	return otherwise
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
		p.size += len(event.Data)
		p.held += len(event.Data) + len(event.Metadata) + len(event.Type) + emptyEvent
		p.request.Events = append(p.request.Events, event)
		if p.size > store.MaxAppendSize || p.held > maxOpen {
			p.failure = tooLarge()
		}
	}
}
