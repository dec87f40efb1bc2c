package passwords_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/passwords"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// crowd is people who wait while one desk is taken.
type crowd struct {
	turns passwords.Turns
	leave func()

	mu      sync.Mutex
	called  []string
	refused []string
}

func newCrowd(t *testing.T, waiting int) *crowd {
	t.Helper()
	c := &crowd{turns: passwords.NewTurns(1, waiting)}
	leave, err := c.turns.Enter(t.Context(), at(255, "holder"))
	require.NoError(t, err)
	c.leave = leave
	return c
}

// comes lets somebody wait behind those who wait already.
func (c *crowd) comes(ctx context.Context, name string, who commands.HashFor) {
	go func() {
		leave, err := c.turns.Enter(ctx, who)
		c.note(name, err)
		if err == nil {
			leave()
		}
	}()
	synctest.Wait()
}

func (c *crowd) note(name string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.refused = append(c.refused, name)
	} else {
		c.called = append(c.called, name)
	}
}

// call lets everybody have their turn.
func (c *crowd) call() []string {
	c.leave()
	synctest.Wait()
	return c.called
}

func at(company byte, network string) commands.HashFor {
	return commands.HashFor{Account: domain.AccountID{company}, Network: network}
}

func known(who commands.HashFor) commands.HashFor {
	who.Known = true
	return who
}

// among runs a story of people who wait, some of whom come from others' places.
func among(t *testing.T, name string, waiting int, story func(*testing.T, *crowd)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { story(t, newCrowd(t, waiting)) })
	})
}

func TestWhoIsNext(t *testing.T) {
	among(t, "given nobody who asks for more than others, who came first is first", 10, func(t *testing.T, c *crowd) {
		for n := range 5 {
			c.comes(t.Context(), fmt.Sprint(n), at(byte(n), fmt.Sprint(n)))
		}
		require.Equal(t, []string{"0", "1", "2", "3", "4"}, c.call())
	})
	for given, genuine := range map[string]commands.HashFor{
		"another company and network":         at(2, "home"),
		"another network of the same company": at(1, "home"),
		"another company on the same network": at(2, "guesser"),
	} {
		among(t, "given one who guesses without end, who comes from "+given+" is next but one", 64, func(t *testing.T, c *crowd) {
			for n := range 50 {
				c.comes(t.Context(), fmt.Sprintf("guess %d", n), at(1, "guesser"))
			}
			c.comes(t.Context(), "genuine", genuine)
			require.Contains(t, c.call()[:2], "genuine")
		})
	}
	among(t, "given guesses from everywhere at one company, who signs in at another is next but one", 64, func(t *testing.T, c *crowd) {
		for n := range 50 {
			c.comes(t.Context(), fmt.Sprintf("guess %d", n), at(1, fmt.Sprint(n)))
		}
		c.comes(t.Context(), "genuine", at(2, "home"))
		require.Contains(t, c.call()[:2], "genuine")
	})
	among(t, "given guesses from everywhere at every company, who is known is next", 64, func(t *testing.T, c *crowd) {
		for n := range 50 {
			c.comes(t.Context(), fmt.Sprintf("guess %d", n), at(byte(n), fmt.Sprint(n)))
		}
		c.comes(t.Context(), "genuine", known(at(1, "home")))
		require.Equal(t, "genuine", c.call()[0])
	})
	among(t, "given many who are known, the others are every fourth", 64, func(t *testing.T, c *crowd) {
		for n := range 8 {
			c.comes(t.Context(), "other", at(1, "elsewhere"))
			c.comes(t.Context(), "known", known(at(1, fmt.Sprint(n))))
		}
		require.Equal(t, []string{"known", "known", "known", "other", "known", "known", "known", "other", "known", "known"}, c.call()[:10])
	})
	among(t, "given two who ask for as much, they take turns", 64, func(t *testing.T, c *crowd) {
		for range 3 {
			c.comes(t.Context(), "a", at(1, "a"))
		}
		for range 3 {
			c.comes(t.Context(), "b", at(2, "b"))
		}
		require.Equal(t, []string{"a", "b", "a", "b", "a", "b"}, c.call())
	})
	among(t, "given one who was called often long ago, that counts for less and less", 64, func(t *testing.T, c *crowd) {
		for range 60 {
			c.comes(t.Context(), "guess", at(1, "guesser"))
		}
		require.Len(t, c.call(), 60)
		leave, err := c.turns.Enter(t.Context(), at(9, "again"))
		require.NoError(t, err)
		c.leave, c.called = leave, nil
		c.comes(t.Context(), "guess", at(1, "guesser"))
		for n := range 5 {
			c.comes(t.Context(), "new", at(2, fmt.Sprint(n)))
		}
		require.Equal(t, "guess", c.call()[0], "where nobody was left waiting, all begin anew")
	})
}

func TestWhoIsSentAway(t *testing.T) {
	among(t, "given no place left, of those who wait for the most it is who came last", 8, func(t *testing.T, c *crowd) {
		for n := range 8 {
			c.comes(t.Context(), fmt.Sprintf("guess %d", n), at(1, "guesser"))
		}
		c.comes(t.Context(), "genuine", at(2, "home"))
		c.comes(t.Context(), "another guess", at(1, "guesser"))
		require.Equal(t, []string{"guess 7", "another guess"}, c.refused)
		require.Contains(t, c.call()[:2], "genuine")
		require.Len(t, c.called, 8)
	})
	among(t, "given no place left, who is known has one", 8, func(t *testing.T, c *crowd) {
		for n := range 8 {
			c.comes(t.Context(), fmt.Sprintf("guess %d", n), at(byte(n), fmt.Sprint(n)))
		}
		c.comes(t.Context(), "genuine", known(at(1, "home")))
		require.Equal(t, []string{"guess 7"}, c.refused)
		require.Equal(t, "genuine", c.call()[0])
	})
	among(t, "given places full of those who are known, a quarter is for the others", 8, func(t *testing.T, c *crowd) {
		for n := range 8 {
			c.comes(t.Context(), fmt.Sprintf("known %d", n), known(at(1, fmt.Sprint(n))))
		}
		for n := range 3 {
			c.comes(t.Context(), fmt.Sprintf("other %d", n), at(2, fmt.Sprint(n)))
		}
		require.Equal(t, []string{"known 7", "known 6", "other 2"}, c.refused)
	})
	among(t, "given somebody who has waited for long, they are told so, and their place is free", 1, func(t *testing.T, c *crowd) {
		c.comes(t.Context(), "early", at(1, "home"))
		time.Sleep(30 * time.Second) // of the bubble's clock
		synctest.Wait()
		require.Equal(t, []string{"early"}, c.refused)
		c.comes(t.Context(), "late", at(1, "home"))
		require.Equal(t, []string{"late"}, c.call())
	})
	among(t, "given somebody who stops waiting, their place is free", 1, func(t *testing.T, c *crowd) {
		ctx, stop := context.WithCancel(t.Context())
		c.comes(ctx, "impatient", at(1, "home"))
		stop()
		synctest.Wait()
		c.comes(t.Context(), "patient", at(1, "home"))
		require.Equal(t, []string{"impatient"}, c.refused)
		require.Equal(t, []string{"patient"}, c.call())
	})
}
