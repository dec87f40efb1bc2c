package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlitedb/shelltest"
)

// TestSoakLogInsWhileOthersGuess has a crowd guess passwords at one company and fill in its
// join form, each time from another network and in another name, while somebody of
// another company signs in: from where they have before, and from where they have not.
func TestSoakLogInsWhileOthersGuess(t *testing.T) {
	connections, logIns, soaking := 50, 3, os.Getenv("USHER_SOAK") != ""
	if soaking {
		connections, logIns = 500, 25
	}
	p := &process{t: t, binary: build(t), data: t.TempDir(), eventStore: "embedded", flags: []string{"--trusted-proxy", "127.0.0.0/8"}}
	p.start()
	defer p.stop()
	p.found()
	p.foundAnother()
	const home = "192.0.2.10"
	status, err := p.signInFrom(t.Context(), http.DefaultClient, home)
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, status)
	alone := []time.Duration{p.signsIn(home), p.signsIn(home), p.signsIn(home)}
	crowd := p.newCrowd(connections)
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for n := range connections {
		all.Go(func() { crowd.guess(ctx, n%2 == 0) })
	}
	require.Eventually(t, func() bool { return crowd.answered.Load() > 20 }, time.Minute, 10*time.Millisecond)

	var known, unknown []time.Duration
	for n := range logIns {
		known = append(known, p.signsIn(home))
		unknown = append(unknown, p.signsIn(fmt.Sprintf("198.51.100.%d", n)))
	}
	cancel()
	all.Wait()
	t.Logf("%d connections, %d requests answered: %s. Log-ins of another company: alone %s, known %s, not known %s",
		connections, crowd.answered.Load(), crowd.outcomes(), times(alone), times(known), times(unknown))
	require.Positive(t, crowd.count("401"), "some guesses are looked at")
	if soaking {
		require.Less(t, slices.Max(append(known, unknown...)), 2*time.Second)
	}
}

// TestWhatIsRefusedToThePublicLeavesNothingInTheVault sends what is refused over and over,
// each time under another idempotency key: after sixty times there is as much as after ten.
func TestWhatIsRefusedToThePublicLeavesNothingInTheVault(t *testing.T) {
	t.Parallel()
	p := &process{t: t, binary: build(t), data: t.TempDir(), eventStore: "embedded"}
	p.start()
	defer p.stop()
	p.found()
	form, joe := "/v1/join/"+p.joinToken(), `{"first_name":"Joe","last_name":"Joiner","email":"joe@example.org","password":"`+adminPassword+`"}`
	refused := func(path, body, key string) string {
		status, answer, err := p.do(t.Context(), http.MethodPost, path, "", key, body)
		require.NoError(t, err)
		if status < http.StatusBadRequest {
			return ""
		}
		var problem struct{ Code string }
		require.NoError(t, json.Unmarshal(answer, &problem), "%s", answer)
		return problem.Code
	}
	require.Empty(t, refused(form, joe, ""))
	left := map[int]string{}
	for _, times := range []int{10, 50} {
		for n := range times {
			key := fmt.Sprintf("%d-of-%d", n, times)
			require.Equal(t, "already_employed", refused(form, joe, key))
			require.Equal(t, "invalid_email", refused(form, strings.Replace(joe, "@example", "", 1), key+"-b"))
			require.Equal(t, "password_common", refused(form, strings.Replace(joe, adminPassword, "correct horse battery staple", 1), key+"-c"))
			require.Equal(t, "not_found", refused(form+"/decline", "", key))
			require.NotEmpty(t, refused("/v1/join/AQEfnolinkatall", joe, key))
			require.NotEmpty(t, refused("/v1/accounts/acme/passwords/reset", `{"login":"+14155550100","code":"00000000","new":"another passphrase than that"}`, key))
			require.NotEmpty(t, refused("/v1/accounts/nowhere/passwords/reset", `{"login":"+14155550100","code":"00000000","new":"another passphrase than that"}`, key))
		}
		left[times] = p.rowsOfTheVault()
	}
	require.Equal(t, left[10], left[50])
}

// rowsOfTheVault is how many each of its tables has.
func (p *process) rowsOfTheVault() string {
	p.t.Helper()
	path := filepath.Join(p.data, "vault.db")
	var counts []string
	for _, table := range strings.Fields(shelltest.Run(p.t, path, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")) {
		counts = append(counts, table+" "+shelltest.Run(p.t, path, "SELECT count(*) FROM "+table))
	}
	return strings.Join(counts, "\n")
}

// times is the middle, and the longest, of some.
func times(all []time.Duration) string {
	slices.Sort(all)
	return fmt.Sprintf("%s in the middle, %s at most", all[len(all)/2].Round(time.Millisecond), all[len(all)-1].Round(time.Millisecond))
}

// crowd is strangers who send one request after the other.
type crowd struct {
	*process
	client *http.Client
	form   string // where people join

	next, answered atomic.Int64
	mu             sync.Mutex
	statuses       map[string]int
}

func (p *process) newCrowd(connections int) *crowd {
	p.t.Helper()
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: connections, MaxIdleConnsPerHost: connections}}
	p.t.Cleanup(client.CloseIdleConnections)
	return &crowd{process: p, client: client, form: "/v1/join/" + p.joinToken(), statuses: map[string]int{}}
}

// guess tries one password after the other, or registers one person after the other.
func (c *crowd) guess(ctx context.Context, passwords bool) {
	for ctx.Err() == nil {
		n := c.next.Add(1)
		path, body := c.form, fmt.Sprintf(`{"first_name":"Joe","last_name":"Joiner","email":"joe%d@example.org","password":%q}`, n, adminPassword)
		if passwords {
			path, body = "/v1/accounts/acme/sessions", fmt.Sprintf(`{"login":"somebody%d@acme.example","password":"not that one, surely"}`, n)
		}
		status, err := c.post(ctx, c.client, path, fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255), body)
		if err != nil {
			continue // the end
		}
		c.answered.Add(1)
		c.mu.Lock()
		c.statuses[fmt.Sprint(status)]++
		c.mu.Unlock()
	}
}

func (c *crowd) count(status string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.statuses[status]
}

func (c *crowd) outcomes() string { return strings.TrimPrefix(fmt.Sprint(c.statuses), "map") }

// signsIn says how long a log-in takes.
func (p *process) signsIn(network string) time.Duration {
	p.t.Helper()
	began := time.Now()
	status, err := p.signInFrom(p.t.Context(), http.DefaultClient, network)
	took := time.Since(began)
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusCreated, status)
	return took
}

func (p *process) signInFrom(ctx context.Context, client *http.Client, network string) (int, error) {
	return p.post(ctx, client, "/v1/accounts/other/sessions", network, `{"login":"eva@other.example","password":"`+adminPassword+`"}`)
}

// post sends something from a network, as the proxy before Usher would say.
func (p *process) post(ctx context.Context, client *http.Client, path, network, body string) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.base+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Forwarded-For", network)
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, err
}
