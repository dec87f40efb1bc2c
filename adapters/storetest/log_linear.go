package storetest

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// linearizability lets clients race for one stream, with right, stale and
// repeated expectations, and asks whether one order of all that they did
// explains everything that they saw.
func (s logSuite) linearizability(t *testing.T) {
	s.given(t, "given clients who race, one order explains what they saw", func(t *testing.T, log journal.Log) {
		const clients, turns = 8, 30
		name, clock := stream(), new(atomic.Int64)
		var mutex sync.Mutex
		var history []porcupine.Operation
		var group sync.WaitGroup
		for i := range clients {
			group.Go(func() {
				client := racer{log: log, stream: name}
				for range turns {
					called := clock.Add(1)
					input, output := client.turn(t)
					operation := porcupine.Operation{ClientId: i, Input: input, Output: output, Call: called, Return: clock.Add(1)}
					mutex.Lock()
					history = append(history, operation)
					mutex.Unlock()
				}
			})
		}
		group.Wait()
		result := porcupine.CheckOperationsTimeout(streamModel(), history, patience)
		require.Equal(t, porcupine.Ok, result)
	})
}

// move is an append, or a read where it has no id.
type move struct {
	id    uuid.UUID
	after int // revision expected to be the last; -1 for no stream
}

// answer is what came of it: ids of a read, or the revision of an append, or of
// the stream's end where that was a conflict.
type answer struct {
	ids      string
	revision int
	conflict bool
}

type racer struct {
	log    journal.Log
	stream string
	end    int // length of the stream as last seen
	last   move
}

func (r *racer) turn(t *testing.T) (move, answer) {
	t.Helper()
	chance := rand.IntN(10)
	switch {
	case chance < 3:
		return move{}, r.read(t)
	case chance < 5 && r.last != (move{}):
	default:
		r.last = move{id: uuid.New(), after: r.end - 1 - rand.IntN(2)*rand.IntN(2)}
		r.last.after = max(r.last.after, -1)
	}
	return r.last, r.append(t, r.last)
}

func (r *racer) read(t *testing.T) (seen answer) {
	t.Helper()
	r.end = 0
	for record, err := range r.log.ReadStream(t.Context(), r.stream, 0) {
		assert.NoError(t, err)
		seen.ids += string(record.ID[:])
		r.end++
	}
	return seen
}

func (r *racer) append(t *testing.T, move move) answer {
	t.Helper()
	expected := domain.Expected(domain.NoStream{})
	if move.after >= 0 {
		expected = domain.Revision(move.after)
	}
	event := journal.Proposed{ID: move.id, Type: "raced", JSON: true, Data: []byte("{}")}
	revision, _, err := r.log.Append(t.Context(), r.stream, expected, []journal.Proposed{event})
	conflict, ok := errors.AsType[*domain.Conflict](err)
	if !ok {
		assert.NoError(t, err)
		r.end = int(revision) + 1
		return answer{revision: int(revision)}
	}
	last := -1
	if actual, ok := conflict.Actual.(domain.Revision); ok {
		last = int(actual)
	}
	r.end = last + 1
	return answer{revision: last, conflict: true}
}

// streamModel is what one stream is meant to be: a list of ids, here one after
// the other in a string, so that states can be compared.
func streamModel() porcupine.Model {
	const size = len(uuid.UUID{})
	return porcupine.Model{
		Init: func() any { return "" },
		Step: func(state, input, output any) (bool, any) {
			ids, move, answer := state.(string), input.(move), output.(answer)
			last, next := len(ids)/size-1, move.after+1
			switch {
			case move.id == uuid.Nil:
				return answer.ids == ids, ids
			case move.after == last:
				return !answer.conflict && answer.revision == next, ids + string(move.id[:])
			case next <= last && slices.Equal([]byte(ids[next*size:(next+1)*size]), move.id[:]):
				return !answer.conflict && answer.revision == next, ids
			}
			return answer.conflict && answer.revision == last, ids
		},
	}
}
