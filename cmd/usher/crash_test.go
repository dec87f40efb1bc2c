package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	operatorToken = "operator-token-for-tests-of-usher"
	adminPassword = "the first of all passphrases"
	clients       = 8
)

// kills is how often the process is killed: USHER_SOAK=20 makes it 200.
func kills() int {
	if factor, err := strconv.Atoi(os.Getenv("USHER_SOAK")); err == nil && factor > 0 {
		return 10 * factor
	}
	return 10
}

// TestKilledUnderLoad kills Usher at random moments while clients invite and
// register people. Every command that was answered is there afterwards, none is
// there twice, and the read models are what a rebuild from event zero gives.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	p := &process{t: t, binary: build(t), data: t.TempDir(), eventStore: "embedded"}
	p.start()
	p.found()
	ledger := &ledger{answered: map[string]string{}}
	for range kills() {
		underLoad(p, ledger, p.kill)
		p.start()
	}
	requireNothingLost(t, p, ledger)
}

// TestKilledUnderLoadOnEventStoreDB kills Usher, or the node that keeps its
// events, or both. Where only the node is killed, it comes back under the load.
func TestKilledUnderLoadOnEventStoreDB(t *testing.T) {
	t.Parallel()
	binary := build(t)
	n := &nodeProcess{t: t, binary: binary, data: t.TempDir(), listen: "127.0.0.1:0"}
	n.start()
	p := &process{t: t, binary: binary, data: t.TempDir(), eventStore: n.connection}
	p.start()
	p.found()
	ledger := &ledger{answered: map[string]string{}}
	for i := range kills() {
		switch i % 3 {
		case 0:
			underLoad(p, ledger, func() {
				n.kill()
				n.start()
				aMoment(t)
			})
		case 1:
			underLoad(p, ledger, p.kill)
			p.start()
		case 2:
			underLoad(p, ledger, func() {
				n.kill()
				aMoment(t)
				p.kill()
			})
			n.start()
			p.start()
		}
	}
	requireNothingLost(t, p, ledger)
	n.stop()
}

// underLoad does something a moment after clients began to invite, and ends
// them then.
func underLoad(p *process, ledger *ledger, do func()) {
	p.t.Helper()
	load, stop := context.WithCancel(p.t.Context())
	var group sync.WaitGroup
	for range clients {
		group.Go(func() { p.invite(load, ledger) })
	}
	aMoment(p.t)
	do()
	stop()
	group.Wait()
}

// aMoment is long enough for some commands.
func aMoment(t *testing.T) {
	t.Helper()
	select {
	case <-time.After(time.Duration(20+rand.IntN(250)) * time.Millisecond):
	case <-t.Context().Done():
	}
}

// requireNothingLost stops Usher in the end.
func requireNothingLost(t *testing.T, p *process, ledger *ledger) {
	t.Helper()
	p.repeatUnanswered(ledger)
	require.NotEmpty(t, ledger.answered)

	invited := p.invitedByHistory()
	for phone, person := range ledger.answered {
		require.Equal(t, []string{person}, invited[phone], "%s was answered as invited", phone)
	}
	for phone, people := range invited {
		require.Len(t, people, 1, "%s is invited once", phone)
	}
	t.Logf("%d kills, %d commands answered, %d in the log", kills(), len(ledger.answered), len(invited))

	position := p.position()
	before := p.answers(position)
	p.stop()
	removeReadModels(t, p.data)
	p.start()
	require.Equal(t, before, p.answers(position), "the read models equal a rebuild from event zero")
	p.stop()
}

func removeReadModels(t *testing.T, data string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(data, "readmodels.db*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		require.NoError(t, os.Remove(file))
	}
}

// ledger is what clients know: which phone was answered with which person, and
// which requests got no answer.
type ledger struct {
	mu         sync.Mutex
	next       int
	answered   map[string]string
	unanswered []string
}

// phone is a number that nobody has used.
func (l *ledger) phone() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next++
	return fmt.Sprintf("+1415%07d", 2_000_000+l.next)
}

func (l *ledger) note(phone, person string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if person == "" {
		l.unanswered = append(l.unanswered, phone)
		return
	}
	l.answered[phone] = person
}

// process is a running usher.
type process struct {
	t       *testing.T
	binary  string
	data    string
	base    string
	token   string
	command *exec.Cmd

	eventStore string
	flags      []string // more of them
}

var address = regexp.MustCompile(`Usher listens on (http://\S+)`)

func (p *process) start() {
	p.t.Helper()
	flags := append([]string{"--data", p.data, "--listen", "127.0.0.1:0", "--public-url", "http://usher.example", "--log-level", "ERROR", "--drain", "0s"}, p.flags...)
	p.command = exec.Command(p.binary, append([]string{"serve"}, flags...)...)
	p.command.Env = append(os.Environ(), "USHER_OPERATOR_TOKEN="+operatorToken, "USHER_EVENT_STORE="+p.eventStore)
	p.base = startAndFind(p.t, p.command, address)
}

// startAndFind starts a program and returns what it says in its output.
func startAndFind(t *testing.T, command *exec.Cmd, what *regexp.Regexp) string {
	t.Helper()
	var faults bytes.Buffer
	command.Stderr = &faults
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Process.Kill() }) // where the test failed
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if found := what.FindStringSubmatch(lines.Text()); found != nil {
			go io.Copy(io.Discard, stdout)
			return found[1]
		}
	}
	_ = command.Wait()
	require.Failf(t, "the program did not start", "%v: %s", command.Args, faults.String())
	return ""
}

func (p *process) kill() {
	p.t.Helper()
	require.NoError(p.t, p.command.Process.Kill())
	_ = p.command.Wait()
}

func (p *process) stop() {
	p.t.Helper()
	require.NoError(p.t, p.command.Process.Signal(syscall.SIGTERM))
	require.NoError(p.t, p.command.Wait(), "SIGTERM ends the process well")
}

func (p *process) found() {
	p.t.Helper()
	status, answer, err := p.do(p.t.Context(), http.MethodPost, "/v1/accounts", operatorToken, "", `{"slug":"acme","name":"Acme",
		"administrator":{"email":"ann@acme.example","first_name":"Ann","last_name":"Admin","password":"`+adminPassword+`"}}`)
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusCreated, status, "%s", answer)
	_, answer, err = p.do(p.t.Context(), http.MethodPost, "/v1/accounts/acme/sessions", "", "", `{"login":"ann@acme.example","password":"`+adminPassword+`"}`)
	require.NoError(p.t, err)
	var in struct{ Token string }
	require.NoError(p.t, json.Unmarshal(answer, &in))
	p.token = in.Token
}

func (p *process) do(ctx context.Context, method, path, token, key, body string) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, p.base+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

// invite invites one new number after the other until the load ends.
func (p *process) invite(ctx context.Context, l *ledger) {
	for ctx.Err() == nil {
		phone := l.phone()
		l.note(phone, p.inviteOne(ctx, phone))
	}
}

// inviteOne is the person invited, and empty where there was no answer.
func (p *process) inviteOne(ctx context.Context, phone string) string {
	status, answer, err := p.do(ctx, http.MethodPost, "/v1/accounts/acme/invitations/sms", p.token, phone, `{"phones":["`+phone+`"]}`)
	var invited struct {
		Results []struct{ Person, Outcome string }
	}
	if err != nil || status != http.StatusOK || json.Unmarshal(answer, &invited) != nil || invited.Results[0].Outcome != "invited" {
		return ""
	}
	return invited.Results[0].Person
}

// repeatUnanswered sends again, under the same key, what got no answer.
func (p *process) repeatUnanswered(l *ledger) {
	p.t.Helper()
	for _, phone := range l.unanswered {
		person := p.inviteOne(p.t.Context(), phone)
		require.NotEmpty(p.t, person, "%s is invited when the request comes again", phone)
		l.answered[phone] = person
	}
}

// invitedByHistory is who was invited by each phone number, by the events.
func (p *process) invitedByHistory() map[string][]string {
	p.t.Helper()
	invited := map[string][]string{}
	for _, item := range p.items("/history?type=person.invited_by_sms&limit=1000") {
		var event struct {
			Data struct {
				Person   string
				Personal struct{ Contact struct{ Address string } }
			}
		}
		require.NoError(p.t, json.Unmarshal(item, &event))
		phone := event.Data.Personal.Contact.Address
		invited[phone] = append(invited[phone], event.Data.Person)
	}
	return invited
}

// items is all pages of a list, at the head of the log.
func (p *process) items(path string) []json.RawMessage {
	p.t.Helper()
	var all []json.RawMessage
	separator := "?"
	if bytes.ContainsRune([]byte(path), '?') {
		separator = "&"
	}
	for cursor := ""; ; {
		status, answer, err := p.do(p.t.Context(), http.MethodGet, "/v1/accounts/acme"+path+cursor, p.token, "", "")
		require.NoError(p.t, err)
		require.Equal(p.t, http.StatusOK, status, "%s", answer)
		var page struct {
			Items []json.RawMessage
			Next  string
		}
		require.NoError(p.t, json.Unmarshal(answer, &page))
		all = append(all, page.Items...)
		if page.Next == "" {
			return all
		}
		cursor = separator + "cursor=" + url.QueryEscape(page.Next)
	}
}

// answers is what all lists say, once they reflect a position.
func (p *process) answers(position string) map[string][]json.RawMessage {
	p.t.Helper()
	answers := map[string][]json.RawMessage{}
	for _, list := range []string{"/invited", "/employees", "/approvals", "/activity", "/chat", "/history", "/structure"} {
		require.Eventually(p.t, func() bool {
			status, _, err := p.do(p.t.Context(), http.MethodGet, "/v1/accounts/acme"+list+"?position="+position, p.token, "", "")
			return err == nil && status == http.StatusOK
		}, time.Minute, 50*time.Millisecond, "%s reflects %s", list, position)
		if list != "/structure" {
			answers[list] = p.items(list + "?limit=1000")
		}
	}
	answers["/outbox"] = p.items("/outbox?limit=1000")
	status, answer, err := p.do(p.t.Context(), http.MethodGet, "/v1/accounts/acme/structure", p.token, "", "")
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusOK, status)
	answers["/structure"] = []json.RawMessage{answer}
	return answers
}

// position is that of a command given just now.
func (p *process) position() string {
	p.t.Helper()
	status, answer, err := p.do(p.t.Context(), http.MethodPut, "/v1/accounts/acme/settings/inviting", p.token, "", `{"everyone_may_invite":true}`)
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusOK, status, "%s", answer)
	var done struct{ Position string }
	require.NoError(p.t, json.Unmarshal(answer, &done))
	return done.Position
}
