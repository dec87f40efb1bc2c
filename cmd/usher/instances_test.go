package main_test

import (
	"cmp"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/adapters/postgres/pgtest"
)

// takeoverWithin is when a view that no instance keeps has been given up. How
// long it really takes, a few seconds, is logged.
const takeoverWithin = time.Minute

// TestInstancesKilledUnderLoad kills one of three instances every second, which
// comes back, and every ten seconds PostgreSQL. Every command that was answered
// is there afterwards, none is there twice, whichever instance got its repetition.
func TestInstancesKilledUnderLoad(t *testing.T) {
	t.Parallel()
	team := newTeam(t, 3)
	ledger := &ledger{answered: map[string]string{}}
	team.underLoad(ledger, func() {
		every := time.NewTicker(time.Second)
		defer every.Stop()
		for round := range kills() * 6 / 10 {
			<-every.C
			if round%10 == 3 {
				require.NoError(t, team.cluster.Restart(t.Context()))
			}
			one := team.instances[rand.IntN(len(team.instances))]
			team.withoutHolder(one, one.kill)
			team.start(one)
		}
	})
	team.requireNothingLost(ledger)
}

// TestAnInstanceHangsAndComesBack stops an instance in the middle of its work
// without ending it, as a machine that swaps does, and lets it go on.
func TestAnInstanceHangsAndComesBack(t *testing.T) {
	t.Parallel()
	team := newTeam(t, 3)
	ledger := &ledger{answered: map[string]string{}}
	team.underLoad(ledger, func() {
		for _, one := range team.instances {
			team.withoutHolder(one, func() { one.signal(syscall.SIGSTOP) })
			team.takeovers.Wait() // it comes back to work that others do
			one.signal(syscall.SIGCONT)
			aMoment(t)
		}
	})
	team.requireNothingLost(ledger)
}

// team is instances of Usher that share a log and a PostgreSQL.
type team struct {
	t         *testing.T
	cluster   *pgtest.Cluster
	database  pgtest.Database
	node      *nodeProcess
	leases    *pgxpool.Pool
	instances []*instance
	token     string

	takeovers sync.WaitGroup
	mu        sync.Mutex
	took      []time.Duration
}

// instance is one of a team.
type instance struct {
	*process
	holder uuid.UUID // of its leases
	listen string    // any port, where empty

	mu   sync.Mutex
	base string // as others may read it
}

func newTeam(t *testing.T, size int, flags ...string) *team {
	t.Helper()
	cluster, err := pgtest.StartCluster(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cluster.Remove()) })
	binary := build(t)
	team := &team{t: t, cluster: cluster, database: pgtest.NewOn(t, cluster.URL())}
	team.node = &nodeProcess{t: t, binary: binary, data: t.TempDir(), listen: "127.0.0.1:0"}
	team.node.start()
	t.Cleanup(team.node.stop)
	team.leases, err = pgxpool.New(t.Context(), team.database.Super)
	require.NoError(t, err)
	t.Cleanup(team.leases.Close)
	for i := range size {
		one := &instance{process: &process{t: t, binary: binary, data: t.TempDir(), eventStore: team.node.connection, flags: flags}}
		team.start(one)
		if i == 0 {
			one.found()
			team.token = one.token
		}
		one.token = team.token
		team.instances = append(team.instances, one)
	}
	return team
}

// start starts an instance and learns under which name it holds leases.
func (team *team) start(one *instance) {
	team.t.Helper()
	before := team.held()
	one.command = exec.Command(one.binary, append([]string{
		"serve", "--data", one.data, "--listen", cmp.Or(one.listen, "127.0.0.1:0"),
		"--public-url", "http://usher.example", "--log-level", "ERROR", "--drain", "0s",
	}, one.flags...)...)
	one.command.Env = append(os.Environ(), "USHER_OPERATOR_TOKEN="+operatorToken, "USHER_EVENT_STORE="+one.eventStore,
		"USHER_READ_MODELS="+team.database.App, "USHER_READ_MODELS_OWNER="+team.database.Owner)
	base := startAndFind(team.t, one.command, address)
	one.mu.Lock()
	one.process.base, one.base = base, base
	one.mu.Unlock()
	require.Eventually(team.t, func() bool {
		for work, holder := range team.held() {
			if _, known := before[work]; !known && strings.HasPrefix(work, "instance/") {
				one.holder = holder
				return true
			}
		}
		return false
	}, time.Minute, 10*time.Millisecond, "an instance takes part in the work")
}

// held is who holds which work; nil where nobody can tell.
func (team *team) held() map[string]uuid.UUID {
	rows, err := team.leases.Query(team.t.Context(), "SELECT work, holder FROM readmodels.leases")
	if err != nil {
		return nil
	}
	defer rows.Close()
	held := map[string]uuid.UUID{}
	for rows.Next() {
		var work string
		var holder []byte
		if rows.Scan(&work, &holder) != nil {
			return nil
		}
		held[work] = uuid.UUID(holder)
	}
	if rows.Err() != nil {
		return nil
	}
	return held
}

// withoutHolder takes an instance from its work, and has it seen how long each
// piece of that waits for another one.
func (team *team) withoutHolder(one *instance, end func()) {
	team.t.Helper()
	var abandoned []string
	require.Eventually(team.t, func() bool {
		held := team.held()
		for work, holder := range held {
			if holder == one.holder && !strings.HasPrefix(work, "instance/") {
				abandoned = append(abandoned, work)
			}
		}
		return held != nil
	}, time.Minute, 10*time.Millisecond)
	end()
	gone, began := one.holder, time.Now()
	team.takeovers.Go(func() {
		taken := func() bool {
			held := team.held()
			return held != nil && !slices.ContainsFunc(abandoned, func(work string) bool { return held[work] == gone })
		}
		if len(abandoned) > 0 && assert.Eventually(team.t, taken, takeoverWithin, 20*time.Millisecond, "others take over %v", abandoned) {
			team.mu.Lock()
			team.took = append(team.took, time.Since(began))
			team.mu.Unlock()
		}
	})
}

// underLoad does something while clients invite at whichever instance.
func (team *team) underLoad(ledger *ledger, do func()) {
	team.t.Helper()
	load, stop := context.WithCancel(team.t.Context())
	var group sync.WaitGroup
	for range clients {
		group.Go(func() { team.invite(load, ledger) })
	}
	do()
	team.takeovers.Wait()
	stop()
	group.Wait()
	slices.Sort(team.took)
	if len(team.took) > 0 {
		team.t.Logf("%d times others took over, after %s at the median and %s at most", len(team.took), team.took[len(team.took)/2], team.took[len(team.took)-1])
	}
}

// invite invites one new number after the other, so that all clients together
// give some fifty commands a second. What gets no answer is sent to
// another instance, perhaps while the first one still works at it.
func (team *team) invite(load context.Context, ledger *ledger) {
	for load.Err() == nil {
		phone, person := ledger.phone(), ""
		for try := 0; try < 3 && person == ""; try++ {
			ctx, cancel := context.WithTimeout(team.t.Context(), 2*time.Second)
			person = team.any().inviteOne(ctx, phone)
			cancel()
			aMoment(team.t)
		}
		ledger.note(phone, person)
	}
}

// any is how to ask some instance.
func (team *team) any() *process {
	one := team.instances[rand.IntN(len(team.instances))]
	one.mu.Lock()
	defer one.mu.Unlock()
	return &process{t: team.t, base: one.base, token: team.token}
}

// requireNothingLost stops the instances in the end.
func (team *team) requireNothingLost(ledger *ledger) {
	t, one := team.t, team.instances[0]
	t.Helper()
	one.repeatUnanswered(ledger)
	require.NotEmpty(t, ledger.answered)
	invited := one.invitedByHistory()
	for phone, person := range ledger.answered {
		require.Equal(t, []string{person}, invited[phone], "%s was answered as invited", phone)
	}
	for phone, people := range invited {
		require.Len(t, people, 1, "%s is invited once", phone)
	}
	t.Logf("%d commands answered, %d in the log, %d first without an answer", len(ledger.answered), len(invited), len(ledger.unanswered))

	position := one.position()
	before := one.answers(position)
	for _, each := range team.instances[1:] {
		require.Equal(t, before, each.answers(position), "all instances say the same")
	}
	for _, each := range team.instances {
		each.stop()
	}
	team.clear()
	team.start(one)
	require.Equal(t, before, one.answers(position), "the read models equal a rebuild from event zero")
	one.stop()
}

// clear empties the read models.
func (team *team) clear() {
	team.t.Helper()
	db, err := postgres.Open(team.t.Context(), postgres.Options{URL: team.database.App, OwnerURL: team.database.Owner})
	require.NoError(team.t, err)
	defer db.Close()
	require.NoError(team.t, db.ReadModels().Clear(team.t.Context()))
}

func (one *instance) signal(signal syscall.Signal) {
	one.t.Helper()
	require.NoError(one.t, one.command.Process.Signal(signal))
}
