package group_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/esdbnode/persistent/group"
	"github.com/usher-engine/usher/adapters/journal"
)

// flown is a delivery that was not answered or taken back.
type flown struct {
	reader group.ReaderID
	ticket group.Ticket
}

// world is what a group lives in, and what must hold there.
type world struct {
	t        *rapid.T
	group    *group.Group
	settings group.Settings
	now      time.Time
	next     int
	readers  map[group.ReaderID]int // slots
	lastID   group.ReaderID
	streams  map[group.Place]string

	flying  map[group.Place]flown
	aside   map[group.Ticket]group.Place
	pending map[group.Place]bool // read and not done
	saved   group.Place
	newest  map[string]group.Place // the last first delivery, by order that must hold
}

func (w *world) message(place int) group.Message {
	stream := fmt.Sprintf("stream-%d", rapid.IntRange(0, 4).Draw(w.t, "stream"))
	w.streams[group.Place(place)] = stream
	return group.Message{Place: group.Place(place), Event: &journal.Record{
		Proposed: journal.Proposed{ID: id(place)}, Stream: stream, Revision: uint64(place),
	}}
}

func (w *world) apply(decisions []group.Decision) {
	for _, decision := range decisions {
		switch d := decision.(type) {
		case group.Deliver:
			w.delivered(d)
		case group.Withdraw:
			for place, f := range w.flying {
				if f.ticket == d.Ticket {
					delete(w.flying, place)
				}
			}
		case group.SetAside:
			require.True(w.t, w.pending[d.Message.Place], "what is done is not parked")
			w.aside[d.Ticket] = d.Message.Place
		case group.Checkpoint:
			require.Greater(w.t, d.Place, w.saved, "checkpoints go forwards")
			w.saved = d.Place
			for place := range w.pending {
				require.Greater(w.t, place, d.Place, "a checkpoint passes what is not done")
			}
		case group.Release:
		}
	}
}

func (w *world) delivered(d group.Deliver) {
	place := d.Message.Place
	slots, connected := w.readers[d.Reader]
	require.True(w.t, connected)
	require.NotContains(w.t, w.flying, place, "a message is in flight twice")
	require.True(w.t, w.pending[place], "what is done is delivered again")
	w.flying[place] = flown{d.Reader, d.Ticket}
	inFlight := 0
	for _, f := range w.flying {
		if f.reader == d.Reader {
			inFlight++
		}
	}
	require.LessOrEqual(w.t, inFlight, slots)
	if d.Retries > 0 {
		return
	}
	order := ""
	if w.settings.Strategy == group.Pinned {
		order = w.streams[place]
	}
	require.Greater(w.t, place, w.newest[order], "messages come out of order")
	w.newest[order] = place
}

// answer takes some of what a reader has.
func (w *world) answer() (reader group.ReaderID, answered []uuid.UUID, places []group.Place) {
	if len(w.flying) == 0 {
		return 0, nil, nil
	}
	for place := group.Place(0); place < group.Place(w.next); place++ {
		f, flying := w.flying[place]
		if !flying || reader != 0 && f.reader != reader || !rapid.Bool().Draw(w.t, "answered") {
			continue
		}
		reader = f.reader
		answered, places = append(answered, id(int(place))), append(places, place)
	}
	return reader, answered, places
}

func (w *world) done(places []group.Place) {
	for _, place := range places {
		delete(w.flying, place)
		delete(w.pending, place)
	}
}

func (w *world) leave(reader group.ReaderID) {
	delete(w.readers, reader)
	for place, f := range w.flying {
		if f.reader == reader {
			delete(w.flying, place)
		}
	}
}

func (w *world) anyReader() (group.ReaderID, bool) {
	for reader := range w.lastID + 1 {
		if _, connected := w.readers[reader]; connected && rapid.Bool().Draw(w.t, "this reader") {
			return reader, true
		}
	}
	return 0, false
}

func (w *world) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"read": func(*rapid.T) {
			for range min(w.group.Room(), 3) {
				w.next++
				w.pending[group.Place(w.next)] = true
				w.apply(w.group.Read(w.now, w.message(w.next)))
			}
		},
		"skip": func(*rapid.T) {
			w.next++
			w.apply(w.group.Skip(w.now, group.Place(w.next), 1))
		},
		"connect": func(t *rapid.T) {
			w.lastID++
			w.readers[w.lastID] = rapid.IntRange(1, 4).Draw(t, "slots")
			w.apply(w.group.Connect(w.now, w.lastID, w.readers[w.lastID]))
		},
		"disconnect": func(*rapid.T) {
			if reader, ok := w.anyReader(); ok {
				w.leave(reader)
				w.apply(w.group.Disconnect(w.now, reader))
			}
		},
		"ack": func(*rapid.T) {
			reader, answered, places := w.answer()
			w.done(places)
			w.apply(w.group.Ack(w.now, reader, answered...))
		},
		"refuse": func(t *rapid.T) {
			reader, answered, places := w.answer()
			action := rapid.SampledFrom([]group.Action{group.Retry, group.Park, group.Skip}).Draw(t, "action")
			switch {
			case reader == 0:
				return
			case action == group.Skip:
				w.done(places)
			default:
				for _, place := range places {
					delete(w.flying, place)
				}
			}
			w.apply(w.group.Nack(w.now, reader, action, "", answered...))
		},
		"parked": func(t *rapid.T) {
			for ticket := range group.Ticket(1000) {
				place, aside := w.aside[ticket]
				if !aside {
					continue
				}
				delete(w.aside, ticket)
				ok := rapid.Bool().Draw(t, "ok")
				if ok {
					delete(w.pending, place)
				}
				w.apply(w.group.Parked(w.now, ticket, ok))
				return
			}
		},
		"time": func(t *rapid.T) {
			w.now = w.now.Add(time.Duration(rapid.IntRange(1, 8).Draw(t, "seconds")) * time.Second)
			w.apply(w.group.Tick(w.now))
		},
	}
}

// settle lets one willing reader do everything that is left.
func (w *world) settle() {
	for reader := range w.lastID + 1 {
		if _, connected := w.readers[reader]; connected {
			w.leave(reader)
			w.apply(w.group.Disconnect(w.now, reader))
		}
	}
	w.lastID++
	w.readers[w.lastID] = 5
	w.apply(w.group.Connect(w.now, w.lastID, 5))
	for ticket, place := range w.aside {
		delete(w.pending, place)
		w.apply(w.group.Parked(w.now, ticket, true))
	}
	for len(w.flying) > 0 {
		for place := range w.flying {
			w.done([]group.Place{place})
			w.apply(w.group.Ack(w.now, w.lastID, id(int(place))))
			break
		}
	}
	require.Empty(w.t, w.pending, "messages are lost")
	stats := w.group.Stats()
	require.Zero(w.t, stats.Fresh+stats.Retrying+stats.Outstanding)
}

func TestNothingIsLostAndAllKeepTheirPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := group.Settings{
			Strategy:       rapid.SampledFrom([]group.Strategy{group.RoundRobin, group.DispatchToSingle, group.Pinned}).Draw(t, "strategy"),
			MessageTimeout: 10 * time.Second, MaxRetries: rapid.IntRange(0, 3).Draw(t, "retries"), Buffer: 20,
			CheckpointAfter: 3 * time.Second, MinCheckpoint: 1, MaxCheckpoint: rapid.IntRange(1, 5).Draw(t, "checkpoint"),
		}
		w := &world{
			t: t, group: group.New(s), settings: s, now: start, readers: map[group.ReaderID]int{},
			streams: map[group.Place]string{}, flying: map[group.Place]flown{}, aside: map[group.Ticket]group.Place{},
			pending: map[group.Place]bool{}, newest: map[string]group.Place{},
		}
		t.Repeat(w.actions())
		w.settle()
	})
}
