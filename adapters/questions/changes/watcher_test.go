package changes_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/questions/changes"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// late is read models of which some views are held back, as far as anybody can tell who asks.
type late struct {
	projections.Reader
	mu   sync.Mutex
	held map[string]domain.Position
}

func (l *late) Position(ctx context.Context, view projections.View) (domain.Position, error) {
	l.mu.Lock()
	at, held := l.held[view.Name()]
	l.mu.Unlock()
	if held {
		return at, nil
	}
	return l.Reader.Position(ctx, view)
}

func (l *late) hold(view string, at domain.Position) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held[view] = at
}

func (l *late) release(view string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.held, view)
}

// world is an Usher with a company, whose views are watched.
type world struct {
	httpapitest.Company
	account domain.AccountID
	rows    *late
	watcher *changes.Watcher
	asked   atomic.Int64
}

func watch(t *testing.T) *world {
	t.Helper()
	usher := httpapitest.Start(t, httpapitest.Options{})
	w := &world{Company: usher.Found(t, "acme"), rows: &late{Reader: usher.Rows, held: map[string]domain.Position{}}}
	var err error
	w.account, err = usher.App.AccountNamed(t.Context(), "acme")
	require.NoError(t, err)
	sources := &questions.Sources{App: usher.App, Reader: w.rows, Views: usher.Views, Events: usher.Base.Events, Now: usher.Now, WaitLimit: time.Second}
	w.watcher = changes.New(sources, usher.Views.Moved, func() { w.asked.Add(1) })
	usher.Settled(t)
	return w
}

func (w *world) present(t *testing.T) domain.Position {
	t.Helper()
	w.Settled(t)
	present, err := w.watcher.Present(t.Context())
	require.NoError(t, err)
	return present
}

func (w *world) follow(t *testing.T, from domain.Position) *changes.Follower {
	t.Helper()
	follower := w.watcher.Follow(t.Context(), w.account, from)
	t.Cleanup(follower.Close)
	return follower
}

func (w *world) create(t *testing.T, department int) domain.Position {
	t.Helper()
	at, err := domain.ParsePosition(w.Admin.Post(t, "/departments", fmt.Sprintf(`{"name":"Kitchen %d"}`, department)).Must(t, 201).Text(t, "position"))
	require.NoError(t, err)
	return at
}

// everything is all views.
func everything() map[string]bool {
	sees := map[string]bool{}
	for _, view := range questions.Shown() {
		sees[view.Name()] = true
	}
	return sees
}

// until follows until a view has come to a position, and returns what was told by then.
func until(t *testing.T, follower *changes.Follower, view string, at domain.Position) map[string]changes.Change {
	t.Helper()
	told, limit := map[string]changes.Change{}, time.After(time.Minute)
	for at.After(told[view].Position) {
		select {
		case <-follower.News():
		case <-limit:
			require.Failf(t, "nobody tells", "%s has come to %s: %v", view, at, told)
		}
		for _, one := range follower.Changes(everything()) {
			told[one.View] = one
		}
	}
	return told
}

func TestFollowing(t *testing.T) {
	t.Parallel()
	t.Run("tells of the views in which something has changed, and of no others", func(t *testing.T) {
		t.Parallel()
		w := watch(t)
		follower := w.follow(t, w.present(t))
		at := w.create(t, 1)
		told := until(t, follower, "structure", at)
		for view, one := range told {
			require.Contains(t, []string{"activity", "history", "structure"}, view)
			require.Equal(t, at, one.Position)
		}
		require.Empty(t, follower.Changes(everything()), "it is told once")
	})
	t.Run("tells of a view that is always a little behind", func(t *testing.T) {
		t.Parallel()
		w := watch(t)
		from := w.present(t)
		w.rows.hold("structure", from)
		follower := w.follow(t, from)
		first := w.create(t, 1)
		until(t, follower, "activity", first)
		second := w.create(t, 2)
		until(t, follower, "activity", second)
		w.rows.hold("structure", first)
		require.Equal(t, first, until(t, follower, "structure", first)["structure"].Position)
		w.rows.release("structure")
		require.Equal(t, second, until(t, follower, "structure", second)["structure"].Position)
	})
	t.Run("is of one account", func(t *testing.T) {
		t.Parallel()
		w := watch(t)
		follower := w.follow(t, w.present(t))
		w.Found(t, "other").Admin.Post(t, "/departments", `{"name":"Bar"}`).Must(t, 201)
		at := w.create(t, 1)
		for _, one := range until(t, follower, "structure", at) {
			require.Equal(t, at, one.Position)
		}
	})
	t.Run("tells only of what somebody sees", func(t *testing.T) {
		t.Parallel()
		w := watch(t)
		from := w.present(t)
		at := w.create(t, 1)
		until(t, w.follow(t, from), "history", at)
		blind := w.follow(t, from)
		require.Empty(t, blind.Changes(map[string]bool{"employees": true}))
	})
	t.Run("begins behind a position", func(t *testing.T) {
		t.Parallel()
		w := watch(t)
		from := w.present(t)
		first := w.create(t, 1)
		until(t, w.follow(t, from), "structure", first)
		w.Settled(t)
		later := w.follow(t, first)
		require.Empty(t, later.Changes(everything()), "all of it was seen")
		second := w.create(t, 2)
		until(t, later, "structure", second)
		until(t, w.follow(t, from), "structure", second)
	})
	t.Run("waits for a view that is late, and is resumed before it", func(t *testing.T) {
		t.Parallel()
		w := watch(t)
		from := w.present(t)
		w.rows.hold("structure", from)
		follower := w.follow(t, from)
		at := w.create(t, 1)
		told := until(t, follower, "history", at)
		require.NotContains(t, told, "structure")
		for _, one := range told {
			require.Equal(t, from, one.Resume, "the structure is still to be told")
		}
		w.rows.release("structure")
		require.False(t, at.After(until(t, follower, "structure", at)["structure"].Resume))
		until(t, w.follow(t, from), "structure", at)
	})
	t.Run("takes everything for changed where very much has happened, for who was away alone", func(t *testing.T) {
		t.Parallel()
		w := watch(t)
		from := w.present(t)
		var at domain.Position
		for i := range 120 {
			at = w.create(t, i)
		}
		here := w.follow(t, w.present(t))
		away := until(t, w.follow(t, from), "structure", at)
		require.Len(t, away, len(questions.Shown()))
		require.True(t, at.After(away["chat"].Position), "what is looked at says that the chat was not changed in it")
		until(t, here, "structure", w.create(t, 120))
		require.Empty(t, here.Changes(everything()))
	})
}

// TestOneLooksForAll follows an account many times.
func TestOneLooksForAll(t *testing.T) {
	t.Parallel()
	w := watch(t)
	from := w.present(t)
	all := make([]*changes.Follower, 500)
	for i := range all {
		all[i] = w.follow(t, from)
	}
	until(t, all[0], "structure", w.create(t, 1))
	before := w.asked.Load()
	at := w.create(t, 2)
	for _, one := range all {
		until(t, one, "structure", at)
	}
	require.Less(t, w.asked.Load()-before, int64(50), "whatever the number of those who follow")
}

// TestWhatComesInASecondComesTogether has much happen.
func TestWhatComesInASecondComesTogether(t *testing.T) {
	t.Parallel()
	w := watch(t)
	follower := w.follow(t, w.present(t))
	began, rung := time.Now(), 0
	var at domain.Position
	for i := range 50 {
		at = w.create(t, i)
	}
	for told := (domain.Position{}); at.After(told); {
		<-follower.News()
		if found := follower.Changes(map[string]bool{"structure": true}); len(found) > 0 {
			told = found[0].Position
			rung++
		}
	}
	require.LessOrEqual(t, rung, 2+int(time.Since(began)/time.Second))
}
