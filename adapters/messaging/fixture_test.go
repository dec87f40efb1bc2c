package messaging_test

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/adapters/storetest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
)

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

// soak is n, or n times what USHER_SOAK says.
func soak(n int) int {
	if factor, err := strconv.Atoi(os.Getenv("USHER_SOAK")); err == nil && factor > 0 {
		return n * factor
	}
	return n
}

// world is a log, a codec and where checkpoints are, the vault.
type world struct {
	log   journal.Log
	codec *codec.Codec
	vault messaging.Progress
	store *journal.Store
}

// keeping is projectors with a feed of their own.
type keeping struct {
	*messaging.Projectors
	feed *messaging.Feed
}

func (k keeping) Close() error { return k.feed.Close() }

// acting is policies with a feed of their own.
type acting struct {
	*messaging.Policies
	feed *messaging.Feed
}

func (a acting) Close() error { return a.feed.Close() }

// feed is one that is not started yet.
func (w *world) feed(options messaging.FeedOptions) *messaging.Feed {
	return messaging.NewFeed(w.log, w.codec, options)
}

// start starts a feed, which ends with the test.
func start(t testing.TB, feed *messaging.Feed) {
	t.Helper()
	feed.Start(context.WithoutCancel(t.Context()))
	t.Cleanup(func() { require.NoError(t, feed.Close()) })
}

type noKeys struct{}

func (noKeys) DataKeys(context.Context, []domain.PersonID) (map[domain.PersonID]codec.Key, error) {
	return nil, nil
}

// newWorld is empty. What a test leaves running is found when it ends.
func newWorld(t testing.TB) *world {
	t.Helper()
	leavesNothing(t)
	return openWorld(t)
}

// leavesNothing finds at the test's end what runs that did not run before.
func leavesNothing(t testing.TB, but ...goleak.Option) {
	t.Helper()
	but = append(but, goleak.IgnoreCurrent())
	t.Cleanup(func() { goleak.VerifyNone(t, but...) })
}

// openWorld is for tests that run beside others, where nobody can tell whose a
// goroutine is.
func openWorld(t testing.TB) *world {
	t.Helper()
	folder := t.TempDir()
	log, err := eventlog.Open(t.Context(), filepath.Join(folder, "log.db"), eventlog.Options{})
	require.NoError(t, err)
	vault, err := sqlite.OpenVault(t.Context(), filepath.Join(folder, "vault.db"))
	require.NoError(t, err)
	events, err := codec.New(noKeys{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, errors.Join(log.Close(), vault.Close())) })
	return &world{log: log, codec: events, vault: vault, store: journal.NewStore(log, events)}
}

func openReadModels(t testing.TB) *sqlite.ReadModels {
	t.Helper()
	store, err := sqlite.OpenReadModels(t.Context(), filepath.Join(t.TempDir(), "readmodels.db"), func(error) {})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

var account = sync.OnceValue(func() domain.AccountID { return domain.AccountIDFor(uuid.NameSpaceOID, "acme") })

// workgroup is the event with this number; the tally counts it.
func workgroup(number int) domain.Event {
	return structure.WorkgroupCreated{Workgroup: domain.WorkgroupID(account().Derive(strconv.Itoa(number))), Name: strconv.Itoa(number)}
}

// department is an event that the tally does not look at.
func department(number int) domain.Event {
	return structure.DepartmentCreated{
		Department: domain.DepartmentID(account().Derive(strconv.Itoa(number))), Parent: domain.RootDepartment(account()), Name: strconv.Itoa(number),
	}
}

// append appends events, 500 at once, and returns the last one's position.
func (w *world) append(t testing.TB, events ...domain.Event) (last domain.Position) {
	t.Helper()
	return w.appendFor(t, account(), events...)
}

func (w *world) appendFor(t testing.TB, account domain.AccountID, events ...domain.Event) (last domain.Position) {
	t.Helper()
	return w.appendTo(t, domain.StructureStream(account), account, events...)
}

func (w *world) appendTo(t testing.TB, stream domain.StreamName, account domain.AccountID, events ...domain.Event) (last domain.Position) {
	t.Helper()
	for some := range slices.Chunk(events, 500) {
		uncommitted := make([]commands.Uncommitted, len(some))
		for i, event := range some {
			uncommitted[i] = commands.Uncommitted{ID: uuid.New(), Event: event, Metadata: domain.Metadata{
				Causation: domain.CommandID(uuid.New()), Account: account, Schema: 1, Actor: domain.Actor{Kind: domain.ActorOperator},
			}}
		}
		appended, err := w.store.Append(t.Context(), stream, domain.Any{}, uncommitted)
		require.NoError(t, err)
		last = appended.Position
	}
	return last
}

// appendCounted appends the workgroups with these numbers.
func (w *world) appendCounted(t testing.TB, from, until int) domain.Position {
	t.Helper()
	var events []domain.Event
	for number := from; number < until; number++ {
		events = append(events, workgroup(number))
	}
	return w.append(t, events...)
}

// appendRaw appends something that Usher did not write.
func (w *world) appendRaw(t testing.TB, stream, name, data string) domain.Position {
	t.Helper()
	_, position, err := w.log.Append(t.Context(), stream, domain.Any{}, []journal.Proposed{
		{ID: uuid.New(), Type: name, JSON: true, Data: []byte(data), Metadata: []byte("{}")},
	})
	require.NoError(t, err)
	return position
}

// appendNewer appends what only a newer Usher can read.
func (w *world) appendNewer(t testing.TB) domain.Position {
	t.Helper()
	_, position, err := w.log.Append(t.Context(), string(domain.StructureStream(account())), domain.Any{}, []journal.Proposed{storetest.Newer(t, account())})
	require.NoError(t, err)
	return position
}

func (w *world) records(t testing.TB) (all []journal.Record) {
	t.Helper()
	for record, err := range w.log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		all = append(all, record)
	}
	return all
}

// tallied is a row of the tally. Its digest tells any omission, repetition or
// change of order.
type tallied struct {
	Count  int
	Last   string
	Digest uint64
}

// tally is a view with seven rows of counted workgroups. Upset is called with
// each event before it is folded, and may panic.
func tally(name string, upset func(number int)) projections.View {
	return projections.Definition[tallied]{
		ViewName: name, ViewVersion: 1,
		Keys: func(event domain.Recorded) []projections.Key {
			created, counts := event.Event.(structure.WorkgroupCreated)
			if !counts {
				return nil
			}
			number, _ := strconv.Atoi(created.Name)
			return []projections.Key{{Account: account(), ID: strconv.Itoa(number % 7)}}
		},
		Row: func(_ projections.Key, before *tallied, event domain.Recorded) *tallied {
			var after tallied
			if before != nil {
				after = *before
			}
			after.Last = event.Event.(structure.WorkgroupCreated).Name
			number, _ := strconv.Atoi(after.Last)
			upset(number)
			after.Count++
			after.Digest = after.Digest*1_099_511_628_211 ^ event.Position.Commit<<20 ^ uint64(number)
			return &after
		},
		Index: func(key projections.Key, _ *tallied) projections.Index { return projections.Index{Sort: key.ID} },
	}.View()
}

func calm(int) {}

// rowsOf is all rows of a view, by id, and where it stands.
func rowsOf(t testing.TB, store projections.Reader, view projections.View) (map[string]string, domain.Position) {
	t.Helper()
	rows, position, err := store.Find(t.Context(), view, projections.Query{Account: account(), Limit: 100})
	require.NoError(t, err)
	docs := map[string]string{}
	for _, row := range rows {
		docs[row.ID] = string(row.Doc)
	}
	return docs, position
}

// expectedRows is what the view makes of the whole log at once, up to a position.
func (w *world) expectedRows(t testing.TB, view projections.View, until domain.Position) map[string]string {
	t.Helper()
	var ours []journal.Record
	for _, record := range w.records(t) {
		if codec.Ours(record) && !record.Position.After(until) {
			ours = append(ours, record)
		}
	}
	events, err := w.codec.Decode(t.Context(), ours)
	require.NoError(t, err)
	change, err := projections.FoldBatch(view, nil, events)
	require.NoError(t, err)
	docs := map[string]string{}
	for _, row := range change.Saved {
		docs[row.ID] = string(row.Doc)
	}
	return docs
}

var errBroken = errors.New("the connection broke")

// brittle is a real log whose subscriptions break after some records, a number
// of times. A broken subscription repeats its last record, as servers may.
type brittle struct {
	journal.Log
	every  int
	breaks atomic.Int64
}

func (b *brittle) Subscribe(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		count := 0
		for record, err := range b.Log.Subscribe(ctx, after) {
			if !yield(record, err) {
				return
			}
			if count++; count < b.every || b.breaks.Add(-1) < 0 {
				continue
			}
			if yield(record, nil) {
				yield(journal.Record{}, errBroken)
			}
			return
		}
	}
}

// forgetful loses checkpoints that are saved while it is down, as a crash does.
type forgetful struct {
	messaging.Progress
	mu   sync.Mutex
	down bool
	took int // how many were saved
}

func (f *forgetful) SaveCheckpoint(ctx context.Context, name string, from, to domain.Position) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return errBroken
	}
	f.took++
	return f.Progress.SaveCheckpoint(ctx, name, from, to)
}

func (f *forgetful) set(down bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = down
}

func (f *forgetful) saved() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.took
}

// within is a context that ends long after what a test waits for.
func within(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}
