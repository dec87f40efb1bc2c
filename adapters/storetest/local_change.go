package storetest

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// refusal is an error that only the tests know.
type refusal struct{ reason string }

func (r *refusal) Error() string { return r.reason }

// update runs a change on the test's goroutine, so that it may end the test.
func update(t failing, log journal.Local, change func(journal.Transaction) error) error {
	t.Helper()
	began, decided, ended := make(chan journal.Transaction), make(chan error), make(chan error, 1)
	go func() {
		ended <- log.Update(t.Context(), func(transaction journal.Transaction) error {
			began <- transaction
			return <-decided
		})
	}()
	select {
	case transaction := <-began:
		decide(transaction, change, decided)
		return <-ended
	case err := <-ended:
		return err
	}
}

// decide lets the log go on even where the change ends the test.
func decide(transaction journal.Transaction, change func(journal.Transaction) error, decided chan<- error) {
	err := error(&refusal{"the test has failed"})
	defer func() { decided <- err }()
	err = change(transaction)
}

// change runs a change that must be accepted.
func change(t failing, log journal.Local, change func(journal.Transaction)) {
	t.Helper()
	require.NoError(t, update(t, log, func(transaction journal.Transaction) error {
		change(transaction)
		return nil
	}))
}

func (s localSuite) changes(t *testing.T) {
	s.given(t, "given a change of several streams, it is there in its order when it returns", func(t *testing.T, log journal.Local) {
		a, b, events := stream(), stream(), proposed(7)
		appended(t, log, a, domain.NoStream{}, proposed(2))
		change(t, log, func(transaction journal.Transaction) {
			requireAppended(t, transaction, a, events[0:2], 3, 4)
			requireAppended(t, transaction, b, events[2:3], 0, 5)
			requireAppended(t, transaction, a, events[3:4], 4, 6)
			requireAppended(t, transaction, b, events[4:7], 3, 9)
		})
		require.Equal(t, domain.Position{Commit: 9, Prepare: 9}, headOf(t, log))
		records := gathered(t, log.ReadAll(t.Context(), domain.Position{Commit: 2, Prepare: 2}))
		require.Len(t, records, len(events))
		for i, record := range records {
			require.Equal(t, events[i].ID, record.ID)
			require.Equal(t, []string{a, a, b, a, b, b, b}[i], record.Stream)
			require.Equal(t, []uint64{2, 3, 0, 4, 1, 2, 3}[i], record.Revision)
		}
		requireRecords(t, records, taken(t, log, domain.Position{Commit: 2, Prepare: 2}, len(events)))
		appended(t, log, a, domain.Revision(4), proposed(1))
		appended(t, log, b, domain.Revision(3), proposed(1))
	})

	s.given(t, "given a change, it sees the log and what it appended", func(t *testing.T, log journal.Local) {
		a, b, old, events := stream(), stream(), proposed(3), proposed(2)
		appended(t, log, a, domain.NoStream{}, old)
		var seen []journal.Record
		change(t, log, func(transaction journal.Transaction) {
			requireEnd(t, transaction, a, 3)
			requireEnd(t, transaction, b, 0)
			seen = append(seen, eventAt(t, transaction, a, 1))
			requireAppended(t, transaction, a, events[:1], 3, 4)
			requireAppended(t, transaction, b, events[1:], 0, 5)
			requireEnd(t, transaction, a, 4)
			requireEnd(t, transaction, b, 1)
			seen = append(seen, eventAt(t, transaction, a, 3), eventAt(t, transaction, b, 0))
			for _, nowhere := range []uint64{4, 5, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64} {
				requireNoEvent(t, transaction, a, nowhere)
			}
			requireNoEvent(t, transaction, stream(), 0)
		})
		records := gathered(t, log.ReadAll(t.Context(), domain.Position{}))
		requireRecords(t, []journal.Record{records[1], records[3], records[4]}, seen)
	})

	s.given(t, "given an id several times, the stream's first event with it is found", func(t *testing.T, log journal.Local) {
		a, b, events := stream(), stream(), proposed(6)
		events[1].ID, events[2].ID, events[4].ID = events[0].ID, events[0].ID, events[0].ID
		appended(t, log, a, domain.NoStream{}, events[:4])
		appended(t, log, b, domain.NoStream{}, events[4:5])
		change(t, log, func(transaction journal.Transaction) {
			requireFound(t, transaction, a, events[0].ID, 0)
			requireFound(t, transaction, a, events[3].ID, 3)
			requireFound(t, transaction, b, events[0].ID, 0)
			for name, id := range map[string]uuid.UUID{a: uuid.New(), b: events[3].ID, stream(): events[0].ID} {
				_, found, err := transaction.Find(name, id)
				require.NoError(t, err)
				require.False(t, found)
			}
			requireAppended(t, transaction, a, events[1:2], 4, 6)
			requireAppended(t, transaction, b, events[5:6], 1, 7)
			requireFound(t, transaction, a, events[0].ID, 0)
			requireFound(t, transaction, b, events[0].ID, 0)
			requireFound(t, transaction, b, events[5].ID, 1)
		})
	})

	s.given(t, "given a change that appends nothing, it may read and return", func(t *testing.T, log journal.Local) {
		appended(t, log, stream(), domain.NoStream{}, proposed(1))
		for range 100 {
			change(t, log, func(transaction journal.Transaction) { requireEnd(t, transaction, stream(), 0) })
		}
		require.EqualValues(t, 1, headOf(t, log).Commit)
	})

	s.given(t, "given an append of nothing in a change, that is refused alone", func(t *testing.T, log journal.Local) {
		name := stream()
		change(t, log, func(transaction journal.Transaction) {
			_, _, err := transaction.Append(name, nil)
			require.Error(t, err)
			requireEnd(t, transaction, name, 0)
			requireAppended(t, transaction, name, proposed(1), 0, 1)
		})
		require.Len(t, gathered(t, log.ReadStream(t.Context(), name, 0)), 1)
	})

	s.given(t, "given a context that has ended, the change is not run", func(t *testing.T, log journal.Local) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := log.Update(ctx, func(journal.Transaction) error {
			t.Error("it was run")
			return nil
		})
		require.ErrorIs(t, err, context.Canceled)
	})
}

func headOf(t failing, log journal.Local) domain.Position {
	t.Helper()
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	return head
}

func requireAppended(t failing, transaction journal.Transaction, stream string, events []journal.Proposed, revision, at uint64) {
	t.Helper()
	last, position, err := transaction.Append(stream, events)
	require.NoError(t, err)
	require.Equal(t, revision, last)
	require.Equal(t, domain.Position{Commit: at, Prepare: at}, position)
}

func requireEnd(t failing, transaction journal.Transaction, stream string, expected uint64) {
	t.Helper()
	end, err := transaction.End(stream)
	require.NoError(t, err)
	require.Equal(t, expected, end)
}

func eventAt(t failing, transaction journal.Transaction, stream string, revision uint64) journal.Record {
	t.Helper()
	record, found, err := transaction.Event(stream, revision)
	require.NoError(t, err)
	require.True(t, found)
	return record
}

func requireNoEvent(t failing, transaction journal.Transaction, stream string, revision uint64) {
	t.Helper()
	_, found, err := transaction.Event(stream, revision)
	require.NoError(t, err)
	require.False(t, found)
}

// requireFound says at which revision an id is found.
func requireFound(t failing, transaction journal.Transaction, stream string, id uuid.UUID, revision uint64) {
	t.Helper()
	record, found, err := transaction.Find(stream, id)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, revision, record.Revision)
	requireRecords(t, []journal.Record{eventAt(t, transaction, stream, revision)}, []journal.Record{record})
}

func (s localSuite) undone(t *testing.T) {
	s.given(t, "given a change that fails, its error comes back and nothing is left", func(t *testing.T, log journal.Local) {
		old, young := stream(), stream()
		appended(t, log, old, domain.NoStream{}, proposed(2))
		before := gathered(t, log.ReadAll(t.Context(), domain.Position{}))
		for i := range 20 {
			err := update(t, log, func(transaction journal.Transaction) error {
				events := proposed(3)
				events[0].Type = fmt.Sprint("undone type ", i)
				requireAppended(t, transaction, young, events[:1], 0, 3)
				requireAppended(t, transaction, old, events[1:], 3, 5)
				return fmt.Errorf("in the end: %w", &refusal{"no"})
			})
			require.EqualError(t, err, "in the end: no")
			var refused *refusal
			require.ErrorAs(t, err, &refused)
			require.NotErrorIs(t, err, journal.ErrUnavailable)

			require.Equal(t, before[1].Position, headOf(t, log))
			requireRecords(t, before, gathered(t, log.ReadAll(t.Context(), domain.Position{})))
			requireRecords(t, reversed(before), gathered(t, log.ReadAllBackwards(t.Context(), domain.Position{Commit: 9, Prepare: 9})))
			require.Empty(t, gathered(t, log.ReadStream(t.Context(), young, 0)))
			require.Empty(t, gathered(t, log.ReadStream(t.Context(), old, 2)))
			change(t, log, func(transaction journal.Transaction) {
				requireEnd(t, transaction, young, 0)
				requireEnd(t, transaction, old, 2)
				requireNoEvent(t, transaction, old, 2)
			})
		}
		_, _, err := log.Append(t.Context(), young, domain.StreamExists{}, proposed(1))
		requireConflict(t, err, young, domain.StreamExists{}, domain.NoStream{})
	})

	s.given(t, "given streams and types that were undone, others may take their place", func(t *testing.T, log journal.Local) {
		for i := range 5 {
			require.Error(t, update(t, log, func(transaction journal.Transaction) error {
				events := proposed(1)
				events[0].Type = fmt.Sprint("undone ", i)
				requireAppended(t, transaction, fmt.Sprint("undone-", i), events, 0, uint64(i+1))
				eventAt(t, transaction, fmt.Sprint("undone-", i), 0)
				return &refusal{"no"}
			}))
			events, name := proposed(1), fmt.Sprint("kept-", i)
			events[0].Type = fmt.Sprint("kept ", i)
			appended(t, log, name, domain.NoStream{}, events)
			requireSame(t, name, 0, events, gathered(t, log.ReadStream(t.Context(), name, 0)))
		}
	})

	s.given(t, "given a subscriber at the end, it hears only of what was done", func(t *testing.T, log journal.Local) {
		name, kept := stream(), proposed(40)
		heard, done := make(chan journal.Record, len(kept)), make(chan error, 1)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		go func() {
			for record, err := range log.Subscribe(ctx, domain.Position{}) {
				if err != nil {
					done <- err
					return
				}
				heard <- record
			}
		}()
		for i := range kept {
			require.Error(t, update(t, log, func(transaction journal.Transaction) error {
				requireAppended(t, transaction, stream(), proposed(3), 2, uint64(i+3))
				requireAppended(t, transaction, name, proposed(1), uint64(i), uint64(i+4))
				return &refusal{"no"}
			}))
			change(t, log, func(transaction journal.Transaction) {
				requireAppended(t, transaction, name, kept[i:i+1], uint64(i), uint64(i+1))
			})
			select {
			case record := <-heard:
				requireSame(t, name, uint64(i), kept[i:i+1], []journal.Record{record})
				require.EqualValues(t, i+1, record.Position.Commit)
			case <-time.After(patience):
				require.Fail(t, "it hears nothing")
			}
		}
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
		require.Empty(t, heard)
	})
}

func (s localSuite) copies(t *testing.T) {
	s.given(t, "given events that are copied, they keep their times, in files and for subscribers", func(t *testing.T, log journal.Local) {
		name, events := stream(), proposed(6)
		elsewhere := time.FixedZone("elsewhere", 5*3600)
		times := []time.Time{
			time.Date(2019, 3, 4, 5, 6, 7, 123456789, elsewhere),
			time.Date(2018, 3, 4, 5, 6, 7, 1, time.UTC),
			time.Unix(0, 0),
			time.Date(1969, 7, 20, 20, 17, 40, 999999999, time.UTC),
			time.Date(2019, 3, 4, 5, 6, 7, 100, time.UTC),
			time.Date(2019, 3, 4, 5, 6, 7, 100, time.UTC),
		}
		expected := make([]journal.Proposed, len(events))
		copy(expected, events)
		for i := range events {
			events[i].Original = times[i]
		}
		subscribed := make(chan []journal.Record)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		go func() {
			heard := []journal.Record{}
			for record, err := range log.Subscribe(ctx, domain.Position{}) {
				if heard = append(heard, record); err != nil || len(heard) == 1+len(events) {
					break
				}
			}
			subscribed <- heard
		}()
		first := time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)
		appended(t, log, stream(), domain.NoStream{}, []journal.Proposed{{ID: uuid.New(), Type: "first", Original: first}})
		appended(t, log, name, domain.NoStream{}, events[:3])
		change(t, log, func(transaction journal.Transaction) {
			requireAppended(t, transaction, name, events[3:], 5, 7)
			require.Equal(t, times[3], eventAt(t, transaction, name, 3).Time)
			require.Zero(t, eventAt(t, transaction, name, 3).Original)
		})
		records := gathered(t, log.ReadStream(t.Context(), name, 0))
		require.Len(t, records, len(events))
		for i, record := range records {
			require.Equal(t, times[i].UTC(), record.Time)
			require.Zero(t, record.Original)
			require.True(t, same(record, journal.Record{Proposed: expected[i], Stream: name, Revision: uint64(i)}))
		}
		requireRecords(t, gathered(t, log.ReadAll(t.Context(), domain.Position{})), <-subscribed)
	})

	s.given(t, "given a copy of what is yet to come, new events do not go back behind it", func(t *testing.T, log journal.Local) {
		name, events := stream(), proposed(3)
		future := time.Now().Add(100 * time.Hour).UTC()
		events[1].Original = future.Round(0)
		appended(t, log, name, domain.NoStream{}, events)
		appended(t, log, name, domain.Revision(2), proposed(1))
		change(t, log, func(transaction journal.Transaction) {
			requireAppended(t, transaction, name, proposed(1), 4, 5)
		})
		records := gathered(t, log.ReadStream(t.Context(), name, 0))
		require.WithinDuration(t, time.Now(), records[0].Time, time.Hour)
		for _, record := range records[1:] {
			require.Equal(t, events[1].Original, record.Time)
		}
	})
}
