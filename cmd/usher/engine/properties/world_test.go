package properties_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/composition"
	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/passwords"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/catalogue"
	"github.com/usher-engine/usher/projections/memory"
)

// stores is a real log and a real vault, in which many worlds live one after the
// other, each in accounts of its own.
type stores struct {
	base   composition.Base
	log    *eventlog.Log
	vault  *sqlite.Vault
	worlds int
	clock
}

func openStores(t *testing.T) *stores {
	t.Helper()
	s := &stores{clock: clock{at: monday}}
	vault, err := sqlite.OpenVaultWith(t.Context(), filepath.Join(t.TempDir(), "vault.db"), sqlite.VaultOptions{Random: seeded("keys")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, vault.Close()) })
	log, err := eventlog.Open(t.Context(), filepath.Join(t.TempDir(), "log.db"), eventlog.Options{Now: s.now})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	s.base, err = composition.NewBase(log, vault, passwords.Cost{Passes: 1, MemoryKiB: 64, Threads: 1, Waiting: 10})
	require.NoError(t, err)
	s.log, s.vault = log, vault
	return s
}

// clock goes on from world to world, as a log's time never runs back.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) goesOn(long time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(long)
}

func seeded(name string) *rand.ChaCha8 {
	return rand.NewChaCha8([32]byte([]byte(fmt.Sprintf("%-32.32s", name))))
}

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// world is a whole Usher without its HTTP side. Views and policies go on only
// when they are told to, or waited for.
type world struct {
	*stores
	t      require.TestingT
	app    *commands.App
	sweep  func(context.Context) error // does whatever is due
	store  *cuttable
	random io.Reader

	began    time.Time
	events   []domain.Recorded // of the log, from where this world begins
	read     domain.Position   // how far they go
	models   *memory.Store
	fed      map[string]int // of how many events each view knows
	policies []messaging.Policy
	followed map[string]int // how many events each policy has handled
	sent     []commands.Message
}

func (s *stores) newWorld(t require.TestingT) *world {
	s.worlds++
	head, err := s.log.Head(context.Background())
	require.NoError(t, err)
	w := &world{
		stores: s, t: t, began: s.now(), read: head, models: memory.New(), fed: map[string]int{}, followed: map[string]int{},
		random: seeded(fmt.Sprint("world ", s.worlds)),
		store:  &cuttable{EventStore: s.base.Store},
	}
	for _, view := range catalogue.All() { // as if they had seen what others did before
		require.NoError(t, w.models.Apply(context.Background(), view, projections.Change{To: head}))
	}
	w.restart()
	return w
}

// restart forgets all that is not in the stores.
func (w *world) restart() {
	w.store.mend()
	base := w.base
	base.Store = w.store
	usher, err := composition.New(context.Background(), composition.Parts{Base: base, Models: w.models, Checkpoints: w.vault, Messenger: w}, composition.Options{
		Now: w.now, Random: w.random, SMSPerDay: 1_000_000, SessionLength: 90 * 24 * time.Hour, Waiter: w,
		Policies: func(own []messaging.Policy) []messaging.Policy {
			w.policies = own
			return nil
		},
	})
	require.NoError(w.t, err)
	w.app, w.sweep = usher.App, usher.KeepTime
}

// Send implements commands.Messenger.
func (w *world) Send(_ context.Context, message commands.Message) error {
	if !slices.ContainsFunc(w.sent, func(m commands.Message) bool { return m.ID == message.ID }) {
		w.sent = append(w.sent, message)
	}
	return nil
}

// link is the token of the link in a message; empty where it has none.
func (w *world) link(message commands.Message) string {
	filled, err := commands.Secrets{Keyring: w.vault}.Fill(context.Background(), message)
	require.NoError(w.t, err)
	return filled.Link
}

// listen takes in what the log has said since.
func (w *world) listen() {
	var records []journal.Record
	for record, err := range w.log.ReadAll(context.Background(), w.read) {
		require.NoError(w.t, err)
		records = append(records, record)
	}
	if len(records) == 0 {
		return
	}
	said, err := w.base.Events.Decode(context.Background(), records)
	require.NoError(w.t, err)
	w.events = append(w.events, said...)
	w.read = records[len(records)-1].Position
}

// Wait implements lookup.Views.
func (w *world) Wait(_ context.Context, view string, least domain.Position) error {
	w.listen()
	for _, one := range catalogue.All() {
		if one.Name() == view {
			count := slices.IndexFunc(w.events, func(event domain.Recorded) bool { return event.Position.After(least) })
			if count < 0 {
				count = len(w.events)
			}
			w.feed(one, count)
		}
	}
	return nil
}

// feed lets a view take in all events before the last-th, at one stroke.
func (w *world) feed(view projections.View, last int) {
	from := w.fed[view.Name()]
	if last <= from {
		return
	}
	require.NoError(w.t, fold(w.models, view, w.events[from:last]))
	w.fed[view.Name()] = last
}

func fold(into *memory.Store, view projections.View, events []domain.Recorded) error {
	ctx := context.Background()
	before, err1 := into.Position(ctx, view)
	stored, _, err2 := into.Load(ctx, view, projections.Touched(view, events))
	change, err3 := projections.FoldBatch(view, stored, events)
	change.From, change.To = before, events[len(events)-1].Position
	return errors.Join(err1, err2, err3, into.Apply(ctx, view, change))
}

// follow lets a policy handle one more event; false where there is none.
func (w *world) follow(ctx context.Context, policy messaging.Policy) (bool, error) {
	w.listen()
	done := w.followed[policy.Name]
	if done == len(w.events) {
		return false, nil
	}
	if err := policy.Handle(ctx, w.events[done]); err != nil {
		return false, fmt.Errorf("%s at %s: %w", policy.Name, w.events[done].Event.Type(), err)
	}
	w.followed[policy.Name]++
	return true, nil
}

// settle lets views and policies take in everything, and what they add to it.
func (w *world) settle() {
	for moved := true; moved; {
		moved = false
		for _, policy := range w.policies {
			for {
				more, err := w.follow(context.Background(), policy)
				require.NoError(w.t, err)
				if !more {
					break
				}
				moved = true
			}
		}
	}
	for _, view := range catalogue.All() {
		w.feed(view, len(w.events))
	}
}

// differences is the views of which the rows that were fed live are not those that
// the events give at one stroke.
func (w *world) differences() []string {
	var differ []string
	for _, view := range catalogue.All() {
		w.feed(view, len(w.events))
		again := memory.New()
		require.NoError(w.t, fold(again, view, w.events))
		scan := func(store *memory.Store) projections.ScanRows {
			return func(after projections.Key, limit int) ([]projections.Row, error) {
				return store.Scan(context.Background(), view, after, limit)
			}
		}
		compared, err := projections.Compare(scan(w.models), scan(again))
		require.NoError(w.t, err)
		if compared.Differences > 0 || compared.DigestA != compared.DigestB {
			differ = append(differ, fmt.Sprintf("%s in %d rows, such as %s", view.Name(), compared.Differences, compared.First.ID))
		}
	}
	return differ
}

var errCut = errors.New("the log is cut off")

// cuttable is a log that can be cut off after so many appends more: the process
// that speaks to it is then as good as gone.
type cuttable struct {
	commands.EventStore
	mu    sync.Mutex
	armed bool
	left  int // appends
	done  int // appends
	gone  bool
	crash func()
}

func (c *cuttable) cutAfter(appends int, crash func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.armed, c.left, c.gone, c.crash = true, appends, false, crash
}

// mend lets everything through again, and says whether the cut came.
func (c *cuttable) mend() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	came := c.gone
	c.armed, c.gone, c.crash = false, false, nil
	return came
}

func (c *cuttable) isGone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone
}

// Append implements commands.EventStore.
func (c *cuttable) Append(ctx context.Context, stream domain.StreamName, expected domain.Expected, events []commands.Uncommitted) (commands.Appended, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.armed && c.left == 0 && !c.gone {
		c.gone = true
		c.crash()
	}
	if c.gone {
		return commands.Appended{}, errCut
	}
	appended, err := c.EventStore.Append(ctx, stream, expected, events)
	if err == nil {
		c.done++
	}
	if c.armed && err == nil {
		if c.left--; c.left == 0 {
			c.gone = true
			c.crash()
		}
	}
	return appended, err
}

// Read implements commands.EventStore.
func (c *cuttable) Read(ctx context.Context, stream domain.StreamName, from uint64) iter.Seq2[domain.Recorded, error] {
	if c.isGone() {
		return func(yield func(domain.Recorded, error) bool) { yield(domain.Recorded{}, errCut) }
	}
	return c.EventStore.Read(ctx, stream, from)
}

// contactsOf is what the people of a world are known by, in each of its accounts.
func (s *stores) contactsOf() []string {
	own := fmt.Sprintf("@w%d.example", s.worlds)
	return []string{"ann" + own, "bob" + own, "cid@else" + own[1:], fmt.Sprintf("+1415%07d", 2_000_000+s.worlds), "eve@else" + own[1:]}
}

// short is a contact as stories have it.
func short(contact string) string {
	name, _, mail := strings.Cut(contact, "@")
	if !mail {
		return "dan"
	}
	return name
}

// newestLink is the token of the link that a contact was sent last.
func (w *world) newestLink(contact string) string {
	for _, message := range slices.Backward(w.sent) {
		if message.To.Address == contact && message.Link.Purpose != "" {
			return w.link(message)
		}
	}
	require.Fail(w.t, "no link was sent to "+contact)
	return ""
}
