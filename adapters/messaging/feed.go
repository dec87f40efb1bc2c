package messaging

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Follower is whoever follows the log: a view, a policy, a sender, an auditor.
// It keeps for itself how far it has come, and is asked and told by one
// goroutine at a time, but for Position.
type Follower interface {
	// Name finds it in standings, leases and skips; it never changes.
	Name() string
	// Position returns where it stands, whichever instance did the work.
	Position(ctx context.Context) (domain.Position, error)
	// Take takes a batch, and says where it stands then: at the batch's end, where
	// there is no error. After one, projections.ErrMoved or any other, it is asked
	// where it stands, and gets what is behind that. An event that it cannot take
	// is a *projections.Poison: what is before it is done.
	Take(ctx context.Context, batch Batch) (domain.Position, error)
}

// Batch is a piece of the log, decoded, with what Usher wrote there. Its events
// are shared with others who follow, and must not be changed.
type Batch struct {
	From, To domain.Position
	Events   []domain.Recorded // behind From, up to To, in order
}

// Skips tells which events an operator has a follower leave out, by their ids.
type Skips func(ctx context.Context, follower string) (map[uuid.UUID]bool, error)

func noSkips(context.Context, string) (map[uuid.UUID]bool, error) { return nil, nil }

// FeedOptions say how a feed works. The zero value is usable.
type FeedOptions struct {
	Logger *slog.Logger // none by default
	// Leases divide the work with other instances; Alone by default.
	Leases Leases
	// StallAfter is how long a follower may stand still behind the log before its
	// standing says so; StallAfter by default.
	StallAfter time.Duration
	// Patience is when a policy that fails is stopped.
	Patience Patience
	// Asides keeps which streams are set aside; by default nobody does, so that each start
	// searches the whole log.
	Asides Asides
}

// Feed hands a log to all that follow it. There is one subscription, each event
// comes as one message, is decoded once, and is kept for a while; from there
// each takes it in its own time. Whoever is further behind, because it has just
// begun, was stopped, or is slow, reads the log in pages until it is near again.
//
// Each follower is one piece of work, which one of several instances does.
type Feed struct {
	log     journal.Log
	options FeedOptions
	skips   Skips

	window  window
	pages   pages
	hear    func(Hearing)
	trouble trouble // of the subscription
	spoken  call    // of operators

	members []*member
	single  *shifts                 // of those who are one piece of work each
	beside  []func(context.Context) // what else runs as long as the feed

	cancel context.CancelFunc
	group  sync.WaitGroup
}

// NewFeed makes a feed of a log; Start starts it, when all who follow are known.
func NewFeed(log journal.Log, decoder Decoder, options FeedOptions) *Feed {
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	if options.Leases == nil {
		options.Leases = Alone{}
	}
	if options.StallAfter == 0 {
		options.StallAfter = StallAfter
	}
	if options.Asides == nil {
		options.Asides = inMemory{}
	}
	options.Patience.setDefaults()
	f := &Feed{
		log: log, options: options, skips: noSkips,
		pages: pages{log: log, decoder: decoder}, hear: func(Hearing) {},
	}
	f.pages.asides = &asides{kept: options.Asides, logger: options.Logger, pages: &f.pages, streams: map[string]journal.Foreign{}}
	f.single = newShifts(options.Leases, options.Logger, f.jobs)
	f.single.divided = f.observe
	return f
}

// Skip has followers leave out what an operator said. It is called before Start.
// What was said is an event of the operations' stream: where one comes by, those
// who are stopped ask at once.
func (f *Feed) Skip(skips Skips) { f.skips = skips }

// Hear has somebody told of all that comes in, at each instance and before those who
// follow: without a place of their own, from where the log ends when the feed starts.
// It is called before Start.
func (f *Feed) Hear(hear func(Hearing)) { f.hear = hear }

// Follow has somebody follow the log. It is called before Start.
func (f *Feed) Follow(follower Follower) { f.follow(follower, "follower") }

func (f *Feed) follow(follower Follower, kind string) *member {
	one := &member{Feed: f, follower: follower, kind: kind, place: newPlace(nil), note: noRecord, stops: noStops, shifts: f.single}
	f.members = append(f.members, one)
	return one
}

// Start has the log followed until ctx ends or Close. It is called once.
func (f *Feed) Start(ctx context.Context) {
	ctx, f.cancel = context.WithCancel(ctx)
	watch := watch{log: f.log, after: f.options.StallAfter, all: f.members}
	for _, run := range append(f.beside, f.subscribe, f.single.run, watch.run, f.pages.asides.run) {
		f.group.Go(func() { run(ctx) })
	}
}

// Close stops all that follow, and waits for them. A batch under way is
// committed whole or not at all; policies stop between two events, and save how
// far they have come.
func (f *Feed) Close() error {
	if f.cancel != nil {
		f.cancel()
	}
	f.group.Wait()
	return nil
}

// jobs is one for each who is one piece of work.
func (f *Feed) jobs(context.Context) (all []job, err error) {
	for _, one := range f.members {
		if one.shifts == f.single {
			all = append(all, job{one.work(), one.run})
		}
	}
	return all, nil
}

// observe looks how far those have come who do not run here, side by side. What
// cannot be told of one is the failure of that one alone.
func (f *Feed) observe(ctx context.Context) {
	asking, cancel := context.WithTimeout(ctx, observeFor)
	defer cancel()
	var group sync.WaitGroup
	for _, one := range f.members {
		if one.shifts != f.single || f.single.here(one.work()) {
			continue
		}
		group.Go(func() {
			if err := one.observe(asking); err != nil && ctx.Err() == nil {
				one.fail(ctx, err)
			}
		})
	}
	group.Wait()
}

// Asides returns the streams that are set aside, by name, as far as this feed has read the
// log, and what was kept of it before.
func (f *Feed) Asides() []journal.Foreign { return f.pages.asides.list().Streams }

// Head returns the position of the log's last event, to compare with.
func (f *Feed) Head(ctx context.Context) (domain.Position, error) { return f.log.Head(ctx) }

// Standings says how far each follower has come, in the order in which they
// were made known.
func (f *Feed) Standings() []Standing { return f.standings(f.members) }

func (f *Feed) standings(members []*member) []Standing {
	all := make([]Standing, len(members))
	for i, one := range members {
		all[i] = one.standing()
		if all[i].Failure == nil {
			all[i].Failure = one.shifts.trouble.get()
		}
		if all[i].Failure == nil && all[i].Stopped == nil {
			all[i].Failure = f.trouble.get()
		}
	}
	return all
}

// trouble is what keeps all from going on for now.
type trouble struct {
	mu  sync.Mutex
	err error
}

func (t *trouble) get() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// set is true where there was none before.
func (t *trouble) set(err error) (news bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	news = t.err == nil && err != nil
	t.err = err
	return news
}

// noRecord and noStops are for those that keep no record of where they stand still.
func noRecord(context.Context, *projections.Poison) error { return nil }

func noStops(context.Context) ([]*projections.Poison, error) { return nil, nil }
