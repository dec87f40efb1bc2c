package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/periodic"
)

const (
	// healthLimit is how long a store may take to say how it is.
	healthLimit = 2 * time.Second
	// probeEvery is how late at most it is noticed that a store fails which nobody
	// uses.
	probeEvery = 2 * time.Second
)

// keptStore is something that keeps something: how its last uses ended, and
// whether it lives.
type keptStore struct {
	name string
	// probe uses it once: it reads, and writes where that leaves no trace.
	probe func(context.Context) error
	// answers asks a server, where it is one; nil for a file, which is there.
	answers func(context.Context) error
	// failing is why its last read and its last write failed; nil where nobody
	// but probes tells.
	failing func() (read, write error)
	// broken is why it cannot heal; nil where that cannot be.
	broken func() error

	mu     sync.Mutex
	probed error     // how the last probe ended
	since  time.Time // when the one under way began; zero where there is none
}

// vaultStore is the name of the vault among them.
const vaultStore = "vault"

// keep has all stores looked at from now on.
func (e *Engine) keep(ctx context.Context, logger *slog.Logger, vault vault) {
	log := storeOf("event_log", e.Log)
	if server, remote := e.Log.(interface{ Health(context.Context) error }); remote {
		log.answers = server.Health // and subscriptions say by themselves when they break
	}
	kept, models := storeOf(vaultStore, vault), storeOf("read_models", e.ReadModels)
	models.broken = nil // it is replaced by another file
	if models.failing == nil {
		models.answers = func(ctx context.Context) error {
			_, err := e.ReadModels.LogMark(ctx)
			return err
		}
	}
	for _, store := range []*keptStore{log, kept, models} {
		e.kept = append(e.kept, store)
		e.closes(periodic.Start(context.WithoutCancel(ctx), probeEvery, store.look, store.tell(logger)))
	}
}

func storeOf(name string, of any) *keptStore {
	store := &keptStore{name: name, probe: func(context.Context) error { return nil }}
	if probed, ok := of.(interface{ Probe(context.Context) error }); ok {
		store.probe = probed.Probe
	}
	if used, ok := of.(interface{ Failing() (read, write error) }); ok {
		store.failing = used.Failing
	}
	if file, ok := of.(interface{ Broken() error }); ok {
		store.broken = file.Broken
	}
	return store
}

// look probes the store.
func (s *keptStore) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, healthLimit)
	defer cancel()
	s.mu.Lock()
	s.since = time.Now()
	s.mu.Unlock()
	err := s.probe(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.probed, s.since = err, time.Time{}
	return err
}

// tell logs what is wrong with a store that nobody may be using.
func (s *keptStore) tell(logger *slog.Logger) func(context.Context, error) {
	return func(ctx context.Context, err error) {
		logger.ErrorContext(ctx, "a store fails", slog.String("store", s.name), slog.Any("error", err))
	}
}

// health says why the store cannot be relied upon for now; nil where it can.
func (s *keptStore) health(ctx context.Context) error {
	if err := s.brokenFor(); err != nil {
		return err
	}
	s.mu.Lock()
	wrong, since := s.probed, s.since
	s.mu.Unlock()
	if late := time.Since(since); !since.IsZero() && late > 2*healthLimit {
		wrong = errors.Join(wrong, fmt.Errorf("it has not answered for %s", late.Round(time.Second)))
	}
	if s.failing != nil {
		read, write := s.failing()
		wrong = errors.Join(wrong, read, write)
	}
	if wrong == nil && s.answers != nil {
		wrong = s.answers(ctx)
	}
	if wrong != nil {
		return fmt.Errorf("%s: %w", s.name, wrong)
	}
	return nil
}

func (s *keptStore) brokenFor() error {
	if s.broken == nil {
		return nil
	}
	if err := s.broken(); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	return nil
}

// Stores says of each server or file that keeps something why it cannot be
// relied upon, as a vault cannot be that lacks a key; nil where it can.
func (e *Engine) Stores(ctx context.Context) map[string]error {
	ctx, cancel := context.WithTimeout(ctx, healthLimit)
	defer cancel()
	found := make([]error, len(e.kept))
	var group sync.WaitGroup
	for i, store := range e.kept {
		group.Go(func() { found[i] = store.health(ctx) })
	}
	group.Wait()
	all := map[string]error{}
	for i, store := range e.kept {
		all[store.name] = found[i]
	}
	if all[vaultStore] == nil {
		all[vaultStore] = e.keys.Complete(ctx)
	}
	return all
}

// Broken says why Usher must be started again: a file of it takes no more writes,
// or its bytes are not what was written. It is nil where all may heal: servers can
// come back, and a disk can have space again.
func (e *Engine) Broken() error {
	for _, store := range e.kept {
		if err := store.brokenFor(); err != nil {
			return err
		}
	}
	return nil
}

// away tells what is no fault of an event that a policy handles: something that
// keeps something cannot be reached, or has no space.
func away(err error) bool { return messaging.Away(err) || journal.Full(err) }
