package persistent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"

	"github.com/usher-engine/usher/adapters/esdbnode/rights"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Options say how a service runs. The zero value is usable.
type Options struct {
	Now    func() time.Time // time.Now by default
	Tick   time.Duration    // how often overdue answers and checkpoints are looked for; 200 ms by default
	Logger *slog.Logger     // none by default
	Judge  *rights.Judge    // everybody may everything by default
	// Projections says that system projections write their streams.
	Projections bool
}

// Service implements persistent.PersistentSubscriptionsServer. Its methods for
// managing groups are in manage.go, reading is in read.go.
type Service struct {
	persistent.UnimplementedPersistentSubscriptionsServer
	store    *store.Store
	options  Options
	running  context.Context // the groups run in it
	end      context.CancelFunc
	watching sync.WaitGroup

	changing sync.Mutex // held while groups are made, changed and taken away
	config   config     // guarded by changing
	watched  bool       // whether the log is listened to; guarded by changing

	mu     sync.RWMutex
	groups map[key]*subscription // guarded by mu
}

var _ persistent.PersistentSubscriptionsServer = (*Service)(nil)

// New starts the groups that a store's configuration has. They run, and readers
// are served, until ctx ends; Close then waits for the last of it.
func New(ctx context.Context, s *store.Store, options Options) (*Service, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Tick == 0 {
		options.Tick = 200 * time.Millisecond
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	service := &Service{store: s, options: options, groups: map[key]*subscription{}}
	service.running, service.end = context.WithCancel(ctx)
	if err := service.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start the persistent subscriptions: %w", err), service.Close())
	}
	return service, nil
}

// Close ends the readers and the groups. When it returns, none of them runs any
// more; a call whose client takes nothing ends with its connection.
func (s *Service) Close() error {
	s.end()
	s.changing.Lock()
	defer s.changing.Unlock()
	s.stop(func(key) error { return wire.Stopping() })
	s.watching.Wait()
	return nil
}

// start opens all groups of the configuration. One that cannot be opened is
// left out, as the others are not to blame.
func (s *Service) start(ctx context.Context) (err error) {
	if s.config, err = loadConfig(ctx, s.store); err != nil {
		return err
	}
	for _, e := range s.config.Entries {
		if err := s.open(e); err != nil {
			s.options.Logger.ErrorContext(ctx, "a persistent subscription is left out", slog.Any("error", err))
		}
	}
	return nil
}

func (s *Service) stop(cause func(key) error) {
	for _, sub := range s.all() {
		s.take(sub.entry.key(), cause(sub.entry.key()))
	}
}

func (s *Service) open(e entry) error {
	if err := s.listen(); err != nil {
		return err
	}
	sub, err := open(s.running, s.store, e, s.options)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[e.key()] = sub
	return nil
}

// take removes a group and ends its readers with a cause.
func (s *Service) take(k key, cause error) {
	s.mu.Lock()
	sub := s.groups[k]
	delete(s.groups, k)
	s.mu.Unlock()
	if sub != nil {
		sub.close(cause)
	}
}

func (s *Service) all() []*subscription {
	s.mu.RLock()
	defer s.mu.RUnlock()
	subs := make([]*subscription, 0, len(s.groups))
	for _, sub := range s.groups {
		subs = append(subs, sub)
	}
	return subs
}

func (s *Service) find(k key) (*subscription, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if sub, ok := s.groups[k]; ok {
		return sub, nil
	}
	return nil, k.missing()
}

// listen begins to watch the log when there is a first group: before it reads,
// so that it misses nothing.
func (s *Service) listen() error {
	if s.watched {
		return nil
	}
	head, err := s.store.Log().Head(s.running)
	if err != nil {
		return err
	}
	s.watched = true
	s.watching.Go(func() { s.watch(head) })
	return nil
}

// watch tells groups that there is something new, until the service ends.
func (s *Service) watch(after domain.Position) {
	const pause = time.Second
	for s.running.Err() == nil {
		var failure error
		for record, err := range s.store.Log().Subscribe(s.running, after) {
			if err != nil {
				failure = err
				break
			}
			after = record.Position
			s.poke(record.Stream)
		}
		if s.running.Err() != nil || errors.Is(failure, journal.ErrClosed) {
			return
		}
		s.options.Logger.ErrorContext(s.running, "the persistent subscriptions hear nothing of the log", slog.Any("error", failure))
		select {
		case <-time.After(pause):
		case <-s.running.Done():
		}
	}
}

func (s *Service) poke(stream string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for k, sub := range s.groups {
		if k.stream == stream || k.stream == allStream {
			sub.poke()
		}
	}
}
