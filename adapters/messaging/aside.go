package messaging

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/periodic"
	"github.com/usher-engine/usher/domain"
)

// Asides keeps which streams are set aside, so that a start need not search the log for
// them again.
type Asides interface {
	// Asides returns what was found up to where the log was searched.
	Asides(ctx context.Context) (Asided, error)
	// SaveAsides keeps that in the place of what was found before.
	SaveAsides(ctx context.Context, found Asided) error
}

// Asided is the first event of each stream that is set aside, by the streams' names.
type Asided struct {
	Streams  []journal.Foreign
	Searched domain.Position // everything up to there
}

// inMemory keeps nothing: each start searches the whole log.
type inMemory struct{}

func (inMemory) Asides(context.Context) (Asided, error) { return Asided{}, nil }

func (inMemory) SaveAsides(context.Context, Asided) error { return nil }

// saveAsidesEvery is how long what was found may have to be found again after a crash.
const saveAsidesEvery = 10 * time.Second

// asides is the streams that hold an event that no Usher wrote, each with the first one.
// Nothing counts of such a stream from there on. What that is follows from the log alone,
// so that whoever reads the log, whenever, leaves out the same.
type asides struct {
	kept   Asides
	logger *slog.Logger
	pages  *pages // in which the log is searched

	loaded  atomic.Bool
	keeping sync.Mutex // one at a time loads, or saves
	saved   domain.Position

	mu       sync.Mutex
	streams  map[string]journal.Foreign
	searched domain.Position // everything up to there
}

// load takes what was found before, once.
func (a *asides) load(ctx context.Context) error {
	if a.loaded.Load() { // nobody who reads waits for a save
		return nil
	}
	a.keeping.Lock()
	defer a.keeping.Unlock()
	if a.loaded.Load() {
		return nil
	}
	found, err := a.kept.Asides(ctx)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, one := range found.Streams {
		a.streams[one.Stream] = one
	}
	a.searched, a.saved = found.Searched, found.Searched
	a.loaded.Store(true)
	return nil
}

// search finds everything up to a position that is not known yet. It reads the pages that
// those read who catch up at the same time.
func (a *asides) search(ctx context.Context, upto domain.Position) error {
	if err := a.load(ctx); err != nil {
		return err
	}
	if from := a.upTo(); !upto.After(from) {
		return nil
	}
	defer a.pages.enter()()
	for from := a.upTo(); upto.After(from); from = a.upTo() {
		page, err := a.pages.behind(ctx, from)
		switch {
		case err != nil:
			return err
		case page.last && page.poison == nil:
			a.reach(upto)
		}
	}
	return nil
}

func (a *asides) upTo() domain.Position {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.searched
}

// reach says that everything up to a position was looked at.
func (a *asides) reach(to domain.Position) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if to.After(a.searched) {
		a.searched = to
	}
}

// counting is those of some records that stand in Usher's streams, and before whatever
// sets their stream aside.
func (a *asides) counting(records []journal.Record) []journal.Record {
	a.mu.Lock()
	defer a.mu.Unlock()
	leftOut := func(record journal.Record) bool {
		if theirs(record) {
			return true
		}
		first, aside := a.streams[record.Stream]
		return aside && !first.Position.After(record.Position)
	}
	if slices.ContainsFunc(records, leftOut) {
		return slices.DeleteFunc(slices.Clone(records), leftOut)
	}
	return records
}

// set sets a stream aside from an event on, unless that is left out alone.
func (a *asides) set(ctx context.Context, first journal.Foreign) {
	if first.Alone() {
		a.logger.WarnContext(ctx, "an event that no Usher wrote is left out", slog.String("stream", first.Stream), slog.String("position", first.Position.String()), slog.String("reason", first.Reason))
		return
	}
	a.mu.Lock()
	known, again := a.streams[first.Stream]
	news := !again || known.Position.After(first.Position)
	if news {
		a.streams[first.Stream] = first
	}
	a.mu.Unlock()
	if news {
		a.logger.WarnContext(ctx, "a stream is set aside: all others go on", slog.String("stream", first.Stream),
			slog.Uint64("revision", first.Revision), slog.String("position", first.Position.String()), slog.String("type", first.Type), slog.String("reason", first.Reason))
	}
}

// list is all of them.
func (a *asides) list() Asided {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := slices.Collect(maps.Values(a.streams))
	slices.SortFunc(all, func(one, other journal.Foreign) int { return strings.Compare(one.Stream, other.Stream) })
	return Asided{all, a.searched}
}

// save keeps what was found, where the log was searched further since the last time.
func (a *asides) save(ctx context.Context) error {
	if err := a.load(ctx); err != nil {
		return err
	}
	found := a.list()
	a.keeping.Lock()
	defer a.keeping.Unlock()
	if found.Searched == a.saved {
		return nil
	}
	if err := a.kept.SaveAsides(ctx, found); err != nil {
		return err
	}
	a.saved = found.Searched
	return nil
}

// run saves from time to time, and when ctx ends.
func (a *asides) run(ctx context.Context) {
	tell := func(ctx context.Context, err error) {
		a.logger.WarnContext(ctx, "it cannot be kept for now which streams are set aside", slog.Any("error", err))
	}
	if err := a.load(ctx); err != nil && ctx.Err() == nil {
		tell(ctx, err)
	}
	periodic.Run(ctx, saveAsidesEvery, a.save, tell)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastSave)
	defer cancel()
	if err := a.save(last); err != nil {
		tell(last, err)
	}
}
