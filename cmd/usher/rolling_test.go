package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRollingRestart restarts one of two instances after the other, behind nginx and
// HAProxy, while people log in, ask, invite and listen. Each request is answered well
// the first time, and who listens misses nothing.
func TestRollingRestart(t *testing.T) {
	t.Parallel()
	team := newTeam(t, 2, "--public-url", "https://usher.example", "--trusted-proxy", "127.0.0.1/32", "--drain", "5s") // as the proxies' files need it
	for _, one := range team.instances {
		one.listen = one.address() // where the proxy looks for it again
	}
	for i, program := range proxyPrograms() {
		if !program.always {
			continue
		}
		t.Run(program.name, func(t *testing.T) {
			p := program.start(t, team.behind())
			c := &throughProxy{t: t, proxy: p, slug: strings.ToLower(program.name), network: fmt.Sprintf("127.0.%d.", i+1)}
			c.found()
			load := &load{throughProxy: c}
			load.during(t, func() {
				for range kills() / 10 {
					for _, one := range team.instances {
						team.restart(one)
					}
				}
			})
		})
	}
	for _, one := range team.instances {
		one.stop()
	}
}

// restart stops an instance as service managers do, and starts it again; it returns
// when load balancers may know that it is ready.
func (team *team) restart(one *instance) {
	team.t.Helper()
	require.NoError(team.t, one.command.Process.Signal(syscall.SIGTERM))
	require.NoError(team.t, one.command.Wait(), "it ends well")
	team.start(one)
	require.Eventually(team.t, one.ready, time.Minute, 10*time.Millisecond)
	select {
	case <-time.After(3 * time.Second): // in which each of them asks
	case <-team.t.Context().Done():
	}
}

// load is people who do something through a proxy.
type load struct {
	*throughProxy
	next     atomic.Int64
	requests atomic.Int64
	slowest  atomic.Int64 // nanoseconds

	mu      sync.Mutex
	failed  []string
	invited []string       // ids of the events of what was answered
	heard   map[string]int // ids of events, by how often they came
	breaks  int            // how often the stream ended
}

// during has people do things while something happens, and looks that all went well.
func (l *load) during(t *testing.T, happens func()) {
	t.Helper()
	l.heard = map[string]int{}
	ctx, stop := context.WithCancel(t.Context())
	begun := make(chan struct{})
	var people sync.WaitGroup
	people.Go(func() { l.listen(ctx, t, begun) })
	<-begun
	for range 3 {
		people.Go(func() { l.repeat(ctx, l.invites) })
		people.Go(func() { l.repeat(ctx, l.asks) })
	}
	people.Go(func() { l.repeat(ctx, l.logsInAgain()) })
	happens()
	stop()
	people.Wait()
	t.Logf("%d requests, %d failed, the slowest took %s; the stream was opened %d times and told all of %d invitations",
		l.requests.Load(), len(l.failed), time.Duration(l.slowest.Load()).Round(time.Millisecond), l.breaks+1, len(l.invited))
	require.Empty(t, l.failed)
	require.NotZero(t, l.breaks, "instances that stop tell the stream")
	require.NotEmpty(t, l.invited)
	for id, times := range l.heard {
		require.Equal(t, 1, times, "%s is told once", id)
	}
}

func (l *load) repeat(ctx context.Context, do func() (method, path, body, key string)) {
	for ctx.Err() == nil {
		method, path, body, key := do()
		began := time.Now()
		status, answer, err := l.send(method, path, body, key)
		l.requests.Add(1)
		for took := int64(time.Since(began)); ; {
			slowest := l.slowest.Load()
			if took <= slowest || l.slowest.CompareAndSwap(slowest, took) {
				break
			}
		}
		var done struct{ Batch string }
		if err == nil {
			err = json.Unmarshal([]byte(answer), &done)
		}
		l.mu.Lock()
		if err != nil || status >= 300 || strings.Contains(answer, `"refused"`) {
			l.failed = append(l.failed, fmt.Sprintf("%s %s: %d %s %v", method, path, status, answer, err))
		} else if done.Batch != "" {
			l.invited = append(l.invited, "batch/"+done.Batch)
		}
		l.mu.Unlock()
	}
}

func (l *load) send(method, path, body, key string) (int, string, error) {
	request, err := http.NewRequest(method, l.proxy.url(l.path(path)), strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Authorization", "Bearer "+l.token)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	response, err := l.client(l.network + "3").Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, string(answer), err
}

func (l *load) invites() (method, path, body, key string) {
	phone := fmt.Sprintf("+1415%07d", 2_000_000+l.next.Add(1))
	return http.MethodPost, "/invitations/sms", `{"phones":["` + phone + `"]}`, phone
}

func (*load) asks() (method, path, body, key string) {
	return http.MethodGet, "/employees", "", ""
}

// logsInAgain logs in a few times, and goes on asking: of somebody's sessions, fifty
// live.
func (l *load) logsInAgain() func() (method, path, body, key string) {
	count := 0
	return func() (method, path, body, key string) {
		if count++; count > 20 {
			return l.asks()
		}
		return http.MethodPost, "/sessions", byAnn, ""
	}
}

// listen listens until ctx ends and everything was heard, again and again from where
// the stream ended.
func (l *load) listen(ctx context.Context, t *testing.T, begun chan<- struct{}) {
	last := ""
	for first := true; ; first = false {
		events := l.stream(t, last)
		if first {
			close(begun)
		}
		ended := context.AfterFunc(ctx, func() { l.heardAll(t); events.end() })
		for {
			id, err := events.next()
			if err != nil {
				break
			}
			l.mu.Lock()
			l.heard[events.entry]++
			l.mu.Unlock()
			last = id
		}
		if !ended() {
			return
		}
		l.mu.Lock()
		l.breaks++
		l.mu.Unlock()
	}
}

// heardAll waits until what was answered has been heard.
func (l *load) heardAll(t *testing.T) {
	assert.Eventually(t, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return !slices.ContainsFunc(l.invited, func(id string) bool { return l.heard[id] == 0 })
	}, time.Minute, 50*time.Millisecond, "who listens misses nothing")
}
