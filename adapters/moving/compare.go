package moving

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Difference is the first place where two logs are not equal.
type Difference struct {
	Number uint64 // of the event in the order over all streams, from 1
	// Source and Target name the event that each has there; empty where it ends.
	Source, Target string
	What           string // that differs, where it is the same event
}

func (d *Difference) Error() string {
	switch {
	case d.Source == "":
		return fmt.Sprintf("the target has more than the source: event %d is %s", d.Number, d.Target)
	case d.Target == "":
		return fmt.Sprintf("the target has less than the source: event %d is %s", d.Number, d.Source)
	case d.What != "":
		return fmt.Sprintf("event %d, %s, has another %s in the target than in the source", d.Number, d.Source, d.What)
	}
	return fmt.Sprintf("event %d is %s in the source, but %s in the target", d.Number, d.Source, d.Target)
}

// name says which event it is, and nothing that is in it.
func name(record journal.Record) string {
	return fmt.Sprintf("%d of %s with the id %s", record.Revision, record.Stream, record.ID)
}

// tick is how finely times are compared: EventStoreDB's protocol has no finer
// ones. A copy keeps all digits that its source shows.
const tick = 100 * time.Nanosecond

func ticks(at time.Time) int64 { return at.UnixNano() / int64(tick) }

// difference says what differs between two records; empty for none.
func difference(a, b *journal.Record) (what string, sameEvent bool) {
	switch {
	case a.Stream != b.Stream || a.Revision != b.Revision || a.ID != b.ID:
		return "place", false
	case a.Type != b.Type:
		return "type", true
	case a.JSON != b.JSON:
		return "content type", true
	case !bytes.Equal(a.Data, b.Data):
		return "content", true
	case !bytes.Equal(a.Metadata, b.Metadata):
		return "metadata", true
	case ticks(a.Time) != ticks(b.Time):
		return "time", true
	}
	return "", true
}

// comparison goes through two logs side by side, and keeps nothing but sums. How
// many events each stream has follows from the order: it is the same in both.
type comparison struct {
	source, target  journal.Log
	events, streams uint64
	first, last     Pair // of the events compared
	digest          hash.Hash
	line            []byte // of the digest, used again
	places          places
	tell            func(Progress)
}

func compare(from, to journal.Log, options Options) *comparison {
	tell := options.Progress
	if tell == nil {
		tell = func(Progress) {}
	}
	return &comparison{source: from, target: to, digest: sha256.New(), places: newPlaces(options.Places), tell: tell}
}

// compared is how many events are compared between two reports of progress.
const compared = 512

// extend compares what the target has behind the events that were compared
// with what the source has there.
func (c *comparison) extend(ctx context.Context) error {
	head, err := c.source.Head(ctx)
	if err != nil {
		return fmt.Errorf("find the source's end: %w", err)
	}
	next, stop := iter.Pull2(c.source.ReadAll(ctx, c.last.Source))
	defer stop()
	for theirs, err := range c.target.ReadAll(ctx, c.last.Target) {
		if err != nil {
			return fmt.Errorf("read the target: %w", err)
		}
		ours, err, ok := next()
		if err != nil {
			return fmt.Errorf("read the source: %w", err)
		}
		if !ok {
			return &Difference{Number: c.events + 1, Target: name(theirs)}
		}
		if err := c.take(&ours, &theirs); err != nil {
			return err
		}
		if c.events%compared == 0 {
			c.tell(Progress{Comparing, c.events, ours.Position, head})
		}
	}
	if c.events > 0 {
		c.tell(Progress{Comparing, c.events, c.last.Source, head})
	}
	return nil
}

// take counts one event of each, if they are the same.
func (c *comparison) take(ours, theirs *journal.Record) error {
	if what, same := difference(ours, theirs); what != "" {
		different := &Difference{Number: c.events + 1, Source: name(*ours), Target: name(*theirs)}
		if same {
			different.What = what
		}
		return different
	}
	c.places.pass(ours.Position, c.last.Target)
	c.events++
	if ours.Revision == 0 {
		c.streams++
	}
	c.sum(ours)
	c.last = Pair{ours.ID, ours.Time, ours.Position, theirs.Position}
	if c.events == 1 {
		c.first = c.last
	}
	return nil
}

// sum adds to the digest, with the length before whatever has one.
func (c *comparison) sum(record *journal.Record) {
	line := c.line[:0]
	add := func(text []byte) {
		line = binary.BigEndian.AppendUint64(line, uint64(len(text)))
		line = append(line, text...)
	}
	add([]byte(record.Stream))
	line = binary.BigEndian.AppendUint64(line, record.Revision)
	line = append(line, record.ID[:]...)
	add([]byte(record.Type))
	line = strconv.AppendBool(line, record.JSON)
	add(record.Data)
	add(record.Metadata)
	line = binary.BigEndian.AppendUint64(line, uint64(ticks(record.Time))) //nolint:gosec // because its bits are what counts
	c.digest.Write(line)
	c.line = line
}

// places finds positions of the source in the target, on the way.
type places struct {
	wanted []domain.Position // those not yet passed, in order
	found  map[domain.Position]domain.Position
}

func newPlaces(wanted []domain.Position) places {
	ordered := slices.SortedFunc(slices.Values(wanted), domain.Position.Compare)
	return places{wanted: slices.Compact(ordered), found: map[domain.Position]domain.Position{}}
}

// pass is told of each event's position in the source, and of the one before in
// the target.
func (p *places) pass(to, before domain.Position) {
	for len(p.wanted) > 0 && to.After(p.wanted[0]) {
		p.found[p.wanted[0]] = before
		p.wanted = p.wanted[1:]
	}
}

// end is told the last event's position in the target.
func (p *places) end(last domain.Position) map[domain.Position]domain.Position {
	for _, wanted := range p.wanted {
		p.found[wanted] = last
	}
	return p.found
}
