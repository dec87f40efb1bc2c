package group

import (
	"cmp"
	"container/list"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Group is the state of one persistent subscription. It is not safe for use
// from several goroutines.
//
// What it promises: a message is done only when it was acknowledged, skipped or
// parked, and no checkpoint passes one that is not; no reader has more messages
// than it has slots; messages are delivered in the order they were read as long
// as none has to be tried again.
type Group struct {
	settings Settings
	readers  map[ReaderID]*reader
	strategy strategy
	free     int // slots of all readers together

	retry []*item // to be tried again, by place; replayed ones behind the others
	fresh []*item // not delivered yet, in order

	flights *list.List // of *item, in the order they were delivered
	byID    map[uuid.UUID][]*item
	parking map[Ticket]*item
	tickets Ticket

	pending  *list.List // of *item, all that was read and is not done, in order
	read     mark       // up to where it was read
	saved    mark       // the last checkpoint
	savedAt  time.Time
	replayed replay

	total uint64
	out   []Decision
}

// mark is a place, and how many messages were read up to it.
type mark struct {
	place Place
	count uint64
	known bool // false before the first message of a group without a checkpoint
}

// replay is which parked messages are being delivered again.
type replay struct {
	pending  *list.List // of *item
	next     Place      // behind the last one that was read
	released Place      // what Release said last
}

type item struct {
	message  Message
	before   mark // up to where it was read before this one
	replayed bool
	retries  int
	place    *list.Element // in pending

	// Where it is in flight:
	reader   *reader
	ticket   Ticket
	sent     time.Time
	flight   *list.Element
	deadline time.Time
	bucket   int // of a pinned strategy
}

func (i *item) id() uuid.UUID { return i.message.Original().ID }

// New returns a group that has read nothing yet.
func New(settings Settings) *Group {
	return &Group{
		settings: settings,
		readers:  map[ReaderID]*reader{},
		strategy: newStrategy(settings.Strategy),
		flights:  list.New(),
		byID:     map[uuid.UUID][]*item{},
		parking:  map[Ticket]*item{},
		pending:  list.New(),
		replayed: replay{pending: list.New()},
	}
}

// Resume returns a group that has done everything up to and with a place.
func Resume(settings Settings, checkpoint Place) *Group {
	g := New(settings)
	g.read = mark{place: checkpoint, known: true}
	g.saved = g.read
	return g
}

// Full says that there are as many readers as there may be.
func (g *Group) Full() bool {
	return g.settings.MaxReaders > 0 && len(g.readers) >= g.settings.MaxReaders
}

// Room returns how many messages may be read for the group now.
func (g *Group) Room() int {
	return max(0, g.settings.Buffer-len(g.retry)-len(g.fresh))
}

// Wanting says that a reader could take more than there is for it.
func (g *Group) Wanting() bool { return g.free > 0 }

// Connect adds a reader that takes up to slots messages at a time.
func (g *Group) Connect(now time.Time, id ReaderID, slots int) []Decision {
	r := &reader{id: id, slots: slots}
	g.readers[id] = r
	g.free += slots
	g.strategy.join(r)
	g.dispatch(now)
	return g.decided()
}

// Disconnect takes a reader away; what it had goes to others, in order.
func (g *Group) Disconnect(now time.Time, id ReaderID) []Decision {
	g.remove(now, id)
	g.dispatch(now)
	return g.decided()
}

// Read adds messages in the order in which they were read.
func (g *Group) Read(now time.Time, messages ...Message) []Decision {
	for _, message := range messages {
		i := &item{message: message, before: g.read}
		i.place = g.pending.PushBack(i)
		g.fresh = append(g.fresh, i)
		g.read = mark{place: message.Place, count: g.read.count + 1, known: true}
	}
	g.dispatch(now)
	return g.decided()
}

// Skip says that count events up to and with a place were read that are of no
// concern to the group.
func (g *Group) Skip(now time.Time, place Place, count int) []Decision {
	g.read = mark{place: place, count: g.read.count + uint64(count), known: true}
	g.checkpoint(now, false)
	return g.decided()
}

// Replay adds parked messages, in the order of their own stream, by their
// places there.
func (g *Group) Replay(now time.Time, messages ...Message) []Decision {
	for _, message := range messages {
		i := &item{message: message, replayed: true}
		i.place = g.replayed.pending.PushBack(i)
		g.enqueue(i)
		g.replayed.next = message.Place + 1
	}
	g.dispatch(now)
	return g.decided()
}

// Ack says that a reader has processed messages, which it names by the ids of
// their originals.
func (g *Group) Ack(now time.Time, id ReaderID, ids ...uuid.UUID) []Decision {
	for _, i := range g.answered(now, id, ids) {
		g.done(i)
	}
	g.checkpoint(now, false)
	g.dispatch(now)
	return g.decided()
}

// Nack says that a reader could not process messages.
func (g *Group) Nack(now time.Time, id ReaderID, action Action, reason string, ids ...uuid.UUID) []Decision {
	for _, i := range g.answered(now, id, ids) {
		g.refused(i, action, reason)
	}
	g.checkpoint(now, false)
	g.dispatch(now)
	return g.decided()
}

// Parked says that a message is parked, or that parking it failed: then it is
// tried again.
func (g *Group) Parked(now time.Time, ticket Ticket, ok bool) []Decision {
	i, known := g.parking[ticket]
	if !known {
		return nil
	}
	delete(g.parking, ticket)
	if ok {
		g.done(i)
	} else {
		g.again(i)
	}
	g.checkpoint(now, false)
	g.dispatch(now)
	return g.decided()
}

// Tick says that time has passed: answers may be overdue, or a checkpoint.
func (g *Group) Tick(now time.Time) []Decision {
	for _, i := range g.overdue(now) {
		g.out = append(g.out, Withdraw{Reader: i.reader.id, Ticket: i.ticket})
		g.land(now, i)
		g.retryOrPark(i)
	}
	g.checkpoint(now, true)
	g.release(true)
	g.dispatch(now)
	return g.decided()
}

func (g *Group) overdue(now time.Time) (items []*item) {
	if g.settings.MessageTimeout == 0 {
		return nil
	}
	for e := g.flights.Front(); e != nil; e = e.Next() {
		i, ok := e.Value.(*item)
		if !ok || i.deadline.After(now) {
			break
		}
		items = append(items, i)
	}
	return items
}

// answered takes the messages that a reader names out of flight. An answer to a
// message that has meanwhile gone to another reader counts as well.
func (g *Group) answered(now time.Time, id ReaderID, ids []uuid.UUID) (items []*item) {
	for _, event := range ids {
		flying := g.byID[event]
		if len(flying) == 0 {
			continue
		}
		i := flying[max(0, slices.IndexFunc(flying, func(i *item) bool { return i.reader.id == id }))]
		if i.reader.id != id {
			g.out = append(g.out, Withdraw{Reader: i.reader.id, Ticket: i.ticket})
		}
		g.land(now, i)
		items = append(items, i)
	}
	return items
}

func (g *Group) refused(i *item, action Action, reason string) {
	switch action {
	case Park:
		g.park(i, "Client explicitly NAK'ed message.\n"+reason, false)
	case Skip:
		g.done(i)
	case Retry:
		g.retryOrPark(i)
	}
}

func (g *Group) retryOrPark(i *item) {
	if i.retries >= g.settings.MaxRetries {
		g.park(i, fmt.Sprintf("Reached retry count of %d", g.settings.MaxRetries), true)
		return
	}
	g.again(i)
}

func (g *Group) park(i *item, reason string, maxRetries bool) {
	g.parking[i.ticket] = i
	g.out = append(g.out, SetAside{Ticket: i.ticket, Message: i.message, Reason: reason, MaxRetries: maxRetries})
}

func (g *Group) again(i *item) {
	i.retries++
	g.enqueue(i)
}

// enqueue puts a message among those to be tried again, in their order.
func (g *Group) enqueue(i *item) {
	at, _ := slices.BinarySearchFunc(g.retry, i, func(a, b *item) int {
		if a.replayed != b.replayed {
			return cmp.Compare(rank(a), rank(b))
		}
		return cmp.Compare(a.message.Place, b.message.Place)
	})
	g.retry = slices.Insert(g.retry, at, i)
}

func rank(i *item) int {
	if i.replayed {
		return 1
	}
	return 0
}

func (g *Group) done(i *item) {
	if i.replayed {
		g.replayed.pending.Remove(i.place)
		g.release(false)
		return
	}
	g.pending.Remove(i.place)
}

// release lets go of replayed messages: at once when all are done, otherwise as
// time passes.
func (g *Group) release(timed bool) {
	before := g.replayed.next
	if front := g.replayed.pending.Front(); front != nil {
		if !timed {
			return
		}
		if i, ok := front.Value.(*item); ok {
			before = i.message.Place
		}
	}
	if before > g.replayed.released {
		g.replayed.released = before
		g.out = append(g.out, Release{Before: before})
	}
}

// checkpoint records what is done, once enough is and it is time.
func (g *Group) checkpoint(now time.Time, timed bool) {
	upTo := g.read
	if front := g.pending.Front(); front != nil {
		if i, ok := front.Value.(*item); ok {
			upTo = i.before
		}
	}
	count := upTo.count - g.saved.count
	if !upTo.known || count == 0 {
		return
	}
	enough := count >= uint64(g.settings.MaxCheckpoint)
	due := timed && g.settings.CheckpointAfter > 0 &&
		now.Sub(g.savedAt) >= g.settings.CheckpointAfter &&
		count >= uint64(g.settings.MinCheckpoint)
	if enough || due {
		g.saved, g.savedAt = upTo, now
		g.out = append(g.out, Checkpoint{Place: upTo.place})
	}
}

func (g *Group) decided() []Decision {
	out := g.out
	g.out = nil
	return out
}
