package eventstoredb

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// cuts is the streams of which events are hidden, by their names at the server.
type cuts struct {
	mu sync.Mutex
	// hidden is what metadata did to streams, and forever those with a tombstone, of
	// which metadata say nothing any more.
	hidden  map[string]string
	forever map[string]bool
	// metadata and tombstones are how far the two kinds of news were followed.
	metadata, tombstones tail
	// listeners are told of each stream, by its own name, before anybody finds it among
	// these.
	listeners []func(domain.StreamName)
}

func newCuts() cuts { return cuts{hidden: map[string]string{}, forever: map[string]bool{}} }

// tail is how far one kind of news was followed.
type tail struct {
	live  bool            // all that was there has come, and more will
	Heard domain.Position // the last that came
	// Resume is where the next try begins: one checkpoint before scanned, see reader.
	Resume  domain.Position
	scanned domain.Position
}

// keptCuts is what is kept of them beside a log.
type keptCuts struct {
	Hidden               map[string]string
	Forever              map[string]bool
	Metadata, Tombstones tail
}

// KnownCuts returns which streams are cut, as far as is known, and how far they were
// looked for, to be kept for Resume.
func (l *Log) KnownCuts() (string, error) {
	l.cuts.mu.Lock()
	defer l.cuts.mu.Unlock()
	text, err := json.Marshal(keptCuts{l.cuts.hidden, l.cuts.forever, l.cuts.metadata, l.cuts.tombstones})
	return string(text), err
}

// resumeFrom relies on what was known before, if that can be read.
func (c *cuts) resumeFrom(known string, end domain.Position) {
	var kept keptCuts
	if json.Unmarshal([]byte(known), &kept) != nil {
		return // then all of it is looked for anew
	}
	for _, of := range []tail{kept.Metadata, kept.Tombstones} {
		if of.Heard.After(end) || of.Resume.After(end) { // of a server that was restored since
			return
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.Copy(c.hidden, kept.Hidden)
	maps.Copy(c.forever, kept.Forever)
	c.metadata, c.tombstones = kept.Metadata, kept.Tombstones
}

// missing is a *journal.HistoryMissing for a stream that is known to be cut.
func (c *cuts) missing(stream string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.forever[stream] {
		return tombstoned(stream)
	}
	if done, cut := c.hidden[stream]; cut {
		return &journal.HistoryMissing{Stream: stream, Done: done}
	}
	return nil
}

// current says that all metadata are known. A tombstone the server tells of by itself,
// whoever reads the stream or appends to it.
func (c *cuts) current() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.metadata.live
}

func (c *cuts) follows(of *tail, live bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	of.live = live
}

// begins is where a subscription begins.
func (c *cuts) begins(of *tail, first domain.Position) domain.Position {
	c.mu.Lock()
	defer c.mu.Unlock()
	of.Resume = later(of.Resume, first)
	return of.Resume
}

func (c *cuts) checkpoint(of *tail, at domain.Position) {
	c.mu.Lock()
	defer c.mu.Unlock()
	of.Resume, of.scanned = later(of.Resume, of.scanned), later(of.scanned, at)
}

// ends says that a try came to nothing. Where its place was refused, all is looked for
// anew: the server may be restored from a backup.
func (c *cuts) ends(of *tail, err error) {
	if !refusesPlace(err) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	*of = tail{}
}

// isNew is false for what came before.
func (c *cuts) isNew(of *tail, at domain.Position) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !at.After(of.Heard) {
		return false
	}
	of.Heard = at
	return true
}

// hear takes metadata of a stream, the last of which count, and says what they have
// changed.
func (c *cuts) hear(stream, own string, data []byte) (news string) {
	done := cutBy(data)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch done {
	case c.hidden[stream]:
		return ""
	case "":
		delete(c.hidden, stream)
		return "shows all of its events again"
	}
	c.hidden[stream] = done
	c.tell(own)
	return done
}

// bury takes the news of a tombstone; it is false where that is known.
func (c *cuts) bury(stream, own string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.forever[stream] {
		return false
	}
	c.forever[stream] = true
	delete(c.hidden, stream)
	c.tell(own)
	return true
}

// find takes what an append has told of a stream, unless more was heard since then.
func (c *cuts) find(missing *journal.HistoryMissing, own string, at domain.Position) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.hidden[missing.Stream]; known || c.metadata.Heard.After(at) {
		return
	}
	c.hidden[missing.Stream] = missing.Done
	c.tell(own)
}

func (c *cuts) tell(own string) {
	for _, tell := range c.listeners {
		tell(domain.StreamName(own))
	}
}

// all is the names of the streams, in order.
func (c *cuts) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.names()
}

func (c *cuts) names() []string {
	found := slices.AppendSeq(slices.Collect(maps.Keys(c.forever)), maps.Keys(c.hidden))
	slices.Sort(found)
	return slices.Compact(found)
}

// Cut implements journal.Cuttable. It is complete once FollowCuts has caught up.
func (l *Log) Cut() []journal.Cut {
	var found []journal.Cut
	for _, at := range l.cuts.all() {
		missing, cut := errors.AsType[*journal.HistoryMissing](l.cuts.missing(at))
		if own, is := l.names.own(at); is && cut {
			found = append(found, journal.Cut{Stream: own, AtServer: at, Done: missing.Done})
		}
	}
	return found
}
