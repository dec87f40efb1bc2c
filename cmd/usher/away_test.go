package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres/pgtest"
)

// TestPostgresGoesAwayAndComesBack takes PostgreSQL away for some seconds under
// load: commands wait or are answered that Usher cannot do it now, /readyz says
// so whether anybody asks for anything or not, and afterwards all is as before.
func TestPostgresGoesAwayAndComesBack(t *testing.T) {
	t.Parallel()
	postgresGoesAway(t, (*pgtest.Cluster).Crash, (*pgtest.Cluster).Start)
}

// TestPostgresHangsAndGoesOn has it answer nothing, and refuse nothing.
func TestPostgresHangsAndGoesOn(t *testing.T) {
	t.Parallel()
	postgresGoesAway(t, (*pgtest.Cluster).Hang, (*pgtest.Cluster).Resume)
}

func postgresGoesAway(t *testing.T, away, back func(*pgtest.Cluster, context.Context) error) {
	t.Helper()
	team := newTeam(t, 1)
	one := team.instances[0]
	ledger := &ledger{answered: map[string]string{}}
	team.underLoad(ledger, func() { aMoment(t) })
	require.Eventually(t, one.ready, time.Minute, 10*time.Millisecond)
	before := one.usual()

	require.NoError(t, away(team.cluster, t.Context()))
	began := time.Now()
	require.Eventually(t, func() bool { return !one.ready() }, time.Minute, 10*time.Millisecond, "nobody asks for anything")
	red := time.Since(began)
	load, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for range clients {
		group.Go(func() { one.inviteOrWait(load, ledger) })
	}
	for range 10 {
		aMoment(t)
	}
	status, answer, err := one.do(t.Context(), http.MethodGet, "/v1/accounts/acme/employees", one.token, "", "")
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, status, "%s", answer)
	require.False(t, one.ready())
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		assert.Equal(t, map[string]float64{
			`usher_store_up{store="event_log"}`: 1, `usher_store_up{store="vault"}`: 0, `usher_store_up{store="read_models"}`: 0,
		}, one.stores())
	}, time.Minute, 10*time.Millisecond, "each store is looked at by itself")
	require.NoError(t, back(team.cluster, t.Context()))
	began = time.Now()
	require.Eventually(t, one.ready, time.Minute, 10*time.Millisecond, "under load")
	t.Logf("not ready after %s, ready again after %s", red, time.Since(began))
	stop()
	group.Wait()

	require.EventuallyWithT(t, func(t *assert.CollectT) {
		now := one.figures()
		assert.LessOrEqual(t, now["go_goroutines"], before["go_goroutines"]+20)
		assert.LessOrEqual(t, now["process_open_fds"], before["process_open_fds"]+20)
	}, time.Minute, 100*time.Millisecond, "it leaves nothing running")
	team.requireNothingLost(ledger)
}

// usual is the most of each figure within some moments: subscriptions begin one
// after the other.
func (p *process) usual() map[string]float64 {
	most := p.figures()
	for range 20 {
		aMoment(p.t)
		for name, figure := range p.figures() {
			most[name] = max(most[name], figure)
		}
	}
	return most
}

// ready is what /readyz says.
func (p *process) ready() bool {
	ctx, cancel := context.WithTimeout(p.t.Context(), 5*time.Second)
	defer cancel()
	status, _, err := p.do(ctx, http.MethodGet, "/readyz", "", "", "")
	return err == nil && status == http.StatusOK
}

// inviteOrWait invites, and takes no for an answer where it is a clear one.
func (p *process) inviteOrWait(load context.Context, ledger *ledger) {
	for load.Err() == nil {
		phone := ledger.phone()
		ctx, cancel := context.WithTimeout(p.t.Context(), 30*time.Second)
		status, answer, err := p.do(ctx, http.MethodPost, "/v1/accounts/acme/invitations/sms", p.token, phone, `{"phones":["`+phone+`"]}`)
		cancel()
		if !assert.NoError(p.t, err, "an answer comes in time") {
			return
		}
		var said struct {
			Code    string
			Results []struct{ Person string }
		}
		if !assert.NoError(p.t, json.Unmarshal(answer, &said)) {
			return
		}
		if status == http.StatusOK {
			ledger.note(phone, said.Results[0].Person)
			continue
		}
		ledger.note(phone, "")
		assert.Equal(p.t, http.StatusServiceUnavailable, status, "%s", answer)
		assert.Contains(p.t, []string{"unavailable", "not_yet", "contended"}, said.Code)
		aMoment(p.t)
	}
}

// stores is what /metrics says of what keeps something.
func (p *process) stores() map[string]float64 {
	p.t.Helper()
	all := p.figures()
	maps.DeleteFunc(all, func(name string, _ float64) bool { return !strings.HasPrefix(name, "usher_store_up") })
	return all
}

// figures is what /metrics says of things without labels.
func (p *process) figures() map[string]float64 {
	p.t.Helper()
	http.DefaultClient.CloseIdleConnections()
	status, answer, err := p.do(p.t.Context(), http.MethodGet, "/metrics", "", "", "")
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusOK, status)
	figures := map[string]float64{}
	for lines := bufio.NewScanner(bytes.NewReader(answer)); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if number, err := strconv.ParseFloat(value, 64); err == nil {
			figures[name] = number
		}
	}
	return figures
}
