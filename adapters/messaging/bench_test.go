package messaging_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// BenchmarkSubscriber takes messages with a window of 256 from a log that costs
// nothing, and from the embedded log behind its bare subscription.
func BenchmarkSubscriber(b *testing.B) {
	w := openWorld(b)
	const count = 50_000
	w.appendCounted(b, 0, count)
	for name, log := range map[string]journal.Log{"of records in memory": remembered{w.log, w.records(b)}, "of the embedded log": w.log} {
		b.Run("bare subscription "+name, func(b *testing.B) {
			for range b.N {
				take := count
				for _, err := range log.Subscribe(b.Context(), domain.Position{}) {
					require.NoError(b, err)
					if take--; take == 0 {
						break
					}
				}
			}
			perMessage(b, count)
		})
		b.Run("messages "+name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				subscriber, messages := subscribe(b, log, nothing{}, messaging.Window)
				for range count {
					m := <-messages
					m.Ack()
				}
				require.NoError(b, subscriber.Close())
			}
			perMessage(b, count)
		})
	}
	b.Run("bare channel of new messages", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			messages := make(chan *message.Message, messaging.Window)
			go func() {
				defer close(messages)
				for range count {
					messages <- message.NewMessage("id", nil)
				}
			}()
			for m := range messages {
				m.Ack()
			}
		}
		perMessage(b, count)
	})
	record := w.records(b)[count-1]
	b.Run("FromRecord", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			messaging.FromRecord(record)
		}
	})
	b.Run("ToRecord", func(b *testing.B) {
		m := messaging.FromRecord(record)
		b.ReportAllocs()
		for b.Loop() {
			_, err := messaging.ToRecord(m)
			require.NoError(b, err)
		}
	})
}

func perMessage(b *testing.B, count int) {
	b.Helper()
	total := float64(b.N) * float64(count)
	b.ReportMetric(total/b.Elapsed().Seconds(), "messages/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/total, "ns/message")
}

// remembered is the records of a real log, in memory.
type remembered struct {
	journal.Log
	records []journal.Record
}

func (r remembered) Subscribe(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		for _, record := range r.records {
			if record.Position.After(after) && !yield(record, nil) {
				return
			}
		}
		<-ctx.Done()
		yield(journal.Record{}, ctx.Err())
	}
}

// BenchmarkAppendToVisible appends a hundred events a second and measures from
// each answer until the row is visible in one of seven views, in SQLite.
func BenchmarkAppendToVisible(b *testing.B) {
	w := openWorld(b)
	store := openReadModels(b)
	views := tallies(7)
	projectors := w.project(b, store, views...)
	w.appendCounted(b, 0, 100)
	for _, view := range views {
		require.NoError(b, projectors.Wait(within(b), view.Name(), head(b, w.log)))
	}
	var took []time.Duration
	pace := time.NewTicker(10 * time.Millisecond)
	defer pace.Stop()
	b.ResetTimer()
	for range b.N {
		<-pace.C
		at := w.appendCounted(b, 0, 1)
		begun := time.Now()
		require.NoError(b, projectors.Wait(b.Context(), views[len(took)%len(views)].Name(), at))
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

func tallies(count int) (views []projections.View) {
	for i := range count {
		views = append(views, tally(fmt.Sprintf("tally_%d", i), calm))
	}
	return views
}

// BenchmarkRebuild fills seven views in SQLite from nothing, beside reading and
// decoding the log once.
func BenchmarkRebuild(b *testing.B) {
	w := openWorld(b)
	const count = 100_000
	last := w.appendCounted(b, 0, count)
	rate := func(b *testing.B) {
		b.Helper()
		b.ReportMetric(float64(b.N)*count/b.Elapsed().Seconds(), "events/s")
	}
	b.Run("scan and decode", func(b *testing.B) {
		for range b.N {
			for page := range slices.Chunk(w.records(b), 4096) {
				_, err := w.codec.Decode(b.Context(), slices.DeleteFunc(page, func(r journal.Record) bool { return !codec.Ours(r) }))
				require.NoError(b, err)
			}
		}
		rate(b)
	})
	b.Run("seven views", func(b *testing.B) {
		for range b.N {
			views := tallies(7)
			projectors := w.project(b, openReadModels(b), views...)
			for _, view := range views {
				require.NoError(b, projectors.Wait(b.Context(), view.Name(), last))
			}
			require.NoError(b, projectors.Close())
		}
		rate(b)
	})
}
