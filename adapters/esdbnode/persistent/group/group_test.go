package group_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/persistent/group"
	"github.com/usher-engine/usher/adapters/journal"
)

var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// bench runs a group and writes down what it decides.
type bench struct {
	t       *testing.T
	group   *group.Group
	now     time.Time
	tickets map[string]group.Ticket // by "place" of the message last set aside
}

func settings(change func(*group.Settings)) group.Settings {
	s := group.Settings{
		Strategy: group.RoundRobin, MessageTimeout: 10 * time.Second, MaxRetries: 2, Buffer: 100,
		CheckpointAfter: time.Second, MinCheckpoint: 2, MaxCheckpoint: 1000,
	}
	if change != nil {
		change(&s)
	}
	return s
}

func newBench(t *testing.T, change func(*group.Settings)) *bench {
	return &bench{t: t, group: group.New(settings(change)), now: start, tickets: map[string]group.Ticket{}}
}

func id(place int) uuid.UUID { return uuid.NewSHA1(uuid.Nil, fmt.Append(nil, place)) }

func message(place int, stream string) group.Message {
	record := &journal.Record{Proposed: journal.Proposed{ID: id(place), Type: "happened"}, Stream: stream, Revision: uint64(place)}
	return group.Message{Place: group.Place(place), Event: record}
}

func messages(places ...int) (all []group.Message) {
	for _, place := range places {
		all = append(all, message(place, "orders-1"))
	}
	return all
}

func ids(places ...int) (all []uuid.UUID) {
	for _, place := range places {
		all = append(all, id(place))
	}
	return all
}

// decides compares decisions with their short forms: "a<3" is message 3 to
// reader a, "a<3(1)" the same tried once before.
func (b *bench) decides(expected string, decisions []group.Decision) {
	b.t.Helper()
	var said []string
	for _, decision := range decisions {
		switch d := decision.(type) {
		case group.Deliver:
			text := fmt.Sprintf("%c<%d", rune('a'+d.Reader-1), d.Message.Place)
			if d.Retries > 0 {
				text += fmt.Sprintf("(%d)", d.Retries)
			}
			said = append(said, text)
		case group.Withdraw:
			said = append(said, fmt.Sprintf("withdraw %c", rune('a'+d.Reader-1)))
		case group.SetAside:
			b.tickets[fmt.Sprint(d.Message.Place)] = d.Ticket
			said = append(said, fmt.Sprintf("park %d: %s", d.Message.Place, strings.ReplaceAll(d.Reason, "\n", " ")))
		case group.Checkpoint:
			said = append(said, fmt.Sprintf("checkpoint %d", d.Place))
		case group.Release:
			said = append(said, fmt.Sprintf("release <%d", d.Before))
		}
	}
	require.Equal(b.t, expected, strings.Join(said, " "))
}

const (
	a group.ReaderID = 1
	b group.ReaderID = 2
)

func (b *bench) after(d time.Duration) time.Time {
	b.now = b.now.Add(d)
	return b.now
}

func TestDelivering(t *testing.T) {
	t.Run("given a reader with two slots, it has two messages at a time, in order", func(t *testing.T) {
		m := newBench(t, nil)
		m.decides("", m.group.Read(m.now, messages(0, 1, 2, 3)...))
		m.decides("a<0 a<1", m.group.Connect(m.now, a, 2))
		m.decides("a<2", m.group.Ack(m.now, a, ids(0)...))
		m.decides("a<3", m.group.Ack(m.now, a, ids(1, 2)...))
		m.decides("a<4", m.group.Read(m.now, messages(4)...))
		m.decides("", m.group.Read(m.now, messages(5)...))
	})
	t.Run("given a full buffer, there is no room until something is delivered", func(t *testing.T) {
		m := newBench(t, func(s *group.Settings) { s.Buffer = 3 })
		m.group.Read(m.now, messages(0, 1, 2)...)
		require.Zero(t, m.group.Room())
		m.decides("a<0", m.group.Connect(m.now, a, 1))
		require.Equal(t, 1, m.group.Room())
	})
	t.Run("given as many readers as there may be, it is full", func(t *testing.T) {
		m := newBench(t, func(s *group.Settings) { s.MaxReaders = 1 })
		require.False(t, m.group.Full())
		m.group.Connect(m.now, a, 1)
		require.True(t, m.group.Full())
	})
	t.Run("given an answer that nobody waits for, nothing happens", func(t *testing.T) {
		m := newBench(t, nil)
		m.group.Connect(m.now, a, 1)
		m.decides("a<0", m.group.Read(m.now, messages(0, 1)...))
		m.decides("", m.group.Ack(m.now, a, ids(1, 7)...))
		m.decides("", m.group.Nack(m.now, b, group.Retry, "", ids(9)...))
	})
	t.Run("given two events of one id, each needs its own answer", func(t *testing.T) {
		m := newBench(t, nil)
		twins := messages(0, 1)
		twins[1].Event.ID = twins[0].Event.ID
		m.group.Connect(m.now, a, 2)
		m.decides("a<0 a<1", m.group.Read(m.now, twins...))
		m.decides("a<2", append(m.group.Ack(m.now, a, ids(0)...), m.group.Read(m.now, messages(2, 3)...)...))
		m.decides("a<3", m.group.Ack(m.now, a, ids(0)...))
	})
}

func TestTryingAgain(t *testing.T) {
	given := func(t *testing.T, change func(*group.Settings)) *bench {
		m := newBench(t, change)
		m.group.Connect(m.now, a, 2)
		m.decides("a<0 a<1", m.group.Read(m.now, messages(0, 1, 2, 3)...))
		return m
	}
	t.Run("given a refusal, the message comes again before newer ones", func(t *testing.T) {
		m := given(t, nil)
		m.decides("a<1(1)", m.group.Nack(m.now, a, group.Retry, "", ids(1)...))
		m.decides("a<0(1) a<1(2)", m.group.Nack(m.now, a, group.Retry, "", ids(1, 0)...))
	})
	t.Run("given too many refusals, the message is parked", func(t *testing.T) {
		m := given(t, func(s *group.Settings) { s.MaxRetries = 0 })
		m.decides("park 0: Reached retry count of 0 a<2", m.group.Nack(m.now, a, group.Retry, "", ids(0)...))
	})
	t.Run("given a reader that wants it parked, it is, and comes again where that fails", func(t *testing.T) {
		m := given(t, nil)
		m.decides("park 0: Client explicitly NAK'ed message. broken a<2", m.group.Nack(m.now, a, group.Park, "broken", ids(0)...))
		m.decides("", m.group.Parked(m.now, m.tickets["0"], false))
		m.decides("a<0(1)", m.group.Ack(m.now, a, ids(1)...))
		m.decides("park 0: Client explicitly NAK'ed message. broken a<3", m.group.Nack(m.now, a, group.Park, "broken", ids(0)...))
		m.decides("", m.group.Parked(m.now, m.tickets["0"], true))
		m.decides("", m.group.Parked(m.now, m.tickets["0"], true))
	})
	t.Run("given a reader that skips a message, nobody gets it any more", func(t *testing.T) {
		m := given(t, nil)
		m.decides("a<2", m.group.Nack(m.now, a, group.Skip, "", ids(0)...))
	})
	t.Run("given a reader that goes, others get what it had, in order", func(t *testing.T) {
		m := given(t, nil)
		m.decides("", m.group.Disconnect(m.now, a))
		m.decides("b<0(1) b<1(1) b<2 b<3", m.group.Connect(m.now, b, 9))
	})
	t.Run("given no answer in time, the message comes again, and its old delivery is withdrawn", func(t *testing.T) {
		m := given(t, nil)
		m.decides("", m.group.Tick(m.after(9999*time.Millisecond)))
		m.decides("withdraw a withdraw a a<0(1) a<1(1)", m.group.Tick(m.after(time.Millisecond)))
		m.decides("a<2", m.group.Ack(m.now, a, ids(0)...))
	})
	t.Run("given no timeout, an answer may take for ever", func(t *testing.T) {
		m := given(t, func(s *group.Settings) { s.MessageTimeout = 0 })
		m.decides("", m.group.Tick(m.after(24*365*time.Hour)))
	})
	t.Run("given a late answer to what went to somebody else, it counts", func(t *testing.T) {
		m := newBench(t, nil)
		m.group.Connect(m.now, a, 1)
		m.group.Connect(m.now, b, 1)
		m.decides("a<0", m.group.Read(m.now, messages(0)...))
		m.decides("withdraw a b<0(1)", m.group.Tick(m.after(10*time.Second)))
		m.decides("withdraw b", m.group.Ack(m.now, a, ids(0)...))
		m.decides("a<1 b<2", append(m.group.Read(m.now, messages(1)...), m.group.Read(m.now, messages(2)...)...))
	})
}

func TestStrategies(t *testing.T) {
	connected := func(t *testing.T, strategy group.Strategy, slots int) *bench {
		m := newBench(t, func(s *group.Settings) { s.Strategy = strategy })
		m.group.Connect(m.now, a, slots)
		m.group.Connect(m.now, b, slots)
		return m
	}
	t.Run("given RoundRobin, readers take turns", func(t *testing.T) {
		m := connected(t, group.RoundRobin, 2)
		m.decides("a<0 b<1 a<2 b<3", m.group.Read(m.now, messages(0, 1, 2, 3, 4)...))
		m.decides("b<4", m.group.Ack(m.now, b, ids(1)...))
	})
	t.Run("given DispatchToSingle, one reader has all it can take", func(t *testing.T) {
		m := connected(t, group.DispatchToSingle, 2)
		m.decides("a<0 a<1 b<2", m.group.Read(m.now, messages(0, 1, 2)...))
	})
	t.Run("given Pinned, a stream has one reader, and waits for it alone", func(t *testing.T) {
		m := connected(t, group.Pinned, 1)
		m.decides("a<0 b<1", m.group.Read(m.now, message(0, "s1"), message(1, "s2"), message(2, "s1"), message(3, "s1"), message(4, "s2")))
		m.decides("b<4", m.group.Ack(m.now, b, ids(1)...))
		m.decides("", m.group.Ack(m.now, b, ids(4)...))
		m.decides("a<2", m.group.Ack(m.now, a, ids(0)...))
		m.decides("b<2(1)", m.group.Disconnect(m.now, a))
	})
	t.Run("given Pinned and a newcomer, it gets streams that are not in flight", func(t *testing.T) {
		m := newBench(t, func(s *group.Settings) { s.Strategy = group.Pinned })
		m.group.Connect(m.now, a, 9)
		m.decides("a<0 a<1", m.group.Read(m.now, message(0, "s1"), message(1, "s2")))
		m.group.Ack(m.now, a, ids(1)...)
		m.group.Connect(m.now, b, 9)
		m.decides("a<2 b<3", m.group.Read(m.now, message(2, "s1"), message(3, "s2")))
	})
	t.Run("given a link, Pinned goes by the stream that it points to", func(t *testing.T) {
		m := connected(t, group.Pinned, 9)
		link := func(place int, to string) group.Message {
			unresolved := message(place, "links")
			unresolved.Event.Type, unresolved.Event.Data = "$>", []byte(to)
			unresolved.Link, unresolved.Event = unresolved.Event, nil
			return unresolved
		}
		m.decides("a<0 b<1 a<2", m.group.Read(m.now, message(0, "s1"), link(1, "7@s2"), link(2, "8@s1")))
	})
	t.Run("given PinnedByCorrelation, what belongs together has one reader", func(t *testing.T) {
		m := connected(t, group.PinnedByCorrelation, 9)
		correlated := func(place int, stream, id string) group.Message {
			c := message(place, stream)
			c.Event.Metadata = fmt.Appendf(nil, `{"$correlationId":%q}`, id)
			return c
		}
		m.decides("a<0 b<1 a<2 b<3", m.group.Read(m.now,
			correlated(0, "s1", "x"), correlated(1, "s1", "y"), correlated(2, "s3", "x"), correlated(3, "s4", "y")))
	})
}

func TestCheckpoints(t *testing.T) {
	given := func(t *testing.T, change func(*group.Settings)) *bench {
		m := newBench(t, change)
		m.group.Connect(m.now, a, 9)
		m.group.Read(m.now, messages(10, 11, 12, 13)...)
		return m
	}
	t.Run("given enough that is done, time makes a checkpoint", func(t *testing.T) {
		m := given(t, nil)
		m.decides("", m.group.Ack(m.now, a, ids(10)...))
		m.decides("", m.group.Tick(m.after(time.Second)))
		m.decides("", m.group.Ack(m.now, a, ids(11)...))
		m.decides("checkpoint 11", m.group.Tick(m.after(time.Second)))
		m.decides("", m.group.Ack(m.now, a, ids(12, 13)...))
		m.decides("", m.group.Tick(m.after(999*time.Millisecond)))
		m.decides("checkpoint 13", m.group.Tick(m.after(time.Millisecond)))
		m.decides("", m.group.Tick(m.after(time.Hour)))
	})
	t.Run("given more that is done than may be, a checkpoint is made at once", func(t *testing.T) {
		m := given(t, func(s *group.Settings) { s.MaxCheckpoint = 3 })
		m.decides("checkpoint 12", m.group.Ack(m.now, a, ids(10, 11, 12)...))
	})
	t.Run("given something that is not done, no checkpoint passes it", func(t *testing.T) {
		m := given(t, func(s *group.Settings) { s.MaxCheckpoint = 1 })
		m.decides("", m.group.Ack(m.now, a, ids(11, 13)...))
		m.decides("checkpoint 11", m.group.Ack(m.now, a, ids(10)...))
		m.decides("park 12: Client explicitly NAK'ed message. ", m.group.Nack(m.now, a, group.Park, "", ids(12)...))
		m.decides("checkpoint 13", m.group.Parked(m.now, m.tickets["12"], true))
	})
	t.Run("given events that are skipped, checkpoints pass them", func(t *testing.T) {
		m := newBench(t, func(s *group.Settings) { s.MaxCheckpoint = 3 })
		m.decides("", m.group.Skip(m.now, 2, 2))
		m.decides("checkpoint 5", m.group.Skip(m.now, 5, 3))
		m.group.Read(m.now, messages(6)...)
		m.decides("", m.group.Skip(m.now, 20, 14))
		m.group.Connect(m.now, a, 1)
		m.decides("checkpoint 20", m.group.Ack(m.now, a, ids(6)...))
	})
	t.Run("given no time for checkpoints, only the count makes them", func(t *testing.T) {
		m := given(t, func(s *group.Settings) { s.CheckpointAfter = 0 })
		m.group.Ack(m.now, a, ids(10, 11, 12, 13)...)
		m.decides("", m.group.Tick(m.after(time.Hour)))
	})
	t.Run("given a checkpoint to resume from, it is not made again", func(t *testing.T) {
		g := group.Resume(settings(func(s *group.Settings) { s.MinCheckpoint = 0 }), 41)
		require.Empty(t, g.Tick(start))
		stats := g.Stats()
		require.True(t, stats.HasSaved)
		require.EqualValues(t, 41, stats.Saved)
	})
}

func TestReplaying(t *testing.T) {
	t.Run("given parked messages, they come behind what is tried again and before what is new", func(t *testing.T) {
		m := newBench(t, nil)
		m.group.Read(m.now, messages(100, 101)...)
		m.group.Connect(m.now, a, 1)
		m.group.Replay(m.now, messages(0, 1)...)
		m.group.Disconnect(m.now, a)
		m.decides("b<100(1) b<0 b<1 b<101", m.group.Connect(m.now, b, 9))
	})
	t.Run("given parked messages that are done, they are released, all together or as time passes", func(t *testing.T) {
		m := newBench(t, nil)
		m.group.Connect(m.now, a, 9)
		m.decides("a<4 a<5 a<7", m.group.Replay(m.now, messages(4, 5, 7)...))
		m.decides("", m.group.Ack(m.now, a, ids(4)...))
		m.decides("release <5", m.group.Tick(m.after(time.Second)))
		m.decides("a<5(1)", m.group.Nack(m.now, a, group.Retry, "", ids(5)...))
		m.decides("release <8", m.group.Ack(m.now, a, ids(5, 7)...))
	})
	t.Run("given parked messages, checkpoints do not wait for them", func(t *testing.T) {
		m := newBench(t, func(s *group.Settings) { s.MaxCheckpoint = 1 })
		m.group.Connect(m.now, a, 9)
		m.group.Replay(m.now, messages(0)...)
		m.group.Read(m.now, messages(100)...)
		m.decides("checkpoint 100", m.group.Ack(m.now, a, ids(100)...))
	})
}

func TestStats(t *testing.T) {
	m := newBench(t, func(s *group.Settings) { s.Measure = true })
	m.group.Connect(m.now, a, 2)
	m.group.Read(m.now, messages(1, 2, 3)...)
	m.group.Ack(m.after(30*time.Millisecond), a, ids(1)...)
	require.Equal(t, group.Stats{
		Total: 3, Outstanding: 2, Read: 3, HasRead: true,
		Readers: []group.ReaderStats{{ID: a, Total: 3, InFlight: 2, Answers: []time.Duration{30 * time.Millisecond}}},
	}, m.group.Stats())
}
