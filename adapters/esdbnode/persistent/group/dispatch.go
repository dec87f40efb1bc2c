package group

import (
	"cmp"
	"slices"
	"time"
)

type reader struct {
	id       ReaderID
	slots    int
	inFlight int
	total    uint64
	buckets  int // of a pinned strategy
	answers  answers
}

func (r *reader) full() bool { return r.inFlight >= r.slots }

// dispatch delivers what waits for as long as there are slots.
func (g *Group) dispatch(now time.Time) {
	g.retry = g.offer(now, g.retry)
	g.fresh = g.offer(now, g.fresh)
}

// offer delivers messages of a queue, and returns what is left of it.
func (g *Group) offer(now time.Time, queue []*item) []*item {
	kept := 0
	for at, i := range queue {
		if g.free == 0 {
			if kept == 0 {
				return queue[at:]
			}
			return append(queue[:kept], queue[at:]...)
		}
		queue[at] = nil
		if r := g.strategy.choose(i); r != nil {
			g.send(now, i, r)
		} else {
			queue[kept] = i
			kept++
		}
	}
	return queue[:kept]
}

func (g *Group) send(now time.Time, i *item, r *reader) {
	g.tickets++
	g.total++
	g.free--
	r.inFlight++
	r.total++
	i.reader, i.ticket, i.sent = r, g.tickets, now
	i.deadline = now.Add(g.settings.MessageTimeout)
	i.flight = g.flights.PushBack(i)
	g.byID[i.id()] = append(g.byID[i.id()], i)
	g.out = append(g.out, Deliver{Reader: r.id, Ticket: i.ticket, Message: i.message, Retries: i.retries})
}

// land takes a message out of flight.
func (g *Group) land(now time.Time, i *item) {
	g.flights.Remove(i.flight)
	flying := slices.DeleteFunc(g.byID[i.id()], func(other *item) bool { return other == i })
	if len(flying) == 0 {
		delete(g.byID, i.id())
	} else {
		g.byID[i.id()] = flying
	}
	i.reader.inFlight--
	g.free++
	if g.settings.Measure {
		i.reader.answers.add(now.Sub(i.sent))
	}
	g.strategy.landed(i)
}

// remove forgets a reader and puts back what it had.
func (g *Group) remove(now time.Time, id ReaderID) {
	r, known := g.readers[id]
	if !known {
		return
	}
	var had []*item
	for e := g.flights.Front(); e != nil; e = e.Next() {
		if i, ok := e.Value.(*item); ok && i.reader == r {
			had = append(had, i)
		}
	}
	for _, i := range had {
		g.land(now, i)
		g.again(i)
	}
	delete(g.readers, id)
	g.free -= r.slots
	g.strategy.leave(r)
}

// Stats is what a group can tell of itself.
type Stats struct {
	Total       uint64 // deliveries
	Fresh       int    // read and not delivered yet
	Retrying    int    // to be delivered again
	Outstanding int    // delivered and not answered
	Replaying   int    // parked ones that were read again and are not done
	Read        Place
	HasRead     bool
	Saved       Place // the last checkpoint
	HasSaved    bool
	Readers     []ReaderStats // in the order they connected
}

// ReaderStats is what a group can tell of one reader.
type ReaderStats struct {
	ID       ReaderID
	Total    uint64
	InFlight int
	Free     int
	Answers  []time.Duration // how long the last ones took, sorted
}

// Stats counts what there is now.
func (g *Group) Stats() Stats {
	stats := Stats{
		Total: g.total, Fresh: len(g.fresh), Retrying: len(g.retry), Outstanding: g.flights.Len(),
		Replaying: g.replayed.pending.Len(),
		Read:      g.read.place, HasRead: g.read.known, Saved: g.saved.place, HasSaved: g.saved.known,
	}
	for _, r := range g.readers {
		stats.Readers = append(stats.Readers, ReaderStats{
			ID: r.id, Total: r.total, InFlight: r.inFlight, Free: r.slots - r.inFlight, Answers: r.answers.sorted(),
		})
	}
	slices.SortFunc(stats.Readers, func(a, b ReaderStats) int { return cmp.Compare(a.ID, b.ID) })
	return stats
}

// answers keeps how long the last answers took.
type answers struct {
	last []time.Duration
	next int
}

const answersKept = 1000 // as many as EventStoreDB keeps

func (a *answers) add(took time.Duration) {
	if len(a.last) < answersKept {
		a.last = append(a.last, took)
		return
	}
	a.last[a.next] = took
	a.next = (a.next + 1) % answersKept
}

func (a *answers) sorted() []time.Duration {
	sorted := slices.Clone(a.last)
	slices.Sort(sorted)
	return sorted
}
