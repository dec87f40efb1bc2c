package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// senders is how many clients send at once: USHER_SOAK makes it 200.
func senders() int {
	if os.Getenv("USHER_SOAK") != "" {
		return 200
	}
	return 50
}

// allowedMore is how much more memory Usher may take, whatever they send, in KiB.
const allowedMore = 256 << 10

// attack is what one client sends.
type attack struct {
	method, path, token, body string
	key                       bool // an idempotency key of its own
	chunked                   bool
	held                      int // how much of the body is held back until all the others have sent theirs
}

// TestMemoryIsNeverFullOfWhatManyClientsSend has many clients send the worst that they
// can think of at once: those who may not, those of another company, those whom nobody
// knows, and those who may.
func TestMemoryIsNeverFullOfWhatManyClientsSend(t *testing.T) {
	t.Parallel()
	p := &process{t: t, binary: build(t), data: t.TempDir(), eventStore: "embedded"}
	p.start()
	defer p.stop()
	p.found()
	stranger, employee := p.foundAnother(), p.employ()
	const megabytes, most = 1 << 20, 4<<20 - 1000
	rows := func(row string, n int) string { return `{"emails":[` + strings.Repeat(row+",", n-1) + row + `]}` }
	bulk := map[string]string{
		"10,000 rows of 400 bytes": rows(`"`+strings.Repeat("x", 400)+`"`, 10_000),
		"a million rows":           rows(`"x"`, most/4),
		"two million numbers":      rows(`1`, most/2),
		"a million objects":        rows(`{}`, most/3),
		"lists within lists":       `{"emails":` + strings.Repeat("[", most),
		"one text":                 `{"emails":["` + strings.Repeat("x", most) + `"]}`,
		"texts of 32 KiB":          rows(`"`+strings.Repeat("x", 32_000)+`"`, 130),
		"a million names":          `{"emails":[]` + numbered(most/20) + `}`,
		"blanks":                   `{"emails":[` + strings.Repeat(" ", most) + `]}`,
	}
	const invite = "/v1/accounts/acme/invitations/email"
	waves := map[string][]attack{}
	for what, body := range bulk {
		for who, token := range map[string]string{"who may not": employee, "another company's": stranger, "an administrator": p.token} {
			waves[what+" by "+who] = []attack{{path: invite, token: token, body: body, key: true}, {path: invite, token: token, body: body, chunked: true}}
		}
		waves[what+", slowly"] = []attack{{path: invite, token: p.token, body: body, held: megabytes}, {path: invite, token: employee, body: body, held: megabytes, chunked: true}}
	}
	waves["many items"] = []attack{{path: "/v1/accounts/acme/approvals/approve", token: p.token, body: `{"items":[` + strings.Repeat(`{"person":"x"},`, most/15) + `{}]}`}}
	small := `{"domains":[` + strings.Repeat("0,", 32_000) + `0]}`
	waves["short bodies of many values"] = []attack{
		{method: http.MethodPut, path: "/v1/accounts/acme/settings/registration", token: p.token, body: small},
		{method: http.MethodPut, path: "/v1/accounts/acme/settings/registration", token: p.token, body: `{"domains":[` + strings.Repeat("{},", 20_000) + `0]}`},
		{method: http.MethodPut, path: "/v1/accounts/acme/me/password", token: employee, body: `{"a":` + numbered(3000)[5:] + `}`},
		{path: "/v1/accounts/acme/sessions", body: small},
		{path: "/v1/join/x", body: small},
		{path: "/v1/accounts", token: employee, body: small},
		{path: "/v1/accounts/acme/sessions", body: small, held: 1000, chunked: true},
	}
	worst := ""
	before, peak := p.memory("VmRSS"), 0
	for what, attacks := range waves {
		require.NoError(t, os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.command.Process.Pid), []byte("5"), 0)) // forgets the peak
		p.attack(attacks)
		if now := p.memory("VmHWM"); now > peak {
			peak, worst = now, what
		}
	}
	t.Logf("%d clients at once: %d MiB before, at most %d MiB more, with %s", senders(), before>>10, (peak-before)>>10, worst)
	require.Less(t, peak-before, allowedMore, "KiB more than before, with %s", worst)
}

func numbered(names int) string {
	var all strings.Builder
	for i := range names {
		fmt.Fprintf(&all, `,"member%07d":0`, i)
	}
	return all.String()
}

// memory is a figure of the process's, in KiB.
func (p *process) memory(name string) int {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	require.NoError(p.t, err)
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == name+":" {
			size, err := strconv.Atoi(fields[1])
			require.NoError(p.t, err)
			return size
		}
	}
	require.Fail(p.t, "no figure", name)
	return 0
}

// attack sends as many requests at once as there are senders. Each is answered, be it
// by the end of its connection.
func (p *process) attack(attacks []attack) {
	p.t.Helper()
	var all, sent sync.WaitGroup
	sent.Add(senders())
	everybody := make(chan struct{})
	go func() { sent.Wait(); close(everybody) }()
	for i := range senders() {
		one := attacks[i%len(attacks)]
		all.Go(func() {
			require.NoError(p.t, p.send(one, fmt.Sprintf("%p-%d", &attacks[0], i), sent.Done, everybody))
		})
	}
	all.Wait()
}

// send sends a request, and tells when as much is sent as is sent before others have
// sent theirs. Nothing but silence is an error.
func (p *process) send(one attack, key string, sent func(), everybody <-chan struct{}) error {
	tell := sync.OnceFunc(sent)
	defer tell()
	ctx, cancel := context.WithTimeout(p.t.Context(), 5*time.Minute)
	defer cancel()
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", strings.TrimPrefix(p.base, "http://"))
	if err != nil {
		return err
	}
	defer connection.Close()
	defer context.AfterFunc(ctx, func() { connection.Close() })()
	method := one.method
	if method == "" {
		method = http.MethodPost
	}
	body := &pausing{Reader: strings.NewReader(one.body), left: len(one.body) - one.held, tell: tell, everybody: everybody}
	request, err := http.NewRequestWithContext(ctx, method, p.base+one.path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+one.token)
	request.Close = true
	if one.key {
		request.Header.Set("Idempotency-Key", key)
	}
	if !one.chunked {
		request.ContentLength = int64(len(one.body))
	}
	go func() {
		_ = request.Write(connection) // of which the server reads what it likes
		tell()
	}()
	answer, err := io.ReadAll(connection)
	if len(answer) == 0 && ctx.Err() != nil {
		return fmt.Errorf("%s %s was not answered: %w", method, one.path, err)
	}
	return nil
}

// pausing is a body whose last part waits until everybody has sent theirs.
type pausing struct {
	io.Reader
	left      int
	tell      func()
	everybody <-chan struct{}
}

func (b *pausing) Read(into []byte) (int, error) {
	if b.left > 0 {
		into = into[:min(len(into), b.left)]
	} else {
		b.tell()
		<-b.everybody
	}
	n, err := b.Reader.Read(into)
	b.left -= n
	return n, err
}

// foundAnother founds another company, and returns its administrator's token.
func (p *process) foundAnother() string {
	p.t.Helper()
	status, answer, err := p.do(p.t.Context(), http.MethodPost, "/v1/accounts", operatorToken, "", `{"slug":"other","name":"Other",
		"administrator":{"email":"eva@other.example","first_name":"Eva","last_name":"Other","password":"`+adminPassword+`"}}`)
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusCreated, status, "%s", answer)
	return p.signInTo("other", "eva@other.example")
}

// employ lets somebody join, and returns the token.
func (p *process) employ() string {
	p.t.Helper()
	status, answer, err := p.do(p.t.Context(), http.MethodPost, "/v1/join/"+p.joinToken(), "", "",
		`{"first_name":"Ben","last_name":"Joiner","email":"ben@mill.example","password":"`+adminPassword+`"}`)
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusCreated, status, "%s", answer)
	return p.signInTo("acme", "ben@mill.example")
}

// joinToken lets everybody join by the link that has it.
func (p *process) joinToken() string {
	p.t.Helper()
	_, _, err := p.do(p.t.Context(), http.MethodPut, "/v1/accounts/acme/settings/registration", p.token, "", `{"mode":"public"}`)
	require.NoError(p.t, err)
	_, answer, err := p.do(p.t.Context(), http.MethodGet, "/v1/accounts/acme/join-link", p.token, "", "")
	require.NoError(p.t, err)
	var shared struct{ Link string }
	require.NoError(p.t, json.Unmarshal(answer, &shared))
	_, token, _ := strings.Cut(shared.Link, "/join/")
	return token
}

func (p *process) signInTo(slug, login string) string {
	p.t.Helper()
	status, answer, err := p.do(p.t.Context(), http.MethodPost, "/v1/accounts/"+slug+"/sessions", "", "", `{"login":"`+login+`","password":"`+adminPassword+`"}`)
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusCreated, status, "%s", answer)
	var in struct{ Token string }
	require.NoError(p.t, json.Unmarshal(answer, &in))
	return in.Token
}
