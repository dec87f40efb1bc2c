package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Log is a log in EventStoreDB: those streams of a server whose names begin with
// its prefix and are Usher's otherwise.
type Log struct {
	*Server
	names names

	horizon horizon
	cuts    cuts
	turn    chan struct{} // holds one while somebody looks for the last event

	mu            sync.Mutex
	begun         *journal.Record // the claim, once it was read
	kept          string          // see Expect
	subscriptions map[*reader]struct{}
	refused       error     // why the last append failed for the server's sake
	refusedAt     time.Time // and when
}

var (
	_ journal.Log      = (*Log)(nil)
	_ journal.Cuttable = (*Log)(nil)
)

// Log returns the log whose streams begin with a prefix, be it there or not. A log
// of before has none.
func (s *Server) Log(prefix string) *Log {
	return &Log{Server: s, names: names{prefix}, cuts: newCuts(), turn: make(chan struct{}, 1), subscriptions: map[*reader]struct{}{}}
}

// Open is Connect and Log, for one who needs one log only.
func Open(ctx context.Context, connection, prefix string, options Options) (*Log, error) {
	if err := CheckPrefix(prefix); err != nil {
		return nil, err
	}
	server, err := Connect(ctx, connection, options)
	if err != nil {
		return nil, err
	}
	return server.Log(prefix), nil
}

// prefix is what the log's streams begin with.
func (l *Log) prefix() string { return l.names[0] }

// claimType is the type of a claim.
const claimType = "log.begun"

// marksPrefix is what stands before the prefix in a mark.
const marksPrefix = "@"

// PrefixOf returns the prefix of the log that has a mark.
func PrefixOf(mark string) string {
	_, prefix, _ := strings.Cut(mark, marksPrefix)
	return prefix
}

// Claim begins a log with a prefix, by an event of this id in the stream with which
// each of them begins. Once begun, by whomever, it is not begun again: then Mark
// tells whose claim it is. A log without a prefix needs none.
func (l *Log) Claim(ctx context.Context, id uuid.UUID) error {
	if l.prefix() == "" {
		return nil
	}
	begun := journal.Proposed{ID: id, Type: claimType, JSON: true, Data: []byte(`{}`), Metadata: []byte(`{}`)}
	_, _, err := l.append(ctx, claim(l.prefix()), domain.NoStream{}, []journal.Proposed{begun})
	if _, taken := errors.AsType[*domain.Conflict](err); taken {
		return nil
	}
	return err
}

// MustHaveNoBeginning refuses a log without a mark of which somebody has cut the stream with
// which it begins: that looks like one that nobody has begun.
func (l *Log) MustHaveNoBeginning(ctx context.Context) error {
	if l.prefix() == "" {
		return nil
	}
	return l.mustNotBeCut(ctx, claim(l.prefix()))
}

// errNotBegun says that nobody has begun a log with this prefix.
var errNotBegun = errors.New("there is no log with this prefix")

// beginning is behind everything that was there before a log with a prefix began;
// it is zero for one without. A log that nobody has begun gives errNotBegun.
func (l *Log) beginning(ctx context.Context) (domain.Position, error) {
	if l.prefix() == "" {
		return domain.Position{}, nil
	}
	first, err := l.claimed(ctx)
	return first.Position, err
}

// claimed is the event with which a log with a prefix begins.
func (l *Log) claimed(ctx context.Context) (journal.Record, error) {
	l.mu.Lock()
	known := l.begun
	l.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	stream := claim(l.prefix())
	got, err := persist(ctx, l.Server, l.options.Patience, streamPage(stream, esdb.Start{}, esdb.Forwards, 1))
	cut := codeOf(err) == esdb.ErrorCodeStreamDeleted
	if err != nil && !cut {
		return journal.Record{}, err
	}
	if len(got.events) == 0 {
		if got, err = l.claimWhereItWas(ctx, stream); err != nil {
			return journal.Record{}, err
		}
	}
	if len(got.events) == 0 && cut {
		return journal.Record{}, tombstoned(stream)
	}
	if len(got.events) == 0 {
		return journal.Record{}, fmt.Errorf("%w: %s", errNotBegun, l.prefix())
	}
	first, err := record(got.events[0], stream)
	if err != nil {
		return journal.Record{}, err
	}
	l.mu.Lock()
	l.begun = &first
	l.mu.Unlock()
	l.horizon.add(Passed{Upto: first.Position})
	return first, nil
}

// Expect says which mark the log had, as whoever keeps it beside the log knows. Then
// it is found again also where somebody has cut its first stream, until what was cut
// is scavenged.
func (l *Log) Expect(mark string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = mark
}

// claimWhereItWas looks for the claim where it is among all events, in which what was
// cut from a stream still is.
func (l *Log) claimWhereItWas(ctx context.Context, stream string) (page, error) {
	l.mu.Lock()
	kept := l.kept
	l.mu.Unlock()
	place, id, _ := strings.Cut(strings.TrimSuffix(kept, marksPrefix+l.prefix()), "/")
	at, err := domain.ParsePosition(place)
	if err != nil || at.IsZero() {
		return page{}, nil //nolint:nilerr // because nothing is kept then
	}
	end, err := persist(ctx, l.Server, l.options.Patience, newest)
	if err != nil || at.After(end) {
		return page{}, err
	}
	got, err := persist(ctx, l.Server, l.options.Attempt, allPage(behind(at), esdb.Forwards, 1))
	if err != nil || len(got.events) == 0 || got.events[0].OriginalEvent().StreamID != stream || got.events[0].OriginalEvent().EventID.String() != id {
		return page{}, nil //nolint:nilerr // because a server refuses a position that is no event's
	}
	l.options.Logger.WarnContext(ctx, "somebody has cut the stream with which the log begins in EventStoreDB; undo that before it is scavenged", slog.String("stream", stream))
	return got, nil
}

// Mark implements journal.Log. That of a log with a prefix is its claim, and ends
// in the prefix.
func (l *Log) Mark(ctx context.Context) (string, error) {
	if l.prefix() == "" {
		return journal.FirstMark(ctx, l)
	}
	first, err := l.claimed(ctx)
	if errors.Is(err, errNotBegun) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return journal.MarkOf(first) + marksPrefix + l.prefix(), nil
}
