package journal_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/structure"
)

// paper is a log of one stream, with a place at which reading fails.
type paper struct {
	journal.Log
	records []journal.Record
	tornAt  int // how many records can be read; all where it is negative
	read    int // how many were read
}

var errTorn = errors.New("the paper is torn")

func (p *paper) Append(_ context.Context, stream string, expected domain.Expected, events []journal.Proposed) (uint64, domain.Position, error) {
	if want := (domain.NoStream{}); expected == want && len(p.records) > 0 {
		return 0, domain.Position{}, &domain.Conflict{Stream: domain.StreamName(stream), Expected: expected, Actual: domain.Revision(len(p.records) - 1)}
	}
	for _, event := range events {
		place := uint64(len(p.records))
		p.records = append(p.records, journal.Record{
			Proposed: event, Stream: stream, Revision: place, Position: domain.Position{Commit: place + 1, Prepare: place + 1},
		})
	}
	last := p.records[len(p.records)-1]
	return last.Revision, last.Position, nil
}

func (p *paper) ReadStream(_ context.Context, _ string, from uint64) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		for i := int(from); i < len(p.records); i++ {
			if i == p.tornAt {
				yield(journal.Record{}, errTorn)
				return
			}
			if p.read++; !yield(p.records[i], nil) {
				return
			}
		}
	}
}

type noKeys struct{}

func (noKeys) DataKeys(context.Context, []domain.PersonID) (map[domain.PersonID]codec.Key, error) {
	return nil, nil
}

func account() domain.AccountID { return domain.AccountIDFor(uuid.NameSpaceOID, "acme") }

func named(i int) structure.WorkgroupCreated {
	return structure.WorkgroupCreated{Workgroup: domain.WorkgroupID(account()), Name: fmt.Sprint("Workgroup ", i)}
}

func written(t *testing.T, count int) (*journal.Store, *paper) {
	t.Helper()
	events, err := codec.New(noKeys{})
	require.NoError(t, err)
	log := &paper{tornAt: -1}
	store := journal.NewStore(log, events)
	proposed := make([]commands.Uncommitted, count)
	for i := range proposed {
		command := domain.CommandID(account())
		proposed[i] = commands.Uncommitted{
			ID: domain.EventID(command, stream(), i), Event: named(i),
			Metadata: domain.Metadata{Causation: command, Account: account(), Schema: 1, Actor: domain.Actor{Kind: domain.ActorOperator}},
		}
	}
	appended, err := store.Append(context.Background(), stream(), domain.NoStream{}, proposed)
	require.NoError(t, err)
	require.Equal(t, uint64(count-1), appended.Revision)
	return store, log
}

func stream() domain.StreamName { return domain.StructureStream(account()) }

// everything reads until the end or an error.
func everything(store *journal.Store, from uint64) (names []string, err error) {
	for recorded, err := range store.Read(context.Background(), stream(), from) {
		if err != nil {
			return names, err
		}
		names = append(names, recorded.Event.(structure.WorkgroupCreated).Name)
	}
	return names, nil
}

func TestAStoreReadsWhatItAppended(t *testing.T) {
	for _, count := range []int{1, 255, 256, 257, 1000} {
		store, _ := written(t, count)
		names, err := everything(store, 0)
		require.NoError(t, err)
		require.Len(t, names, count)
		for i, name := range names {
			require.Equal(t, named(i).Name, name)
		}
	}
	t.Run("with the bytes that the log has", func(t *testing.T) {
		store, log := written(t, 300)
		for recorded, err := range store.Read(context.Background(), stream(), 0) {
			require.NoError(t, err)
			require.Equal(t, log.records[recorded.Revision].Data, recorded.Data)
			require.Equal(t, log.records[recorded.Revision].Metadata, recorded.RawMetadata)
		}
	})
	t.Run("from a revision on", func(t *testing.T) {
		store, _ := written(t, 300)
		names, err := everything(store, 298)
		require.NoError(t, err)
		require.Equal(t, []string{"Workgroup 298", "Workgroup 299"}, names)
	})
}

func TestAFailureIsNeverTheEndOfTheStream(t *testing.T) {
	t.Run("given a log that fails, the events before it come first", func(t *testing.T) {
		for _, tornAt := range []int{0, 1, 256, 299} {
			store, log := written(t, 300)
			log.tornAt = tornAt
			names, err := everything(store, 0)
			require.ErrorIs(t, err, errTorn)
			require.Len(t, names, tornAt)
		}
	})
	t.Run("given an event that cannot be read, the events before it come first", func(t *testing.T) {
		store, log := written(t, 600)
		log.records[400].Data = []byte("{")
		names, err := everything(store, 0)
		require.ErrorContains(t, err, "revision 400")
		require.Len(t, names, 400)
	})
}

func TestAReaderMayStop(t *testing.T) {
	store, log := written(t, 1000)
	for range store.Read(context.Background(), stream(), 0) {
		break
	}
	require.LessOrEqual(t, log.read, 256)
}

func TestAConflictPassesThrough(t *testing.T) {
	store, _ := written(t, 3)
	_, err := store.Append(context.Background(), stream(), domain.NoStream{}, nil)
	var conflict *domain.Conflict
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, domain.Revision(2), conflict.Actual)
}
