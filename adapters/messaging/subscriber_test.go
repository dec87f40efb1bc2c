package messaging_test

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
)

// quiet is long enough to believe that nothing comes, in a bubble.
const quiet = 50 * time.Millisecond

func subscribe(t testing.TB, log journal.Log, checkpoints messaging.Checkpoints, window int) (*messaging.Subscriber, <-chan *message.Message) {
	t.Helper()
	subscriber := messaging.NewSubscriber(log, "test", checkpoints, messaging.SubscriberOptions{Window: window})
	t.Cleanup(func() { require.NoError(t, subscriber.Close()) })
	messages, err := subscriber.Subscribe(t.Context(), messaging.Everything)
	require.NoError(t, err)
	return subscriber, messages
}

// next is the next message, which must come.
func next(t testing.TB, messages <-chan *message.Message) *message.Message {
	t.Helper()
	select {
	case m, open := <-messages:
		require.True(t, open, "the channel is open")
		return m
	case <-time.After(patience):
		require.Fail(t, "no message came")
		return nil
	}
}

func nothingComes(t testing.TB, messages <-chan *message.Message) {
	t.Helper()
	select {
	case m := <-messages:
		require.Fail(t, "a message came", "%v", m)
	case <-time.After(quiet):
	}
}

// revision is the event's number in these tests, which append to one stream.
func revision(t testing.TB, m *message.Message) int {
	t.Helper()
	number, err := strconv.Atoi(m.Metadata[messaging.RevisionKey])
	require.NoError(t, err)
	return number
}

func TestMessagesComeInTheOrderOfTheLog(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.appendCounted(t, 0, 700)
		_, messages := subscribe(t, w.log, w.vault, 0)
		for number := range 700 {
			m := next(t, messages)
			require.Equal(t, number, revision(t, m))
			require.True(t, m.Ack())
		}
		w.appendCounted(t, 700, 1000)
		for number := 700; number < 1000; number++ {
			m := next(t, messages)
			require.Equal(t, number, revision(t, m))
			require.True(t, m.Ack())
		}
	})
}

func TestTheWindowIsNeverExceeded(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.appendCounted(t, 0, 300)
		for _, window := range []int{1, 2, 7} {
			_, messages := subscribe(t, w.log, nothing{}, window)
			var held []*message.Message
			for range window {
				held = append(held, next(t, messages))
			}
			nothingComes(t, messages)
			for number := window; number < 3*window; number++ {
				held[0].Ack()
				held = append(held[1:], next(t, messages))
				require.Equal(t, number, revision(t, held[len(held)-1]))
			}
			nothingComes(t, messages)

			// The last first: nothing is free until the first is acknowledged.
			for i := len(held) - 1; i > 0; i-- {
				held[i].Ack()
			}
			if window > 1 {
				nothingComes(t, messages)
			}
			held[0].Ack()
			for range window {
				next(t, messages)
			}
			nothingComes(t, messages)
		}
	})
}

// nothing is checkpoints that are forgotten.
type nothing struct{}

func (nothing) Checkpoint(context.Context, string) (domain.Position, error) {
	return domain.Position{}, nil
}

func (nothing) SaveCheckpoint(context.Context, string, domain.Position, domain.Position) error {
	return nil
}

func TestARefusedMessageComesAgainAndAllBehindIt(t *testing.T) {
	in(t, "given a window, those behind are taken back", func(t *testing.T, w *world) {
		w.appendCounted(t, 0, 20)
		_, messages := subscribe(t, w.log, nothing{}, 8)
		var held []*message.Message
		for range 8 {
			held = append(held, next(t, messages))
		}
		held[0].Ack()
		held[1].Ack()
		held[3].Ack()
		held[2].Nack()
		<-held[2].Context().Done()
		for number := 2; number < 20; number++ {
			m := next(t, messages)
			require.Equal(t, number, revision(t, m))
			m.Ack()
		}
		nothingComes(t, messages)
		for _, m := range held {
			require.ErrorIs(t, m.Context().Err(), context.Canceled)
		}
	})
	t.Run("given any refusals, each message is acknowledged in order", func(t *testing.T) {
		w := newWorld(t)
		w.appendCounted(t, 0, 20)
		rapid.Check(t, func(r *rapid.T) {
			refusals := rapid.MapOf(rapid.IntRange(0, 19), rapid.IntRange(1, 3)).Draw(r, "refusals")
			window := rapid.IntRange(1, 10).Draw(r, "window")
			subscriber, messages := subscribe(t, w.log, nothing{}, window)
			for number := 0; number < 20; {
				m := next(t, messages)
				require.NoError(r, m.Context().Err())
				require.Equal(t, number, revision(t, m))
				if refusals[number] > 0 {
					refusals[number]--
					m.Nack()
					<-m.Context().Done()
					continue
				}
				m.Ack()
				number++
			}
			require.NoError(t, subscriber.Close())
		})
	})
}

func TestAMessagesContextEndsWithIt(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.appendCounted(t, 0, 3)
		type key struct{}
		subscriber := messaging.NewSubscriber(w.log, "test", nothing{}, messaging.SubscriberOptions{})
		messages, err := subscriber.Subscribe(context.WithValue(t.Context(), key{}, "value"), messaging.Everything)
		require.NoError(t, err)
		first, second, third := next(t, messages), next(t, messages), next(t, messages)
		require.NoError(t, first.Context().Err())
		require.Equal(t, "value", first.Context().Value(key{}))
		require.True(t, first.Ack())
		<-first.Context().Done()
		require.NoError(t, second.Context().Err())
		require.True(t, second.Nack())
		<-second.Context().Done()
		again := next(t, messages)
		require.NoError(t, subscriber.Close())
		<-third.Context().Done()
		<-again.Context().Done()
		require.ErrorIs(t, again.Context().Err(), context.Canceled)
	})
}

func TestTheChannelCloses(t *testing.T) {
	in(t, "given a context that ends", func(t *testing.T, w *world) {
		w.appendCounted(t, 0, 10)
		subscriber := messaging.NewSubscriber(w.log, "test", nothing{}, messaging.SubscriberOptions{Window: 3})
		ctx, cancel := context.WithCancel(t.Context())
		messages, err := subscriber.Subscribe(ctx, messaging.Everything)
		require.NoError(t, err)
		next(t, messages)
		cancel()
		for range messages {
			continue // only the end matters
		}
		require.NoError(t, subscriber.Close())
	})
	in(t, "given Close, when it returns", func(t *testing.T, w *world) {
		w.appendCounted(t, 0, 10)
		subscriber, messages := subscribe(t, w.log, nothing{}, 3)
		next(t, messages)
		require.NoError(t, subscriber.Close())
		_, open := <-messages
		require.False(t, open)
		require.NoError(t, subscriber.Close())
		_, err := subscriber.Subscribe(t.Context(), messaging.Everything)
		require.ErrorIs(t, err, messaging.ErrSubscriberClosed)
	})
}

func TestALogThatFailsTwentyTimesDeliversEachEventOnce(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		for range soak(1) {
			w.appendCounted(t, 0, 500)
			records := w.records(t)
			for _, window := range []int{1, 16, 256} {
				log := &brittle{Log: w.log, every: 1 + rand.IntN(20)}
				log.breaks.Store(20)
				subscriber, messages := subscribe(t, log, nothing{}, window)
				for _, record := range records {
					m := next(t, messages)
					require.Equal(t, record.ID.String(), m.UUID)
					require.NoError(t, m.Context().Err())
					m.Ack()
				}
				nothingComes(t, messages)
				require.LessOrEqual(t, log.breaks.Load(), int64(0), "it broke as often as it should")
				require.NoError(t, subscriber.Close())
			}
		}
	})
}

func TestAGroupGoesOnBehindWhatItAcknowledged(t *testing.T) {
	in(t, "given an end in good order, exactly there", func(t *testing.T, w *world) {
		w.appendCounted(t, 0, 1000)
		for number := 0; number < 500; {
			subscriber, messages := subscribe(t, w.log, w.vault, 100)
			for range 1 + rand.IntN(200) {
				m := next(t, messages)
				require.Equal(t, number, revision(t, m))
				m.Ack()
				number++
			}
			require.NoError(t, subscriber.Close())
		}
	})
	in(t, "given a gap, before it", func(t *testing.T, w *world) {
		w.appendCounted(t, 0, 10)
		subscriber, messages := subscribe(t, w.log, w.vault, 100)
		first := revision(t, next(t, messages))
		next(t, messages).Ack()
		require.NoError(t, subscriber.Close())
		subscriber, messages = subscribe(t, w.log, w.vault, 100)
		require.Equal(t, first, revision(t, next(t, messages)))
		require.NoError(t, subscriber.Close())
	})
	in(t, "given a crash before the checkpoint, what came since comes again", func(t *testing.T, w *world) {
		w.appendCounted(t, 0, 10)
		checkpoints := &forgetful{Progress: w.vault}
		subscriber, messages := subscribe(t, w.log, checkpoints, 100)
		first := next(t, messages)
		checkpoints.set(true)
		first.Ack()
		next(t, messages).Ack()
		require.NoError(t, subscriber.Close())
		checkpoints.set(false)
		_, messages = subscribe(t, w.log, checkpoints, 100)
		require.Equal(t, first.UUID, next(t, messages).UUID)
	})
}

func TestACheckpointIsSavedPerWindowOrWhenIdle(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		checkpoints := &forgetful{Progress: w.vault}
		_, messages := subscribe(t, w.log, checkpoints, 256)
		head := w.appendCounted(t, 0, 2560)
		for range 2560 {
			next(t, messages).Ack()
		}
		settle(time.Second)
		at, err := w.vault.Checkpoint(t.Context(), "test")
		require.NoError(t, err)
		require.Equal(t, head, at)
		require.Less(t, checkpoints.saved(), 100)

		head = w.appendCounted(t, 0, 1)
		next(t, messages).Ack()
		settle(time.Second)
		at, err = w.vault.Checkpoint(t.Context(), "test")
		require.NoError(t, err)
		require.Equal(t, head, at)
	})
}

func TestAConsumerGoesOnWhereAnotherOfItsGroupIs(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.appendCounted(t, 0, 100)
		position := w.records(t)[59].Position
		_, slow := subscribe(t, w.log, w.vault, 4)
		first := next(t, slow)
		require.NoError(t, w.vault.SaveCheckpoint(t.Context(), "test", domain.Position{}, position))
		first.Ack()
		for {
			m := next(t, slow)
			if revision(t, m) >= 60 {
				require.Equal(t, 60, revision(t, m))
				break
			}
		}
	})
}

func TestATopicIsAStream(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		for number := range 50 {
			w.appendRaw(t, "one", "test.event", strconv.Itoa(number))
			w.appendRaw(t, "two", "test.event", strconv.Itoa(number))
		}
		subscriber := messaging.NewSubscriber(w.log, "test", w.vault, messaging.SubscriberOptions{Window: 3})
		messages, err := subscriber.Subscribe(t.Context(), "two")
		require.NoError(t, err)
		for number := range 50 {
			m := next(t, messages)
			require.Equal(t, strconv.Itoa(number), string(m.Payload))
			m.Ack()
		}
		require.NoError(t, subscriber.Close())
		at, err := w.vault.Checkpoint(t.Context(), "test/two")
		require.NoError(t, err)
		require.Equal(t, w.records(t)[99].Position, at)

		w.appendCounted(t, 0, 1000)
		subscriber = messaging.NewSubscriber(w.log, "test", w.vault, messaging.SubscriberOptions{Window: 3})
		_, err = subscriber.Subscribe(t.Context(), "two")
		require.NoError(t, err)
		settle(time.Second)
		moved, err := w.vault.Checkpoint(t.Context(), "test/two")
		require.NoError(t, err)
		require.True(t, moved.After(w.records(t)[800].Position), "what the topic leaves out does not hold the checkpoint back")
		require.NoError(t, subscriber.Close())
	})
}

func TestARecordComesBackOutOfItsMessage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		record := journal.Record{
			Proposed: journal.Proposed{
				ID:       uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id")),
				Type:     rapid.String().Draw(t, "type"),
				JSON:     rapid.Bool().Draw(t, "json"),
				Data:     rapid.SliceOf(rapid.Byte()).Draw(t, "data"),
				Metadata: rapid.SliceOf(rapid.Byte()).Draw(t, "metadata"),
			},
			Stream:   rapid.String().Draw(t, "stream"),
			Revision: rapid.Uint64().Draw(t, "revision"),
			Position: domain.Position{Commit: rapid.Uint64().Draw(t, "commit"), Prepare: rapid.Uint64().Draw(t, "prepare")},
			Time:     time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(t, "seconds"), rapid.Int64Range(0, 999999999).Draw(t, "nanoseconds")).UTC(),
		}
		m := messaging.FromRecord(record)
		require.Equal(t, record.ID.String(), m.UUID)
		back, err := messaging.ToRecord(m)
		require.NoError(t, err)
		require.Equal(t, record, back)
		back, err = messaging.ToRecord(m.Copy())
		require.NoError(t, err)
		require.Equal(t, record, back)
	})
	t.Run("given a message of somebody else, it says so", func(t *testing.T) {
		_, err := messaging.ToRecord(message.NewMessage("id", nil))
		require.ErrorContains(t, err, "not an event")
	})
}
