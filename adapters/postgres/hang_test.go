package postgres_test

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

func TestAProjectorThatHangsBeforeItsCommit(t *testing.T) {
	aProjectorHangsBeforeItsCommit(t, func(database pgtest.Database) pgtest.Database { return database })
}

// TestAProjectorThatHangsBehindAPooler is ended as well: what limits a transaction is
// of the transaction there.
func TestAProjectorThatHangsBehindAPooler(t *testing.T) {
	pooler := pgtest.StartPooler(t, os.Getenv(pgtest.Variable), "pool_mode = transaction")
	aProjectorHangsBeforeItsCommit(t, pooler.Before)
}

func aProjectorHangsBeforeItsCommit(t *testing.T, before func(pgtest.Database) pgtest.Database) {
	t.Helper()
	t.Run("given it comes back in time, the one that took over sees that the view has moved", func(t *testing.T) {
		race := newRace(t, before(pgtest.New(t)))
		race.between.thaw()
		require.NoError(t, <-race.hanging)
		require.ErrorIs(t, <-race.other, projections.ErrMoved)
		race.requireRow(t, "of the hanging one")
	})
	t.Run("given it does not come back, the one that took over goes on within seconds", func(t *testing.T) {
		race := newRace(t, before(pgtest.New(t)))
		select {
		case err := <-race.other:
			require.NoError(t, err)
		case <-time.After(5 * time.Second):
			require.Fail(t, "it waits for who hangs")
		}
		race.between.thaw()
		require.Error(t, <-race.hanging)
		race.requireRow(t, "of the other one")
	})
}

// race is two projectors that both take a view from 1 to 2. One hangs before its
// commit; the other has begun after that.
type race struct {
	store          *postgres.ReadModels
	between        *frozen
	hanging, other chan error
}

func newRace(t *testing.T, database pgtest.Database) *race {
	t.Helper()
	race := &race{store: open(t, database).ReadModels(), between: newFrozen(t, database.App), hanging: make(chan error, 1), other: make(chan error, 1)}
	require.NoError(t, race.store.Apply(t.Context(), cards(), card(0, 1, "at first")))
	database.App = race.between.url
	slow := open(t, database).ReadModels()
	_, err := slow.Position(t.Context(), cards())
	require.NoError(t, err)

	race.between.freezeAt("commit\x00")
	go func() { race.hanging <- slow.Apply(t.Context(), cards(), card(1, 2, "of the hanging one")) }()
	select {
	case <-race.between.froze:
	case <-time.After(time.Minute):
		require.Fail(t, "it has nothing to commit")
	}
	go func() { race.other <- race.store.Apply(t.Context(), cards(), card(1, 2, "of the other one")) }()
	return race
}

func (r *race) requireRow(t *testing.T, doc string) {
	t.Helper()
	rows, position, err := r.store.Find(t.Context(), cards(), projections.Query{Account: holder(), Limit: 10})
	require.NoError(t, err)
	require.Equal(t, domain.Position{Commit: 2}, position)
	require.Len(t, rows, 1)
	require.JSONEq(t, `"`+doc+`"`, string(rows[0].Doc))
}

// cards is a view whose rows tests write themselves.
func cards() projections.View {
	return projections.Definition[string]{
		ViewName: "cards", ViewVersion: 1,
		Keys:  func(domain.Recorded) []projections.Key { return nil },
		Row:   func(projections.Key, *string, domain.Recorded) *string { return nil },
		Index: func(key projections.Key, _ *string) projections.Index { return projections.Index{Sort: key.ID} },
	}.View()
}

func holder() domain.AccountID { return domain.AccountIDFor(uuid.NameSpaceOID, "cards") }

// card is a change of the one row.
func card(from, to uint64, doc string) projections.Change {
	return projections.Change{
		From: domain.Position{Commit: from}, To: domain.Position{Commit: to},
		Saved: []projections.Row{{Key: projections.Key{Account: holder(), ID: "one"}, Sort: "one", Doc: []byte(`"` + doc + `"`)}},
	}
}

// frozen is a line to a server that can stop to carry what a client says.
type frozen struct {
	url    string
	server string
	word   atomic.Pointer[[]byte] // at which it freezes
	froze  chan struct{}
	thawed chan struct{}
	once   sync.Once
}

func newFrozen(t *testing.T, address string) *frozen {
	t.Helper()
	to, err := url.Parse(address)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	f := &frozen{server: to.Host, froze: make(chan struct{}), thawed: make(chan struct{})}
	to.Host = listener.Addr().String()
	f.url = to.String()
	var group sync.WaitGroup
	group.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() { f.carry(client) })
		}
	})
	t.Cleanup(func() { require.NoError(t, listener.Close()); f.thaw(); group.Wait() })
	return f
}

func (f *frozen) freezeAt(word string) { b := []byte(word); f.word.Store(&b) }

func (f *frozen) thaw() { f.once.Do(func() { close(f.thawed) }) }

// carry carries both ways until either end hangs up.
func (f *frozen) carry(client net.Conn) {
	server, err := net.Dial("tcp", f.server)
	if err != nil {
		client.Close()
		return
	}
	var group sync.WaitGroup
	group.Go(func() { _, _ = io.Copy(client, server); client.Close() })
	group.Go(func() { f.say(server, client); server.Close() })
	group.Wait()
}

func (f *frozen) say(server io.Writer, client io.Reader) {
	said := make([]byte, 64<<10)
	for {
		n, err := client.Read(said)
		if word := f.word.Load(); word != nil && bytes.Contains(said[:n], *word) && f.word.CompareAndSwap(word, nil) {
			close(f.froze)
			<-f.thawed
		}
		if _, failed := server.Write(said[:n]); failed != nil || err != nil {
			return
		}
	}
}
