package httpapi_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

// figure is one of the server's figures.
func figure(t *testing.T, usher *httpapitest.Usher, name string) int {
	t.Helper()
	lines := bufio.NewScanner(strings.NewReader(string(usher.Client("").Get(t, "/metrics").Must(t, 200).Body)))
	for lines.Scan() {
		if value, is := strings.CutPrefix(lines.Text(), name+" "); is {
			found, err := strconv.ParseFloat(value, 64)
			require.NoError(t, err)
			return int(found)
		}
	}
	require.Failf(t, "no such figure", "%s", name)
	return 0
}

// TestIdleStreamsAskNothing has many streams open where nothing happens, while things
// happen elsewhere: one looks for all of them.
func TestIdleStreamsAskNothing(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	quiet, busy := usher.Found(t, "quiet"), usher.Found(t, "busy")
	usher.Settled(t)
	const streams = 15
	for range streams {
		listen(t, quiet.Admin, "")
	}
	asked := func() int { return figure(t, usher, "usher_stream_questions_total") }
	require.Eventually(t, func() bool { return figure(t, usher, "usher_streams_open") == streams && asked() >= streams }, time.Minute, time.Millisecond)
	happens := func(what int) {
		busy.Admin.Post(t, "/departments", fmt.Sprintf(`{"name":"Kitchen %d"}`, what)).Must(t, 201)
		usher.Settled(t)
	}
	before := asked()
	happens(0) // after which each has looked for the first time
	require.Eventually(t, func() bool { return asked() > before }, time.Minute, time.Millisecond)
	stream := listen(t, quiet.Admin, "")
	quiet.Admin.Post(t, "/departments", `{"name":"Bar"}`).Must(t, 201)
	_, text := stream.next()
	require.Equal(t, "Ada Archer created the department Bar", text, "all were woken")
	require.Eventually(t, func() bool {
		settled := asked()
		happens(settled)
		return asked()-settled < streams
	}, time.Minute, time.Millisecond, "each is woken once by what happens")

	before = asked()
	const more = 5
	for what := range more {
		happens(1000 + what)
	}
	require.LessOrEqual(t, asked()-before, 4*more, "one looks twice for all streams of an account, whatever their number")
}

func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{Streams: 3, StreamsOfAccount: 2})
	acme, other := usher.Found(t, "acme"), usher.Found(t, "other")
	first := listen(t, acme.Admin, "")
	listen(t, acme.Admin, "")
	refused := acme.Admin.Get(t, "/activity/stream")
	refused.Refused(t, 429, "too_many_streams")
	require.Contains(t, refused.Text(t, "detail"), "the company has 2 streams open")
	require.NotEmpty(t, refused.Header.Get("Retry-After"))
	listen(t, other.Admin, "")
	refused = other.Admin.Get(t, "/activity/stream")
	refused.Refused(t, 429, "too_many_streams")
	require.Contains(t, refused.Text(t, "detail"), "the server has 3 streams open")
	first.cancel()
	require.Eventually(t, func() bool { return figure(t, usher, "usher_streams_open") == 2 }, time.Minute, time.Millisecond)
	listen(t, other.Admin, "")
}

// TestAStreamEndsWithDismissal closes the streams of whoever is dismissed, with nothing
// else happening.
func TestAStreamEndsWithDismissal(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	eve := company.Hire(t, "eve@acme.example", domain.RoleEmployee)
	usher.Settled(t)
	who := eve.Get(t, "/me").Must(t, 200).Text(t, "person")
	stream := listen(t, eve, "")
	company.Admin.Post(t, "/employees/"+who+"/dismiss", `{}`).Must(t, 200)
	id, _ := stream.next()
	require.Empty(t, id)
}

// TestAnEventIDThatTheLogDoesNotGoUpTo resumes as a client does after an older log
// was restored.
func TestAnEventIDThatTheLogDoesNotGoUpTo(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Admin.With("Last-Event-ID", "999999").Get(t, "/activity/stream").Refused(t, 409, "position_unknown")
}

// TestACursorBehindTheEnd reads on behind the end of a log that was restored from an
// older backup.
func TestACursorBehindTheEnd(t *testing.T) {
	t.Parallel()
	data, cursors := t.TempDir(), map[string]string{"/history?limit=40": "", "/activity?limit=1": ""}
	log := filepath.Join(data, "log.db")
	usher := httpapitest.Start(t, httpapitest.Options{Data: data})
	usher.Found(t, "acme")
	usher.Settled(t)
	usher.Stop(t)
	backup, err := os.ReadFile(log)
	require.NoError(t, err)

	usher = httpapitest.Start(t, httpapitest.Options{Data: data})
	company := usher.Again(t, "acme")
	for i := range 40 {
		company.Admin.Post(t, "/departments", fmt.Sprintf(`{"name":"Kitchen %d"}`, i)).Must(t, 201)
	}
	usher.Settled(t)
	for list := range cursors {
		cursors[list] = company.Admin.Get(t, list).Must(t, 200).Text(t, "next")
	}
	usher.Stop(t)

	require.NoError(t, os.WriteFile(log, backup, 0o600))
	require.NoError(t, os.Remove(filepath.Join(data, "readmodels.db")))
	usher = httpapitest.Start(t, httpapitest.Options{Data: data, WaitLimit: time.Millisecond})
	company = usher.Again(t, "acme")
	for list, cursor := range cursors {
		company.Admin.Get(t, list+"&cursor="+cursor).Refused(t, 409, "position_unknown")
	}
}

// TestTheAnswerOfARevocationIsReadAtOnce asks with the position of the answer.
func TestTheAnswerOfARevocationIsReadAtOnce(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	usher.StopPolicies(t) // nobody else finishes it
	batch := company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100","+14155550101","+14155550102"]}`).Must(t, 200).Text(t, "batch")
	for range 2 {
		position := company.Admin.Post(t, "/batches/"+batch+"/revoke", "").Must(t, 200).Text(t, "position")
		require.Empty(t, company.Admin.Get(t, "/invited?position="+position).Must(t, 200).Items(t))
	}
}

// TestSoakIdleStreams says what thousands of idle streams cost the server, whose clients
// are another process.
func TestSoakIdleStreams(t *testing.T) {
	streams, soaking := 200, os.Getenv("USHER_SOAK") != ""
	if soaking {
		streams = 5000
	}
	raiseOpenFiles(t)
	usher := httpapitest.Start(t, httpapitest.Options{Streams: streams, StreamsOfAccount: streams})
	company := usher.Found(t, "acme")
	listeners := listening{URL: company.Admin.URL + "/activity/stream"}
	const each = 20
	for who := range streams / each {
		login := fmt.Sprintf("p%d@acme.example", who)
		company.Hire(t, login, domain.RoleEmployee)
		for range each { // with sessions of their own
			listeners.Bearers = append(listeners.Bearers, company.SignIn(t, login, httpapitest.Password).Header.Get("Authorization"))
		}
	}
	usher.Settled(t)
	beats := listeners.start(t)
	require.Eventually(t, func() bool { return figure(t, usher, "usher_streams_open") == streams }, time.Minute, 10*time.Millisecond)
	if soaking {
		const long = 2 * time.Minute
		before, heard := cpu(t), beats()
		<-time.After(long)
		used := cpu(t) - before
		t.Logf("%d idle streams: %.2f %% of a core over %s, with %d comments", streams, 100*used.Seconds()/long.Seconds(), long, beats()-heard)
		require.Less(t, used.Seconds()/long.Seconds(), 0.02)
	}
	require.Equal(t, streams, figure(t, usher, "usher_streams_open"))
}

// listening is clients of streams in a process of their own.
type listening struct {
	URL     string
	Bearers []string // of each stream
}

// listens has this program listen, and be no test.
const listens = "USHER_TEST_LISTENS"

// start starts it, and returns once all its streams are open. beats is how many comments
// it has heard.
func (l listening) start(t *testing.T) (beats func() int) {
	t.Helper()
	text, err := json.Marshal(l)
	require.NoError(t, err)
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), listens+"=1")
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	require.NoError(t, err)
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	_, err = in.Write(append(text, '\n'))
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, in.Close())
		require.NoError(t, command.Wait())
	})
	said := bufio.NewReader(out)
	beats = func() (heard int) {
		_, err := in.Write([]byte("?"))
		require.NoError(t, err)
		_, err = fmt.Fscanln(said, &heard)
		require.NoError(t, err)
		return heard
	}
	require.GreaterOrEqual(t, beats(), len(l.Bearers), "each has heard its first")
	return beats
}

// listenTo opens all streams, and says how many comments it has heard each time that it is
// asked, until nobody asks any more.
func listenTo(asked *bufio.Reader) error {
	text, err := asked.ReadBytes('\n')
	var l listening
	if err == nil {
		err = json.Unmarshal(text, &l)
	}
	if err != nil {
		return err
	}
	transport := &http.Transport{}
	var heard atomic.Int64
	for _, bearer := range l.Bearers {
		request, err := http.NewRequest(http.MethodGet, l.URL, nil)
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", bearer)
		response, err := (&http.Client{Transport: transport}).Do(request)
		if err != nil {
			return err
		}
		lines := bufio.NewReaderSize(response.Body, 16)
		if _, err := lines.ReadString('\n'); err != nil || response.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d: %w", response.StatusCode, err)
		}
		heard.Add(1)
		go func() {
			for {
				line, err := lines.ReadString('\n')
				if err != nil {
					return
				}
				if line == ": usher\n" {
					heard.Add(1)
				}
			}
		}()
	}
	for {
		if _, err := asked.ReadByte(); err != nil {
			return nil // because nobody asks any more
		}
		if _, err := fmt.Println(heard.Load()); err != nil {
			return err
		}
	}
}

// cpu is what this process has used.
func cpu(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func raiseOpenFiles(t *testing.T) {
	t.Helper()
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	limit.Cur = limit.Max
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit))
}
