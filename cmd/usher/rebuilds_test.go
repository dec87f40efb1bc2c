package main_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/catalogue"
)

// TestRebuildsKilledUnderLoad has all views built anew while clients invite and
// others read, and kills two of three instances: in the middle, and between the
// comparison and the switch. No reader ever sees a list without what it has seen.
func TestRebuildsKilledUnderLoad(t *testing.T) {
	t.Parallel()
	team := newTeam(t, 3)
	ledger := &ledger{answered: map[string]string{}}
	team.underLoad(ledger, func() { aMoment(t); aMoment(t) })
	db, err := postgres.Open(t.Context(), postgres.Options{URL: team.database.App, OwnerURL: team.database.Owner})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	rebuilds := &rebuilds{t: t, models: db.ReadModels()}

	reading, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() { team.watchLists(reading) })
	}
	team.underLoad(ledger, func() {
		for round := range kills() / 5 {
			rebuilds.begin()
			rebuilds.await(func(one projections.Edition) bool {
				return one.State == projections.Filling && (one.Receipt != nil || round%2 == 0 && !one.Position.IsZero())
			})
			two := rand.Perm(len(team.instances))[:2]
			for _, i := range two {
				team.instances[i].kill()
			}
			for _, i := range two {
				team.start(team.instances[i])
			}
			rebuilds.finish()
		}
	})
	stop()
	readers.Wait()
	t.Logf("%d rebuilds of %d views, killed %d times before the switch", kills()/5, len(catalogue.All()), rebuilds.caught)
	team.requireNothingLost(ledger)
}

// rebuilds is all views' rows, built anew one time after the other.
type rebuilds struct {
	t      *testing.T
	models *postgres.ReadModels
	caught int // how often one was seen where it was to be killed
}

func (r *rebuilds) begin() {
	r.t.Helper()
	for _, view := range catalogue.All() {
		_, err := r.models.Begin(r.t.Context(), view, projections.Filling, 0)
		require.NoError(r.t, err)
	}
}

// await waits until an edition is like that, or none is filled any more.
func (r *rebuilds) await(like func(projections.Edition) bool) {
	r.t.Helper()
	require.Eventually(r.t, func() bool {
		all, err := r.models.Editions(r.t.Context())
		require.NoError(r.t, err)
		filling := false
		for _, one := range all {
			if like(one) {
				r.caught++
				return true
			}
			filling = filling || one.State == projections.Filling
		}
		return !filling
	}, time.Minute, time.Millisecond)
}

// finish waits until all new rows serve, and discards the old.
func (r *rebuilds) finish() {
	r.t.Helper()
	r.await(func(projections.Edition) bool { return false })
	all, err := r.models.Editions(r.t.Context())
	require.NoError(r.t, err)
	for _, one := range all {
		if one.State != projections.Kept {
			continue
		}
		for _, view := range catalogue.All() {
			if view.Name() == one.View {
				require.NoError(r.t, r.models.Discard(r.t.Context(), view, one.Number))
			}
		}
	}
}

// watchLists reads lists at any instance all the time. What was in one is in
// it from then on, once, for nobody is ever taken out.
func (team *team) watchLists(ctx context.Context) {
	seen, reads := map[string]map[string]bool{}, 0
	for ctx.Err() == nil {
		for _, list := range []string{"/invited", "/activity", "/employees"} {
			items, whole := team.any().list(ctx, list)
			if !whole { // because an instance was killed, or is not ready
				continue
			}
			reads++
			if !team.grown(list, items, seen) {
				return
			}
		}
	}
	team.t.Logf("%d lists read", reads)
}

// list is all pages of a list, or false where it could not be read to its end.
func (p *process) list(ctx context.Context, path string) (items []map[string]any, whole bool) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for cursor := ""; ; {
		status, answer, err := p.do(ctx, http.MethodGet, "/v1/accounts/acme"+path+"?limit=1000"+cursor, p.token, "", "")
		if err != nil || status == http.StatusServiceUnavailable {
			return nil, false
		}
		var page struct {
			Items []map[string]any
			Next  string
		}
		if !assert.Equal(p.t, http.StatusOK, status, "%s", answer) || !assert.NoError(p.t, json.Unmarshal(answer, &page)) {
			return nil, false
		}
		items = append(items, page.Items...)
		if page.Next == "" {
			return items, true
		}
		cursor = "&cursor=" + url.QueryEscape(page.Next)
	}
}

// grown compares a list with those before it.
func (team *team) grown(list string, items []map[string]any, seen map[string]map[string]bool) bool {
	now := map[string]bool{}
	for _, item := range items {
		id, err := json.Marshal([]any{item["id"], item["person"], item["contact"]})
		if !assert.NoError(team.t, err) || !assert.False(team.t, now[string(id)], "%s has %s twice", list, id) {
			return false
		}
		now[string(id)] = true
	}
	for id := range seen[list] {
		if !assert.True(team.t, now[id], "%s of %d items lacks %s of %d before", list, len(now), id, len(seen[list])) {
			return false
		}
	}
	seen[list] = now
	return true
}
