package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// TestAServerThatHangs suspends PostgreSQL: who asks is refused in time, though
// it has no limit of its own, and afterwards all goes on.
func TestAServerThatHangs(t *testing.T) {
	t.Parallel()
	cluster, err := pgtest.StartCluster(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cluster.Remove()) })
	database := pgtest.NewOn(t, cluster.URL())
	db := open(t, database)
	vault, models := db.Vault(), db.ReadModels()
	installation, err := vault.Installation(t.Context())
	require.NoError(t, err)
	require.NoError(t, models.Apply(t.Context(), cards(), card(0, 1, "before")))

	require.NoError(t, cluster.Hang(t.Context()))
	resumed := false
	resume := func() {
		if !resumed {
			require.NoError(t, cluster.Resume(context.WithoutCancel(t.Context())))
			resumed = true
		}
	}
	t.Cleanup(resume)
	person := domain.PersonID(uuid.New())
	asked := map[string]func() error{
		"a read":        func() error { _, _, err := vault.FindSession(t.Context(), [32]byte{1}); return err },
		"a write":       func() error { return vault.EnsureDataKeys(t.Context(), []domain.PersonID{person}) },
		"another write": func() error { return vault.KeepMessage(t.Context(), commands.Message{ID: uuid.New()}) },
		"a list": func() error {
			_, _, err := models.Find(t.Context(), cards(), projections.Query{Account: holder(), Limit: 1})
			return err
		},
		"the leases":      func() error { _, err := db.Leases().Instances(t.Context(), time.Second); return err },
		"the editions":    func() error { _, err := models.Editions(t.Context()); return err },
		"more than there": func() error { _, err := models.LogMark(t.Context()); return err }, // are connections
	}
	refused := make(chan string, len(asked))
	for name, ask := range asked {
		go func() {
			assert.ErrorIs(t, ask(), context.DeadlineExceeded, name)
			refused <- name
		}()
	}
	limit := time.After(time.Minute)
	for range asked {
		select {
		case <-refused:
		case <-limit:
			resume()
			require.Fail(t, "somebody waits without end")
		}
	}
	resume()

	require.EventuallyWithT(t, func(t *assert.CollectT) {
		assert.NoError(t, vault.EnsureDataKeys(context.Background(), []domain.PersonID{person}))
	}, time.Minute, 10*time.Millisecond)
	require.NoError(t, models.Apply(t.Context(), cards(), card(1, 2, "after")))
	again, err := open(t, database).Vault().Installation(t.Context())
	require.NoError(t, err)
	require.Equal(t, installation, again)
}
