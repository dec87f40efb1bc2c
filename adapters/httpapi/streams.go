package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/usher-engine/usher/adapters/periodic"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	activityview "github.com/usher-engine/usher/projections/activity"
	historyview "github.com/usher-engine/usher/projections/history"
)

const (
	// wakeEvery is how often, at most, streams are woken.
	wakeEvery = 250 * time.Millisecond
	// endsAreSeen is after how long it is seen that a session has ended, which is no
	// event: perhaps at another instance.
	endsAreSeen = time.Second
	// lookAgain is how long it takes to look again where read models cannot be asked.
	lookAgain = time.Second
	// streamsOfPerson bounds the streams that one person has open.
	streamsOfPerson = 20
)

// Bounds of a server where nothing else is said.
const (
	defaultStreams          = 10_000
	defaultStreamsOfAccount = 2_000
)

// streams is all that are open. One watcher waits for all of them until the views move
// on, looks which accounts that concerns, and wakes theirs: while nothing happens,
// nobody asks the read models anything.
type streams struct {
	*api
	most, mostOfAccount int
	asked               prometheus.Counter

	mu       sync.Mutex
	count    int
	people   map[domain.PersonID]int
	tokens   map[string]int // by which streams are open
	accounts map[domain.AccountID]*audience
	stop     context.CancelFunc // of the watcher
}

// audience is the streams of an account.
type audience struct {
	wake map[*stream]chan<- struct{}
	// listed is how many of them are woken by whatever happens.
	listed int
	seen   map[string]domain.Position // by view: what has come up to there was told
}

func newStreams(a *api) (*streams, error) {
	s := &streams{
		api: a, most: a.Streams, mostOfAccount: a.StreamsOfAccount,
		people: map[domain.PersonID]int{}, tokens: map[string]int{}, accounts: map[domain.AccountID]*audience{},
		asked: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "usher_stream_questions_total", Help: "How often the read models were asked what is new for open streams.",
		}),
	}
	open := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "usher_streams_open", Help: "How many streams are open."}, func() float64 {
		s.mu.Lock()
		defer s.mu.Unlock()
		return float64(s.count)
	})
	for _, figure := range []prometheus.Collector{s.asked, open} {
		if err := a.Metrics.Register(figure); err != nil {
			return nil, fmt.Errorf("register figures: %w", err)
		}
	}
	return s, nil
}

// enter lets a stream in, and has it woken from then on. It refuses where a person,
// an account or the server has as many as may be.
func (s *streams) enter(ctx context.Context, one *stream) (leave func(), err error) {
	who, account := one.exchange.Caller.Person, one.exchange.Account
	s.mu.Lock()
	defer s.mu.Unlock()
	of := s.accounts[account]
	switch {
	case s.people[who] >= streamsOfPerson:
		return nil, domain.Refuse(domain.TooManyStreams, fmt.Sprintf("you have %d streams open, as many as one may; close one, or let several readers share one", streamsOfPerson))
	case of != nil && len(of.wake) >= s.mostOfAccount:
		return nil, domain.Refuse(domain.TooManyStreams, fmt.Sprintf("the company has %d streams open, as many as this server lets it have; try again later, or read the list of activity", s.mostOfAccount))
	case s.count >= s.most:
		return nil, domain.Refuse(domain.TooManyStreams, fmt.Sprintf("the server has %d streams open, as many as it may; try again later, or read the list of activity", s.most))
	}
	if of == nil {
		of = &audience{wake: map[*stream]chan<- struct{}{}, seen: map[string]domain.Position{}}
		s.accounts[account] = of
	}
	woken := make(chan struct{}, 1)
	woken <- struct{}{} // it looks by itself at first
	of.wake[one], one.woken = woken, woken
	if one.follow == nil {
		of.listed++
	}
	s.people[who]++
	s.tokens[one.exchange.Token]++
	if s.count++; s.count == 1 {
		watching, stop := context.WithCancel(context.WithoutCancel(ctx))
		s.stop = stop
		go s.watch(watching)
		go s.watchSessions(watching)
	}
	return func() { s.leave(who, account, one) }, nil
}

func (s *streams) leave(who domain.PersonID, account domain.AccountID, one *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.accounts[account].wake, one)
	if one.follow == nil {
		s.accounts[account].listed--
	}
	if len(s.accounts[account].wake) == 0 {
		delete(s.accounts, account)
	}
	if s.people[who]--; s.people[who] == 0 {
		delete(s.people, who)
	}
	if s.tokens[one.exchange.Token]--; s.tokens[one.exchange.Token] == 0 {
		delete(s.tokens, one.exchange.Token)
	}
	if s.count--; s.count == 0 {
		s.stop()
	}
}

func ring(wake chan<- struct{}) {
	select {
	case wake <- struct{}{}:
	default: // it is rung already
	}
}

// watch goes on while any stream is open.
func (s *streams) watch(ctx context.Context) {
	for ctx.Err() == nil {
		activity, history := s.Projectors.Moved(activityview.View().Name()), s.Projectors.Moved(historyview.View().Name())
		pause := wakeEvery
		if s.look(ctx) != nil { // and others say so
			pause, activity = lookAgain, nil
		}
		if activity != nil {
			select {
			case <-activity:
			case <-history:
			case <-ctx.Done():
			}
		}
		rest := time.NewTimer(pause)
		select {
		case <-rest.C:
		case <-ctx.Done():
		}
		rest.Stop()
	}
}

// look wakes the streams of all accounts in which anything happened since the last
// look: be it to be told, or that somebody may see it no more.
func (s *streams) look(ctx context.Context) error {
	s.mu.Lock()
	open := make(map[domain.AccountID]map[string]domain.Position, len(s.accounts))
	for account, of := range s.accounts {
		if of.listed > 0 {
			open[account] = of.seen
		}
	}
	s.mu.Unlock()
	for account, seen := range open {
		some := false
		for _, view := range []projections.View{activityview.View(), historyview.View()} {
			s.asked.Inc()
			rows, position, err := s.Reader.Find(ctx, view, projections.Query{
				Account: account, Limit: 1, After: behindAllAt(seen[view.Name()]),
			})
			if err != nil {
				return err
			}
			some, seen[view.Name()] = some || len(rows) > 0, position
		}
		if some {
			s.wake(account)
		}
	}
	return nil
}

func (s *streams) wake(account domain.AccountID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if of := s.accounts[account]; of != nil {
		for one, wake := range of.wake {
			if one.follow == nil {
				ring(wake)
			}
		}
	}
}

// watchSessions has streams judged whose session has ended, while any is open. What
// fails is left to the next look, and to whatever happens.
func (s *streams) watchSessions(ctx context.Context) {
	var seen uint64
	periodic.Run(ctx, endsAreSeen, func(ctx context.Context) (err error) {
		var ended []string
		ended, seen, err = s.App.Ended(ctx, s.bearers(), seen)
		s.judge(ended)
		return err
	}, func(ctx context.Context, err error) {
		s.Logger.WarnContext(ctx, "it is not seen which sessions have ended", slog.Any("error", err))
	})
}

func (s *streams) bearers() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.tokens))
}

// judge has the streams judged that are open by these tokens.
func (s *streams) judge(tokens []string) {
	if len(tokens) == 0 {
		return
	}
	over := make(map[string]bool, len(tokens))
	for _, token := range tokens {
		over[token] = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, of := range s.accounts {
		for one, wake := range of.wake {
			if over[one.exchange.Token] {
				ring(wake)
			}
		}
	}
}

// behindAllAt is the place behind everything that began at a position.
func behindAllAt(position domain.Position) projections.Place {
	return projections.Place{Sort: projections.InLogOrder(position), ID: "\U0010FFFF"}
}
