package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// soak says whether tests run at their full counts, for make soak.
func soak() bool { return kills() > 10 }

// TestProxies tries what people and programs do through the proxies that are
// documented, by the very configurations of the documents: through nginx and
// HAProxy, and in make soak through all.
func TestProxies(t *testing.T) {
	t.Parallel()
	behindTLS := []string{"--public-url", "https://usher.example", "--trusted-proxy", "127.0.0.1/32"}
	team := newTeam(t, 2, behindTLS...)
	byForwarded := team.another(append(behindTLS, "--trusted-header", "Forwarded")...)
	for i, program := range proxyPrograms() {
		if !program.always && !soak() {
			continue
		}
		t.Run(program.name, func(t *testing.T) {
			behind := team.behind()
			if program.command == "lighttpd" {
				behind.ushers[0] = byForwarded.address()
			}
			p := program.start(t, behind)
			c := &throughProxy{t: t, proxy: p, slug: strings.ToLower(strings.Fields(program.name)[0]), network: fmt.Sprintf("127.0.%d.", i+1), direct: behind.ushers[0]}
			c.found()
			t.Run("browsers of the public URL may log in, other sites' may not", func(t *testing.T) { c.logsIn(t) })
			t.Run("a bulk invitation of the largest size is taken, and a larger one refused by Usher", func(t *testing.T) { c.invitesMany(t) })
			t.Run("the event stream is live, and goes on where it was", func(t *testing.T) { c.listens(t) })
			t.Run("log-ins are limited by where they come from, whatever a client says of that", func(t *testing.T) { c.guesses(t) })
			t.Run("figures are not for everybody", func(t *testing.T) {
				response, _ := c.ask(t, c.network+"1", http.MethodGet, "/metrics", "")
				require.Contains(t, []int{http.StatusForbidden, http.StatusNotFound}, response.StatusCode)
			})
		})
	}
	for _, each := range append(team.instances, byForwarded) {
		each.stop()
	}
}

// TestProxiesOfANode subscribes through the proxies that can pass on what they do
// not understand.
func TestProxiesOfANode(t *testing.T) {
	t.Parallel()
	const password = "only for friends"
	binary := build(t)
	open := &nodeProcess{t: t, binary: binary, data: t.TempDir(), listen: "127.0.0.1:0"}
	open.start()
	t.Cleanup(open.stop)
	certificate, key := selfSigned(t)
	command := exec.Command(binary, "node", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key, "--user", "ann", "--log-level", "ERROR")
	command.Env = append(os.Environ(), "USHER_NODE_PASSWORD="+password)
	_, sealed, _ := strings.Cut(startAndFind(t, command, connection), "@")
	t.Cleanup(func() {
		require.NoError(t, command.Process.Signal(syscall.SIGTERM))
		require.NoError(t, command.Wait())
	})
	for _, program := range proxyPrograms() {
		if !program.node {
			continue
		}
		t.Run(program.name+", without TLS", func(t *testing.T) {
			p := program.startBeforeNode(t, open.listen)
			subscribes(t, "esdb://"+p.nodeAt+"?tls=false")
		})
		t.Run(program.name+", with TLS, which the node ends", func(t *testing.T) {
			p := program.startBeforeNode(t, sealed)
			_, port, _ := strings.Cut(p.nodeAt, ":")
			subscribes(t, "esdb://ann:only%20for%20friends@localhost:"+port+"?tlsCAFile="+certificate)
		})
	}
}

// startBeforeNode runs a proxy before a node, and before a server that only answers.
func (program proxyProgram) startBeforeNode(t *testing.T, node string) *proxy {
	t.Helper()
	server := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), ReadHeaderTimeout: time.Minute}
	at := serveLocally(t, server)
	return program.start(t, proxied{ushers: [2]string{at, at}, node: node})
}

// subscribes follows all events live; in make soak, also after longer silence than
// proxies wait for.
func subscribes(t *testing.T, connection string) {
	t.Helper()
	log, err := eventstoredb.Open(t.Context(), connection, "", eventstoredb.Options{})
	require.NoError(t, err)
	defer log.Close()
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	stream, came := "person-"+uuid.NewString(), make(chan string)
	go func() {
		defer close(came)
		for record, err := range log.Subscribe(t.Context(), head) {
			if err != nil {
				return
			}
			came <- record.Stream
		}
	}()
	for range 3 {
		_, _, err = log.Append(t.Context(), stream, domain.Any{}, []journal.Proposed{{ID: uuid.New(), Type: "greeted", JSON: true, Data: []byte(`{}`)}})
		require.NoError(t, err)
		require.Equal(t, stream, <-came)
		if soak() {
			quiet(t)
		}
	}
}

// quiet is longer than any of the proxies waits for a silent connection.
func quiet(t *testing.T) {
	t.Helper()
	select {
	case <-time.After(75 * time.Second):
	case <-t.Context().Done():
	}
}

// throughProxy is what a company does through a proxy.
type throughProxy struct {
	t       *testing.T
	proxy   *proxy
	slug    string
	network string // first three bytes of the addresses of its people
	direct  string // an Usher, without the proxy
	token   string
	clients sync.Map // by address
}

func (c *throughProxy) client(address string) *http.Client {
	client, _ := c.clients.LoadOrStore(address, c.proxy.client(address))
	return client.(*http.Client)
}

// ask sends a request from an address. Headers are alternately names and values.
func (c *throughProxy) ask(t *testing.T, from, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, c.proxy.url(path), strings.NewReader(body))
	require.NoError(t, err)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := c.client(from).Do(request)
	require.NoError(t, err, "%s", c.proxy.printed())
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(answer)
}

func (c *throughProxy) path(path string) string { return "/v1/accounts/" + c.slug + path }

const byAnn = `{"login":"ann@acme.example","password":"` + adminPassword + `"}`

func (c *throughProxy) found() {
	c.t.Helper()
	response, answer := c.ask(c.t, c.network+"1", http.MethodPost, "/v1/accounts", `{"slug":"`+c.slug+`","name":"Acme",
		"administrator":{"email":"ann@acme.example","first_name":"Ann","last_name":"Admin","password":"`+adminPassword+`"}}`, "Authorization", "Bearer "+operatorToken)
	require.Equal(c.t, http.StatusCreated, response.StatusCode, "%s", answer)
	response, answer = c.ask(c.t, c.network+"1", http.MethodPost, c.path("/sessions"), byAnn)
	require.Equal(c.t, http.StatusCreated, response.StatusCode, "%s", answer)
	var in struct{ Token string }
	require.NoError(c.t, json.Unmarshal([]byte(answer), &in))
	c.token = in.Token
}

func (c *throughProxy) logsIn(t *testing.T) {
	t.Helper()
	response, answer := c.ask(t, c.network+"1", http.MethodPost, c.path("/sessions"), byAnn, "Origin", c.proxy.publicOrigin())
	require.Equal(t, http.StatusCreated, response.StatusCode, "%s", answer)
	response, answer = c.ask(t, c.network+"1", http.MethodPost, c.path("/sessions"), byAnn, "Origin", "https://evil.example")
	require.Equal(t, http.StatusForbidden, response.StatusCode, "%s", answer)
	require.Contains(t, answer, `"cross_origin"`)
}

const largestBulk = 4 << 20

func (c *throughProxy) invitesMany(t *testing.T) {
	t.Helper()
	rows := 200
	if soak() {
		rows = 5000
	}
	var body bytes.Buffer
	body.WriteString(`{"emails":[`)
	each := (largestBulk - 100) / rows // bytes of a row, with blanks, of which no more than 32 KiB may stand in one place
	for i := range rows {
		row := fmt.Sprintf(`"person-%d@%s.example"`, i, c.slug)
		body.WriteString(row + strings.Repeat(" ", each-len(row)-1) + ",")
	}
	body.Truncate(body.Len() - 1)
	body.WriteString(`]`)
	largest := body.String() + strings.Repeat(" ", largestBulk-body.Len()-1) + `}`
	began := time.Now()
	response, answer := c.ask(t, c.network+"1", http.MethodPost, c.path("/invitations/email"), largest, "Idempotency-Key", "the-largest")
	require.Equal(t, http.StatusOK, response.StatusCode, "%s", answer)
	require.Equal(t, rows, strings.Count(answer, `"outcome":"invited"`))
	t.Logf("%d rows in %d bytes took %s", rows, len(largest), time.Since(began).Round(time.Millisecond))
	response, answer = c.ask(t, c.network+"1", http.MethodPost, c.path("/invitations/email"), largest+" ")
	require.Equal(t, http.StatusRequestEntityTooLarge, response.StatusCode)
	require.Contains(t, answer, `"body_too_large"`, "Usher says so")
}

// stream opens the event stream, and has seen its first line.
func (c *throughProxy) stream(t *testing.T, lastID string) *eventReader {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.proxy.url(c.path("/activity/stream")), nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("Accept-Encoding", "gzip, br")
	if lastID != "" {
		request.Header.Set("Last-Event-ID", lastID)
	}
	response, err := c.client(c.network + "2").Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { response.Body.Close() })
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Equal(t, "text/event-stream", response.Header.Get("Content-Type"))
	require.Empty(t, response.Header.Get("Content-Encoding"))
	r := &eventReader{lines: bufio.NewReader(response.Body), end: cancel}
	first, err := r.lines.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, ": usher\n", first)
	return r
}

// eventReader reads an event stream.
type eventReader struct {
	lines *bufio.Reader
	end   func()
	entry string
}

// next is the id of the next event, behind which to go on; entry is then that of
// what it tells.
func (r *eventReader) next() (string, error) {
	for id := ""; ; {
		line, err := r.lines.ReadString('\n')
		if err != nil {
			return "", err
		}
		if value, ok := strings.CutPrefix(line, "id: "); ok {
			id = strings.TrimSpace(value)
		}
		if value, ok := strings.CutPrefix(line, "data: "); ok {
			var entry struct{ ID string }
			err := json.Unmarshal([]byte(value), &entry)
			r.entry = entry.ID
			return id, err
		}
	}
}

// invite invites one of the company's own people: nobody is invited by many companies in a day.
func (c *throughProxy) invite(t *testing.T, number int) {
	t.Helper()
	phone := fmt.Sprintf("+141555501%s%d", strings.Split(c.network, ".")[2], number)
	response, answer := c.ask(t, c.network+"1", http.MethodPost, c.path("/invitations/sms"), `{"phones":["`+phone+`"]}`, "Idempotency-Key", phone)
	require.Equal(t, http.StatusOK, response.StatusCode, "%s", answer)
	require.Contains(t, answer, `"outcome":"invited"`)
}

func (c *throughProxy) listens(t *testing.T) {
	t.Helper()
	stream := c.stream(t, "")
	c.invite(t, 1)
	first, err := stream.next()
	require.NoError(t, err)
	if soak() {
		quiet(t)
	}
	c.invite(t, 2)
	second, err := stream.next()
	require.NoError(t, err, "a silent stream is not broken off")
	stream.end()
	c.invite(t, 3)
	again := c.stream(t, first)
	id, err := again.next()
	require.NoError(t, err)
	require.Equal(t, second, id, "it goes on behind what was seen")
	third, err := again.next()
	require.NoError(t, err)
	require.NotEqual(t, second, third)
}

// guesses guesses passwords from one address until that is kept from it. Nobody
// else is; and nothing that it says of itself helps, neither through the proxy nor past it.
func (c *throughProxy) guesses(t *testing.T) {
	t.Helper()
	guesser, other := c.network+"66", c.network+"67"
	var tries, kept atomic.Int64
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for kept.Load() == 0 && tries.Load() < 400 {
				if status, _ := c.guess(t, guesser, c.proxy.url(""), tries.Add(1)); status == http.StatusTooManyRequests {
					kept.Add(1)
				}
			}
		})
	}
	group.Wait()
	require.NotZero(t, kept.Load(), "guessing comes to an end")
	response, answer := c.ask(t, other, http.MethodPost, c.path("/sessions"), byAnn)
	require.Equal(t, http.StatusCreated, response.StatusCode, "others log in: %s", answer)
	for _, header := range []string{"X-Forwarded-For", "Forwarded"} {
		for _, said := range []string{"203.0.113.7", "for=203.0.113.7", "203.0.113.7, 127.0.0.1", "for=203.0.113.7, for=127.0.0.1", `for=203.0.113.7;by="`} {
			for _, to := range []string{c.proxy.url(""), "http://" + c.direct} {
				status, answer := c.guess(t, guesser, to, tries.Add(1), header, said)
				require.Equal(t, http.StatusTooManyRequests, status, "%s: %s to %s: %s", header, said, to, answer)
			}
		}
	}
}

// guess tries a wrong password, through the proxy or at an Usher itself.
func (c *throughProxy) guess(t *testing.T, from, base string, number int64, headers ...string) (int, string) {
	body := fmt.Sprintf(`{"login":"nobody-%d@acme.example","password":"a wrong passphrase"}`, number)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+c.path("/sessions"), strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	if len(headers) > 0 {
		request.Header.Set(headers[0], headers[1])
	}
	client := c.client(from)
	if strings.HasPrefix(base, "http://127.") {
		client = directClient(t, from)
	}
	response, err := client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(answer)
}

// another is one more instance, which is not among those that take each other's work.
func (team *team) another(flags ...string) *instance {
	team.t.Helper()
	one := &instance{process: &process{t: team.t, binary: team.instances[0].binary, data: team.t.TempDir(), eventStore: team.node.connection, flags: flags}}
	team.start(one)
	return one
}

// behind is where two instances are.
func (team *team) behind() proxied {
	addresses := slices.Collect(func(yield func(string) bool) {
		for _, one := range team.instances {
			if !yield(one.address()) {
				return
			}
		}
	})
	return proxied{ushers: [2]string(addresses), node: team.node.listen}
}
