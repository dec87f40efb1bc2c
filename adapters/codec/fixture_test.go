package codec_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// everybodysKeys gives each person a key of his own, but for those named.
type everybodysKeys struct {
	erased, missing map[domain.PersonID]bool
}

func (k everybodysKeys) DataKeys(_ context.Context, people []domain.PersonID) (map[domain.PersonID]codec.Key, error) {
	keys := map[domain.PersonID]codec.Key{}
	for _, person := range people {
		switch {
		case k.missing[person]:
		case k.erased[person]:
			keys[person] = codec.Key{Erased: true}
		default:
			keys[person] = codec.Key{Bytes: append(person[:], person[:]...)}
		}
	}
	return keys, nil
}

func newCodec(t testing.TB) *codec.Codec {
	t.Helper()
	c, err := codec.New(everybodysKeys{})
	require.NoError(t, err)
	return c
}

func anAccount() domain.AccountID { return domain.AccountIDFor(uuid.NameSpaceOID, "acme") }

func metadata() domain.Metadata {
	command := domain.CommandID(uuid.NewSHA1(uuid.NameSpaceOID, []byte("command")))
	return domain.Metadata{
		Correlation: uuid.UUID(command), Causation: command, Account: anAccount(), Schema: 1,
		Actor: domain.Actor{Kind: domain.ActorLink},
	}
}

// streamOf is a stream in which events of a type belong.
func streamOf(name domain.EventType) domain.StreamName {
	aggregate, _, _ := strings.Cut(string(name), ".")
	return domain.StreamName(aggregate + "-" + anAccount().String())
}

func uncommitted(event domain.Event) commands.Uncommitted {
	id := uuid.NewSHA1(uuid.NameSpaceOID, []byte(event.Type()))
	return commands.Uncommitted{ID: id, Event: event, Metadata: metadata()}
}

// written is the record that a log would have of an event.
func written(t require.TestingT, c *codec.Codec, event domain.Event) journal.Record {
	proposed, err := c.Encode(context.Background(), streamOf(event.Type()), []commands.Uncommitted{uncommitted(event)})
	require.NoError(t, err)
	require.Len(t, proposed, 1)
	return journal.Record{
		Proposed: proposed[0], Stream: string(streamOf(event.Type())), Revision: 3,
		Position: domain.Position{Commit: 42, Prepare: 42}, Time: time.Date(2026, 3, 1, 12, 0, 1, 0, time.UTC),
	}
}

func read(t require.TestingT, c *codec.Codec, record journal.Record) domain.Recorded {
	events, err := c.Decode(context.Background(), []journal.Record{record})
	require.NoError(t, err)
	require.Len(t, events, 1)
	return events[0]
}
