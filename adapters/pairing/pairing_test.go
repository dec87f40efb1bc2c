package pairing_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

const another = "1/00000000-0000-0000-0000-000000000001"

func TestAVaultBelongsToOneLog(t *testing.T) {
	for name, c := range map[string]struct {
		events  int    // in the log
		used    bool   // the vault
		follows string // the vault; "its own" for the log's mark
		remote  bool   // the log is not in the vault's folder
		refused string
	}{
		"a new vault and a new log":                                            {},
		"a new vault and a new log in a server":                                {remote: true},
		"a used vault of which the log has no event yet":                       {used: true},
		"the vault of this log":                                                {events: 3, used: true, follows: "its own"},
		"the vault of this log in a server":                                    {events: 3, used: true, follows: "its own", remote: true},
		"a vault of before vaults remembered, and the log in its folder":       {events: 3, used: true},
		"a vault of before vaults remembered, and a log in a server":           {events: 3, used: true, remote: true, refused: "of the vault's log in this folder, in log.db"},
		"a new vault beside a log with events":                                 {events: 3, refused: "the vault is new, so that it has none of their keys"},
		"a new vault beside a log with events in a server":                     {events: 3, remote: true, refused: "the vault is new, so that it has none of their keys. Put the vault (vault.db) that belongs to this log into the data folder; or begin a log of its own at the server with another --event-store-prefix"},
		"the vault of another log":                                             {events: 3, used: true, follows: another, refused: "of the vault's log " + another + ". If the events have moved, use `usher log copy`"},
		"the vault of another log beside an empty one":                         {used: true, follows: another, refused: "the embedded event log is empty. If the events have moved"},
		"a vault that follows another log and has no installation, beside one": {events: 3, follows: another, refused: "of the vault's log " + another},
	} {
		t.Run("given "+name, func(t *testing.T) {
			w := newWorld(t)
			mark := w.append(c.events)
			if c.used {
				w.use()
			}
			follows := c.follows
			if follows == "its own" {
				follows = mark
			}
			require.NoError(t, w.vault.SetLogMark(t.Context(), follows))
			parts := w.parts()
			parts.Embedded = !c.remote

			_, err := pairing.Join(t.Context(), parts)
			if c.refused == "" {
				require.NoError(t, err)
				require.Equal(t, mark, w.vaultFollows(), "the vault remembers its log")
				require.Equal(t, mark, w.modelsFollow(), "and the read models do")
				return
			}
			require.ErrorIs(t, err, pairing.ErrAnotherLog)
			require.ErrorContains(t, err, c.refused)
			require.Equal(t, follows, w.vaultFollows(), "what is refused is left as it was")
			require.Empty(t, w.modelsFollow())
		})
	}
}

func TestALogThatLacksItsLastEvents(t *testing.T) {
	t.Run("given one that ends where policies have come, they go on", func(t *testing.T) {
		w := newWorld(t)
		w.use()
		w.handled(w.append(3), 3)
		require.NoError(t, w.join())
	})
	t.Run("given one that ends before, it is refused and nothing is changed", func(t *testing.T) {
		w := newWorld(t)
		w.use()
		w.handled(w.append(3), 5)
		err := w.join()
		require.ErrorIs(t, err, pairing.ErrLostEvents)
		require.ErrorContains(t, err, "--accept-lost-events")
		checkpoints, err := w.vault.Checkpoints(t.Context())
		require.NoError(t, err)
		require.Equal(t, map[string]domain.Position{"deliver": at(5)}, checkpoints)
	})
	t.Run("given that the loss is accepted, policies go on from its end, also the next time", func(t *testing.T) {
		w := newWorld(t)
		w.use()
		w.handled(w.append(3), 5)
		parts := w.parts()
		parts.AcceptLostEvents = true
		joined, err := pairing.Join(t.Context(), parts)
		require.NoError(t, err)
		stands, err := joined.Checkpoint(t.Context(), "deliver")
		require.NoError(t, err)
		require.Equal(t, at(3), stands)
		require.NoError(t, w.join())
	})
	t.Run("given that the loss is accepted where policies had not come so far, no answer tells of what is lost", func(t *testing.T) {
		w := newWorld(t)
		w.use()
		w.handled(w.append(3), 3)
		lost := commands.IdempotencyKey{Account: domain.AccountID{1}, Scope: "somebody", Key: "a request whose event is lost"}
		record := commands.IdempotencyRecord{Command: domain.CommandID{1}, At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
		answered := func() int {
			found, err := w.vault.BeginRequest(t.Context(), lost, record)
			require.NoError(t, err)
			return found.Status
		}
		require.Zero(t, answered())
		require.NoError(t, w.vault.FinishRequest(t.Context(), lost, 200, []byte("invited")))
		require.NoError(t, w.join())
		require.Equal(t, 200, answered(), "which is how it is where nothing is lost")
		parts := w.parts()
		parts.AcceptLostEvents = true
		_, err := pairing.Join(t.Context(), parts)
		require.NoError(t, err)
		require.Zero(t, answered())
	})
	t.Run("given that the loss is accepted of another log, the vault is refused all the same", func(t *testing.T) {
		w := newWorld(t)
		w.use()
		w.append(3)
		w.handled(another, 5)
		parts := w.parts()
		parts.AcceptLostEvents = true
		_, err := pairing.Join(t.Context(), parts)
		require.ErrorIs(t, err, pairing.ErrAnotherLog)
	})
}

func TestReadModelsOfAnotherLogAreEmptied(t *testing.T) {
	for name, c := range map[string]struct {
		follows string // "its own" for the log's mark
		at      uint64 // how far the view has come; the log has three events
		emptied bool
	}{
		"this log's":                          {follows: "its own", at: 3},
		"this log's, which are behind":        {follows: "its own", at: 1},
		"new ones":                            {},
		"another log's":                       {follows: another, at: 3, emptied: true},
		"some of an unknown log":              {at: 3, emptied: true},
		"this log's, which know more than it": {follows: "its own", at: 4, emptied: true},
	} {
		t.Run("given "+name, func(t *testing.T) {
			w := newWorld(t)
			w.use()
			mark := w.append(3)
			w.handled(mark, 3)
			if c.follows == "its own" {
				c.follows = mark
			}
			if c.at > 0 {
				w.fill(c.follows, c.at)
			}
			require.NoError(t, w.join())
			require.Equal(t, c.at > 0 && !c.emptied, w.filled())
			require.Equal(t, c.emptied, w.warned.count > 0, "operators are told of what is built anew, and of nothing else")
			require.Equal(t, mark, w.modelsFollow())
		})
	}
}

// behind is a log in a server that answers from a copy, which is behind at first.
type behind struct {
	journal.Log
	heads atomic.Int64 // how often it was asked where it ends
	until int64        // how often it answers from the copy
}

func (b *behind) Head(ctx context.Context) (domain.Position, error) {
	if b.heads.Add(1) <= b.until {
		return domain.Position{}, nil
	}
	return b.Log.Head(ctx)
}

func TestALogInAServerMayBeALittleBehind(t *testing.T) {
	for name, c := range map[string]struct {
		until   int64
		refused error
	}{
		"a copy that catches up":     {until: 3},
		"a copy that does not catch": {until: 1 << 30, refused: pairing.ErrLostEvents},
	} {
		t.Run("given "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.use()
				w.handled(w.append(3), 3)
				parts := w.parts()
				parts.Log, parts.Embedded = &behind{Log: w.log(), until: c.until}, false
				began := time.Now()
				_, err := pairing.Join(t.Context(), parts)
				require.ErrorIs(t, err, c.refused)
				require.Less(t, time.Since(began), 6*time.Second)
			})
		})
	}
}

func TestCheckpointsKnowTheirLog(t *testing.T) {
	t.Run("given a log that was empty, the first checkpoint comes with its mark", func(t *testing.T) {
		w := newWorld(t)
		joined, err := pairing.Join(t.Context(), w.parts())
		require.NoError(t, err)
		mark := w.append(2)
		require.NoError(t, joined.SaveCheckpoint(t.Context(), "deliver", domain.Position{}, at(2)))
		require.Equal(t, mark, w.vaultFollows())
		require.Equal(t, mark, w.modelsFollow())
		stands, err := joined.Checkpoint(t.Context(), "deliver")
		require.NoError(t, err)
		require.Equal(t, at(2), stands)
	})
	t.Run("given a log that shows no event, no position in it is kept", func(t *testing.T) {
		w := newWorld(t)
		joined, err := pairing.Join(t.Context(), w.parts())
		require.NoError(t, err)
		require.ErrorContains(t, joined.SaveCheckpoint(t.Context(), "deliver", domain.Position{}, at(2)), "no event yet")
		checkpoints, err := w.vault.Checkpoints(t.Context())
		require.NoError(t, err)
		require.Empty(t, checkpoints)
	})
}
