package pairing

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Keys has nothing written while the vault lacks a key that the log needs, as one
// does that was restored from an older backup, or a replica that took over and was
// behind: it would get other keys of people who had theirs.
//
// A key is in the vault before its event is in the log, and a policy's checkpoint
// is there behind the event; so whatever is missing is behind the checkpoints.
type Keys struct {
	parts  Parts
	events *codec.Codec

	mu    sync.Mutex // while it is looked
	found atomic.Pointer[finding]
}

// finding is what was found when it was looked the last time.
type finding struct {
	server  string // that the vault was in
	missing error  // nil where all are there
	at      time.Time
}

// lookAgain is how long a vault that lacks a key is believed to lack it.
const lookAgain = time.Second

// served is a vault in a server, whose place another one can take.
type served interface {
	// Server names the server that was seen last, empty for none. One that was
	// started again has another name.
	Server() string
	// AskServer asks which that is.
	AskServer(ctx context.Context) error
	// EnsureDataKeysAt is EnsureDataKeys, and does nothing where another server
	// answers than this one.
	EnsureDataKeysAt(ctx context.Context, server string, people []domain.PersonID) (done bool, err error)
}

// Keys returns the watch over the keys of the events that a codec reads.
func (c *Checkpoints) Keys(events *codec.Codec) *Keys {
	return &Keys{parts: c.parts, events: events}
}

// Complete returns nil where the vault has all keys, and else a refusal with
// domain.KeysMissing. It looks at most once for each server that the vault is in,
// and each second where one is missing.
func (k *Keys) Complete(ctx context.Context) error {
	if found := k.found.Load(); found != nil && k.holds(found) {
		return found.missing
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if found := k.found.Load(); found != nil && k.holds(found) {
		return found.missing
	}
	server := k.server()
	missing, err := k.look(ctx)
	if err != nil {
		return fmt.Errorf("look whether the vault has all keys: %w", err)
	}
	before := k.found.Swap(&finding{server: server, missing: missing, at: time.Now()})
	if missing != nil && (before == nil || before.missing == nil) {
		k.parts.Logger.ErrorContext(ctx, "nothing is written while the vault lacks a key", slog.Any("error", missing))
	}
	return missing
}

func (k *Keys) holds(found *finding) bool {
	return found.server == k.server() && (found.missing == nil || time.Since(found.at) < lookAgain)
}

func (k *Keys) server() string {
	if vault, is := k.parts.Vault.(served); is {
		return vault.Server()
	}
	return ""
}

// Watch looks which server the vault is in, and at its keys where it is another one.
// What fails only because a server is away is no failure.
func (k *Keys) Watch(ctx context.Context) error {
	if vault, is := k.parts.Vault.(served); is {
		if err := vault.AskServer(ctx); err != nil {
			return unlessAway(err)
		}
	}
	err := k.Complete(ctx)
	if domain.CodeOf(err) == domain.KeysMissing { // which is said once
		return nil
	}
	return unlessAway(err)
}

func unlessAway(err error) error {
	if journal.Away(err) {
		return nil
	}
	return err
}

// lookedAtOnce is how many events are looked at with one question.
const lookedAtOnce = 256

// look is what is missing, and nil where nothing is.
func (k *Keys) look(ctx context.Context) (missing, err error) {
	checkpoints, err := k.parts.Vault.Checkpoints(ctx)
	if err != nil {
		return nil, err
	}
	var furthest domain.Position
	for _, at := range checkpoints {
		furthest = later(furthest, at)
	}
	records := make([]journal.Record, 0, lookedAtOnce)
	ask := func() error {
		poison, err := k.events.WithoutKey(ctx, records)
		records = records[:0]
		if poison != nil {
			missing = refusal(poison)
		}
		return err
	}
	for record, err := range k.parts.Log.ReadAll(ctx, furthest) {
		if err != nil {
			return nil, err
		}
		if records = append(records, record); len(records) < lookedAtOnce {
			continue
		}
		if err := ask(); err != nil || missing != nil {
			return missing, err
		}
	}
	return missing, ask()
}

func refusal(poison *projections.Poison) error {
	return domain.Refuse(domain.KeysMissing, fmt.Sprintf("the vault is older than the event log, and lacks a key since position %s: "+
		"nothing is written until a newer vault is there, or the event is skipped", poison.Position))
}

// Vault returns the vault as commands have it: it makes no key while one is missing.
func (k *Keys) Vault(vault commands.Vault) commands.Vault { return guarded{vault, k} }

// guarded is a vault that a watch over its keys stands before.
type guarded struct {
	commands.Vault
	keys *Keys
}

// errTurning says that servers take each other's place for now.
var errTurning = domain.Refuse(domain.Unavailable, "another server keeps the vault from now on; try again")

// EnsureDataKeys implements commands.Keyring.
func (g guarded) EnsureDataKeys(ctx context.Context, people []domain.PersonID) error {
	const turns = 3
	for range turns {
		if err := g.keys.Complete(ctx); err != nil {
			return err
		}
		vault, is := g.Vault.(served)
		if !is {
			return g.Vault.EnsureDataKeys(ctx, people)
		}
		done, err := vault.EnsureDataKeysAt(ctx, g.keys.found.Load().server, people)
		if done || err != nil {
			return err
		}
	}
	return errTurning
}

// Store returns a store that appends nothing while a key is missing.
func (k *Keys) Store(store commands.EventStore) commands.EventStore { return guardedStore{store, k} }

type guardedStore struct {
	commands.EventStore
	keys *Keys
}

// Append implements commands.EventStore.
func (g guardedStore) Append(ctx context.Context, stream domain.StreamName, expected domain.Expected, events []commands.Uncommitted) (commands.Appended, error) {
	if err := g.keys.Complete(ctx); err != nil {
		return commands.Appended{}, err
	}
	return g.EventStore.Append(ctx, stream, expected, events)
}

// Read implements commands.EventStore. A stream with an event whose key is missing
// is refused as such.
func (g guardedStore) Read(ctx context.Context, stream domain.StreamName, from uint64) iter.Seq2[domain.Recorded, error] {
	return func(yield func(domain.Recorded, error) bool) {
		for event, err := range g.EventStore.Read(ctx, stream, from) {
			if poison, is := errors.AsType[*projections.Poison](err); is && codec.LacksKey(poison) {
				err = refusal(poison)
			}
			if !yield(event, err) {
				return
			}
		}
	}
}
