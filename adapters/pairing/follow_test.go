package pairing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/moving"
	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/domain"
)

// move is a world whose log is copied into a target.
type move struct {
	*world
	target *eventlog.Log
	beside bool
}

func newMove(t *testing.T) *move {
	t.Helper()
	m := &move{world: newWorld(t), target: newLog(t)}
	m.use()
	m.handled(m.append(5), 3)
	return m
}

func (m *move) follow() (*pairing.Follower, error) {
	return pairing.Follow(m.t.Context(), pairing.LogCopy{
		From: m.log(), To: m.target, FromName: "the old log", Vault: m.vault, File: "vault.db", Beside: m.beside,
	})
}

// copy copies the log, and says where events came to be.
func (m *move) copy(places []domain.Position) map[domain.Position]domain.Position {
	m.t.Helper()
	receipt, err := moving.Copy(m.t.Context(), m.log(), m.target, moving.Options{Places: places, Progress: func(moving.Progress) {}})
	require.NoError(m.t, err)
	return receipt.Places
}

func TestAVaultFollowsItsLog(t *testing.T) {
	t.Run("given its log copied, policies go on behind the same events", func(t *testing.T) {
		m := newMove(t)
		follower, err := m.follow()
		require.NoError(t, err)
		require.False(t, follower.Already)
		require.Equal(t, []domain.Position{at(3)}, follower.Places())
		done, err := follower.Finish(t.Context(), m.copy(follower.Places()))
		require.NoError(t, err)
		require.Equal(t, map[string]pairing.Place{"deliver": {From: at(3), To: at(3)}}, done)
	})
	t.Run("given a copy in which positions differ, the vault follows the copy from then on", func(t *testing.T) {
		m := newMove(t)
		follower, err := m.follow()
		require.NoError(t, err)
		appendTo(t, m.target, 5) // stands for a copy elsewhere
		_, err = follower.Finish(t.Context(), map[domain.Position]domain.Position{at(3): at(4)})
		require.NoError(t, err)
		there, err := m.target.Mark(t.Context())
		require.NoError(t, err)
		require.Equal(t, there, m.vaultFollows())
		checkpoints, err := m.vault.Checkpoints(t.Context())
		require.NoError(t, err)
		require.Equal(t, map[string]domain.Position{"deliver": at(4)}, checkpoints)

		again, err := m.follow()
		require.NoError(t, err)
		require.True(t, again.Already)
		done, err := again.Finish(t.Context(), nil)
		require.NoError(t, err)
		require.Empty(t, done)
	})
	t.Run("given logs that begin alike and differ then, it does not follow", func(t *testing.T) {
		m := newMove(t)
		follower, err := m.follow()
		require.NoError(t, err)
		m.copy(nil)
		_, err = follower.Finish(t.Context(), map[domain.Position]domain.Position{at(3): at(4)})
		require.ErrorContains(t, err, "both logs begin alike, but differ in position")
	})
	t.Run("given a vault of before vaults remembered, it follows the log in its folder only", func(t *testing.T) {
		m := newMove(t)
		m.handled("", 3)
		_, err := m.follow()
		require.ErrorContains(t, err, "vault.db belongs to another log than the old log")
		m.beside = true
		_, err = m.follow()
		require.NoError(t, err)
	})
	t.Run("given a vault of neither log, it is refused", func(t *testing.T) {
		m := newMove(t)
		m.handled(another, 3)
		_, err := m.follow()
		require.ErrorContains(t, err, "vault.db belongs to another log than the old log")
	})
	t.Run("given a vault that was left behind, it is refused", func(t *testing.T) {
		m := newMove(t)
		require.NoError(t, m.vault.SetMovedTo(t.Context(), "there"))
		_, err := m.follow()
		require.ErrorContains(t, err, "the vault of vault.db has moved to there")
	})
	t.Run("given a log that lacks what policies have handled, it is refused", func(t *testing.T) {
		m := newMove(t)
		m.handled(m.append(0), 9)
		_, err := m.follow()
		require.ErrorContains(t, err, "the policy deliver has handled events up to")
	})
}
