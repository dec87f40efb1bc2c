package storetest

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// races lets changes that count up race with one another, with changes that are
// refused, and with plain appends.
func (s localSuite) races(t *testing.T) {
	s.given(t, "given changes that count, no count is lost", func(t *testing.T, log journal.Local) {
		const clients, turns = 12, 40
		debit, credit := stream(), stream()
		var counted, others atomic.Int64
		var group sync.WaitGroup
		for i := range clients {
			group.Go(func() {
				for turn := range turns {
					if (i+turn)%4 == 0 {
						_, _, err := log.Append(t.Context(), stream(), domain.NoStream{}, proposed(1+turn%2))
						assert.NoError(t, err)
						others.Add(int64(1 + turn%2))
						continue
					}
					refuse := rand.IntN(3) == 0
					err := log.Update(t.Context(), func(transaction journal.Transaction) error { return count(transaction, debit, credit, refuse) })
					var refused *refusal
					if refuse {
						assert.ErrorAs(t, err, &refused)
					} else if assert.NoError(t, err) {
						counted.Add(1)
					}
				}
			})
		}
		group.Wait()

		require.Positive(t, counted.Load())
		for _, name := range []string{debit, credit} {
			records := gathered(t, log.ReadStream(t.Context(), name, 0))
			require.Len(t, records, int(counted.Load()))
			for i, record := range records {
				require.EqualValues(t, i+1, binary.BigEndian.Uint64(record.Data))
			}
		}
		whole := gathered(t, log.ReadAll(t.Context(), domain.Position{}))
		require.Len(t, whole, int(2*counted.Load()+others.Load()))
		for i, record := range whole {
			require.EqualValues(t, i+1, record.Position.Commit)
			if record.Stream == debit {
				require.Equal(t, credit, whole[i+1].Stream, "the two of a change stand together")
				require.Equal(t, record.Data, whole[i+1].Data)
			}
		}
	})

	s.given(t, "given changes and appends that expect an end, one wins each revision", func(t *testing.T, log journal.Local) {
		const clients, rounds = 8, 15
		name := stream()
		for round := range rounds {
			expected := domain.Expected(domain.NoStream{})
			if round > 0 {
				expected = domain.Revision(round - 1)
			}
			var wins atomic.Int32
			var group sync.WaitGroup
			for i := range clients {
				group.Go(func() {
					var err error
					if i%2 == 0 {
						_, _, err = log.Append(t.Context(), name, expected, proposed(1))
					} else {
						err = log.Update(t.Context(), func(transaction journal.Transaction) error {
							return appendAt(transaction, name, uint64(round))
						})
					}
					if err == nil {
						wins.Add(1)
					}
				})
			}
			group.Wait()
			require.EqualValues(t, 1, wins.Load())
		}
		require.Len(t, gathered(t, log.ReadStream(t.Context(), name, 0)), rounds)
	})
}

// count appends the next number to two streams. It must not end the test: it
// runs in the log.
func count(transaction journal.Transaction, debit, credit string, refuse bool) error {
	end, err := transaction.End(debit)
	if err != nil {
		return err
	}
	number := uint64(1)
	if end > 0 {
		last, found, err := transaction.Event(debit, end-1)
		if err != nil || !found {
			return errors.Join(err, errors.New("the last event is not there"))
		}
		number = binary.BigEndian.Uint64(last.Data) + 1
	}
	for _, name := range []string{debit, credit} {
		event := journal.Proposed{ID: uuid.New(), Type: "counted", Data: binary.BigEndian.AppendUint64(nil, number)}
		if _, _, err := transaction.Append(name, []journal.Proposed{event}); err != nil {
			return err
		}
	}
	if refuse {
		return &refusal{"not this time"}
	}
	return nil
}

func appendAt(transaction journal.Transaction, name string, revision uint64) error {
	end, err := transaction.End(name)
	if err != nil {
		return err
	}
	if end != revision {
		return &refusal{"somebody was first"}
	}
	_, _, err = transaction.Append(name, proposed(1))
	return err
}

// histories compares a log with a list, over any sequence of changes.
func (s localSuite) histories(t *testing.T) {
	s.given(t, "given any history of changes, the log has what was done and nothing else", func(t *testing.T, log journal.Local) {
		rapid.Check(t, func(r *rapid.T) {
			model := &history{start: headOf(r, log), streams: []string{stream(), stream(), stream()}}
			for range rapid.IntRange(1, 8).Draw(r, "changes") {
				model.change(r, log)
			}
			written := gathered(r, log.ReadAll(r.Context(), model.start))
			requireRecords(r, model.timed(written), written)
			for _, name := range model.streams {
				requireRecords(r, model.of(written, name), gathered(r, log.ReadStream(r.Context(), name, 0)))
			}
		})
	})
}

// history is what a log must have behind a position.
type history struct {
	start   domain.Position
	streams []string
	events  []journal.Record // without times
}

func (h *history) of(events []journal.Record, stream string) []journal.Record {
	mine := []journal.Record{}
	for _, record := range events {
		if record.Stream == stream {
			mine = append(mine, record)
		}
	}
	return mine
}

// timed takes the times from records that were read.
func (h *history) timed(records []journal.Record) []journal.Record {
	events := append([]journal.Record{}, h.events...)
	for i := range min(len(events), len(records)) {
		events[i].Time = records[i].Time
	}
	return events
}

// change appends and looks by turns, and keeps it or not.
func (h *history) change(r *rapid.T, log journal.Local) {
	kept := slices.Clone(h.events)
	refuse := rapid.Bool().Draw(r, "refuse")
	err := update(r, log, func(transaction journal.Transaction) error {
		for range rapid.IntRange(0, 6).Draw(r, "steps") {
			name := rapid.SampledFrom(h.streams).Draw(r, "stream")
			if rapid.Bool().Draw(r, "append") {
				h.append(r, transaction, name)
			} else {
				h.look(r, transaction, name)
			}
		}
		if refuse {
			return &refusal{"no"}
		}
		return nil
	})
	if !refuse {
		require.NoError(r, err)
		return
	}
	require.Equal(r, &refusal{"no"}, err)
	h.events = kept
}

func (h *history) append(r *rapid.T, transaction journal.Transaction, name string) {
	events := make([]journal.Proposed, rapid.IntRange(1, 3).Draw(r, "events"))
	for i := range events {
		events[i] = journal.Proposed{
			ID:   uuid.UUID{rapid.Byte().Draw(r, "id") % 4},
			Type: rapid.SampledFrom([]string{"a", "b", "c-" + name}).Draw(r, "type"),
			Data: rapid.SliceOfN(rapid.Byte(), 0, 8).Draw(r, "data"),
		}
		at := h.start.Commit + uint64(len(h.events)) + 1
		h.events = append(h.events, journal.Record{
			Proposed: events[i], Stream: name, Revision: uint64(len(h.of(h.events, name))), Position: domain.Position{Commit: at, Prepare: at},
		})
	}
	last := h.events[len(h.events)-1]
	requireAppended(r, transaction, name, events, last.Revision, last.Position.Commit)
}

func (h *history) look(r *rapid.T, transaction journal.Transaction, name string) {
	mine := h.of(h.events, name)
	requireEnd(r, transaction, name, uint64(len(mine)))
	revision := rapid.IntRange(0, len(mine)).Draw(r, "revision")
	record, found, err := transaction.Event(name, uint64(revision))
	require.NoError(r, err)
	require.Equal(r, revision < len(mine), found)
	if found {
		require.True(r, same(mine[revision], record))
	}
	id := uuid.UUID{rapid.Byte().Draw(r, "id") % 4}
	record, found, err = transaction.Find(name, id)
	require.NoError(r, err)
	first := slices.IndexFunc(mine, func(event journal.Record) bool { return event.ID == id })
	require.Equal(r, first >= 0, found)
	if found {
		require.True(r, same(mine[first], record))
		require.Equal(r, mine[first].Position, record.Position)
	}
}
