package enginetest

import (
	"cmp"
	"context"
	cryptorand "crypto/rand"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/composition"
	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/passwords"
	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/adapters/web"
	"github.com/usher-engine/usher/cmd/usher/engine"
	"github.com/usher-engine/usher/commands"
)

// OperatorToken is the operator token of every Usher started here.
const OperatorToken = "operator-token-for-tests-of-usher"

// PublicURL is what links begin with, whatever address the server has.
const PublicURL = "http://usher.example"

// catchUp is how long a question waits on a busy machine, so that what a test has done
// shows in what it asks for.
const catchUp = 10 * time.Second

// Usher is a running Usher and the world around it.
type Usher struct {
	*engine.Engine
	URL  string
	Data string

	// Node is the EventStoreDB that keeps the log; nil for an embedded one.
	Node *nodetest.Server
	// Database is the PostgreSQL that keeps the rest; nil for files.
	Database *pgtest.Database
	// Besides are policies that follow the log beside Usher's own, which then has little patience.
	Besides []messaging.Policy

	// Logger is what it is started with; none where it is nil.
	Logger *slog.Logger
	// SMSPerDay is what it is started with; 50,000 where it is zero.
	SMSPerDay int

	// Demo is the sample company that one can sign in to; nil for none.
	Demo *web.Demo

	change func(*engine.Config)
	// public is what links begin with; PublicURL where it is empty.
	public string
	server *httptest.Server
	clock  *clock
	random io.Reader
}

// Start starts an Usher with an embedded log, which is stopped at the test's end.
func Start(t testing.TB, besides ...messaging.Policy) *Usher {
	t.Helper()
	return begin(t, &Usher{Data: t.TempDir(), clock: newClock(), Besides: besides})
}

// StartOnEventStoreDB starts an Usher that keeps its log in a node of its own.
func StartOnEventStoreDB(t testing.TB) *Usher {
	t.Helper()
	clock := newClock()
	return begin(t, &Usher{Data: t.TempDir(), clock: clock, Node: nodetest.Start(t, nodetest.At(clock.read))})
}

// StartCounting is StartOnEventStoreDB where what is asked of the node is counted.
func StartCounting(t testing.TB) (*Usher, *nodetest.Calls) {
	t.Helper()
	clock := newClock()
	node := nodetest.Start(t, nodetest.At(clock.read))
	calls := node.Count(t)
	return begin(t, &Usher{Data: t.TempDir(), clock: clock, Node: node}), calls
}

// StartOnEventStoreDBWith is StartOnEventStoreDB with something else in its settings,
// at each start.
func StartOnEventStoreDBWith(t testing.TB, change func(*engine.Config)) *Usher {
	t.Helper()
	clock := newClock()
	return begin(t, &Usher{Data: t.TempDir(), clock: clock, Node: nodetest.Start(t, nodetest.At(clock.read)), change: change})
}

// StartAtNode starts an Usher that keeps its log in a node that is there.
func StartAtNode(t testing.TB, node *nodetest.Server) *Usher {
	t.Helper()
	return begin(t, &Usher{Data: t.TempDir(), clock: newClock(), Node: node})
}

// StartAsInProduction starts an Usher that keeps its log in a node of its own,
// and the rest in a database of its own; the package's TestMain calls pgtest.Main.
func StartAsInProduction(t testing.TB, besides ...messaging.Policy) *Usher {
	t.Helper()
	return StartAt(t, pgtest.New(t), besides...)
}

// StartAt is StartAsInProduction with another database.
func StartAt(t testing.TB, database pgtest.Database, besides ...messaging.Policy) *Usher {
	t.Helper()
	clock := newClock()
	return begin(t, &Usher{Data: t.TempDir(), clock: clock, Node: nodetest.Start(t, nodetest.At(clock.read)), Database: &database, Besides: besides})
}

// OnEachLog runs a test for an Usher on each kind of log, and as in production.
func OnEachLog(t *testing.T, test func(t *testing.T, usher *Usher)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) { test(t, Start(t)) })
	t.Run("EventStoreDB", func(t *testing.T) { test(t, StartOnEventStoreDB(t)) })
	t.Run("EventStoreDB and PostgreSQL", func(t *testing.T) { test(t, StartAsInProduction(t)) })
}

// StartForBrowsers starts an Usher whose links lead to itself, with a gallery of pages.
func StartForBrowsers(t testing.TB) *Usher {
	t.Helper()
	return begin(t, &Usher{Data: t.TempDir(), clock: newClock(), Demo: &web.Demo{}})
}

// Beside starts another instance, which shares the log and the database of one as
// in production, and its time.
func (u *Usher) Beside(t testing.TB, besides ...messaging.Policy) *Usher {
	t.Helper()
	require.NotNil(t, u.Database, "files serve one instance")
	return begin(t, &Usher{Data: t.TempDir(), clock: u.clock, random: cryptorand.Reader, Node: u.Node, Database: u.Database, Besides: besides})
}

// Another returns an App on the same log and read models, as another instance has it.
// Change puts something before what it stands on.
func (u *Usher) Another(t testing.TB, change func(*composition.Base)) *commands.App {
	t.Helper()
	base := u.Base
	change(&base)
	app, err := u.NewApp(t.Context(), base)
	require.NoError(t, err)
	return app
}

func begin(t testing.TB, usher *Usher) *Usher {
	t.Helper()
	if usher.random == nil {
		usher.random = newRandom()
	}
	usher.start(t)
	t.Cleanup(func() { usher.Stop(t) })
	return usher
}

// Config returns what the Usher is started with.
func (u *Usher) Config() engine.Config {
	config := engine.Config{
		Data: u.Data, PublicURL: cmp.Or(u.public, PublicURL), Demo: u.Demo, OperatorToken: OperatorToken, KeepOutbox: true,
		SessionLength: 12 * time.Hour, SessionIdle: 8 * time.Hour, CatchUp: catchUp, SMSPerDay: cmp.Or(u.SMSPerDay, 50_000), Logger: cmp.Or(u.Logger, slog.New(slog.DiscardHandler)), Now: u.clock.read,
		Random: u.random, Keys: newRandom(),
		PasswordCost: passwords.Cost{Passes: 1, MemoryKiB: 64, Threads: 1, Waiting: 1000},
	}
	if len(u.Besides) > 0 {
		config.Policies, config.PolicyAttempts, config.PolicyPatience = u.Besides, 3, time.Millisecond
	}
	if u.Node != nil {
		config.EventStore = u.Node.Connection
	}
	if u.change != nil {
		u.change(&config)
	}
	if u.Database != nil {
		config.ReadModels, config.ReadModelsOwner = u.Database.App, u.Database.Owner
	}
	return config
}

func (u *Usher) start(t testing.TB) {
	t.Helper()
	u.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { u.Handler.ServeHTTP(w, r) }))
	u.URL = u.server.URL
	if u.Demo != nil {
		u.public = u.URL
	}
	opened, err := engine.Open(context.WithoutCancel(t.Context()), u.Config())
	require.NoError(t, err)
	u.Engine = opened
}

// Stop stops the Usher as SIGTERM does.
func (u *Usher) Stop(t testing.TB) {
	t.Helper()
	if u.server == nil {
		return
	}
	u.server.Close()
	u.server = nil
	require.NoError(t, u.Close())
}

// Restart stops the Usher and starts it again on the same folder.
func (u *Usher) Restart(t testing.TB) {
	t.Helper()
	u.Stop(t)
	u.start(t)
}

// StandStill stops the Usher, and starts it again after some time.
func (u *Usher) StandStill(t testing.TB, long time.Duration) {
	t.Helper()
	u.Stop(t)
	u.clock.advance(long)
	u.start(t)
}

// Now returns the time that the Usher believes it is.
func (u *Usher) Now() time.Time { return u.clock.read() }

// Pass moves the clock on, and leaves it to the Usher to notice.
func (u *Usher) Pass(by time.Duration) { u.clock.advance(by) }

// Advance moves the clock on, and does what is due then.
func (u *Usher) Advance(by time.Duration) {
	u.clock.advance(by)
	if err := u.KeepTime(context.Background()); err != nil {
		panic(err)
	}
}

// Settle waits until policies and read models have taken in everything that
// was appended, and everything that the policies appended because of it.
func (u *Usher) Settle(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	require.NoError(t, u.Settled(ctx))
}

// Do sends a request and gives back the answer's status and body.
func (u *Usher) Do(t testing.TB, method, path string, header http.Header, body string) (int, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, u.URL+path, strings.NewReader(body))
	require.NoError(t, err)
	for name, values := range header {
		request.Header[name] = values
	}
	if body != "" && request.Header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := u.server.Client().Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, answer
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)} }

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// random gives the same numbers each time; it may be read from many goroutines.
type random struct {
	mu     sync.Mutex
	source *rand.ChaCha8
}

func newRandom() *random {
	return &random{source: rand.NewChaCha8([32]byte([]byte("usher tests read the same number")))}
}

func (r *random) Read(into []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.source.Read(into)
}
