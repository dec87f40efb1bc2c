package execution_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
)

func TestPermission(t *testing.T) {
	refused := domain.Refuse(domain.NotPermitted, "not you")
	judging := func(f *fixture, times *int, until int) access.Authorise {
		return func(context.Context) (access.Judgement, error) {
			if *times++; *times > until {
				return access.Judgement{}, refused
			}
			return access.Judgement{Judged: domain.Judged{Actor: uint64(*times)}, At: f.now}, nil
		}
	}
	t.Run("is judged before anything is decided", func(t *testing.T) {
		f, times := newFixture(), 0
		c := adding(domain.CommandID{1}, 9)
		c.Authorise = judging(f, &times, 0)
		_, err := f.Execute(t.Context(), c)
		require.ErrorIs(t, err, refused)
	})
	t.Run("is put on record as it was judged", func(t *testing.T) {
		f, times := newFixture(), 0
		c := adding(domain.CommandID{1}, 1)
		c.Authorise = judging(f, &times, 9)
		_, err := f.Execute(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, domain.Judged{Actor: 1}, f.log.Of(stream)[0].Metadata.Judged)
	})
	t.Run("is judged anew after five seconds, and refused then", func(t *testing.T) {
		for passes, want := range map[time.Duration]int{5 * time.Second: 1, 5*time.Second + 1: 2} {
			f, times := newFixture(), 0
			c := adding(domain.CommandID{1}, 1)
			c.Authorise = judging(f, &times, 1)
			c.Build = func(context.Context, execution.Loaded[sum]) (add, error) {
				f.now = f.now.Add(passes)
				return add{1}, nil
			}
			_, err := f.Execute(t.Context(), c)
			require.Equal(t, want, times)
			require.Equal(t, want == 1, err == nil)
			require.Len(t, f.log.All(), 2-want)
			require.Equal(t, want-1, f.meter.back)
		}
	})
	t.Run("is not asked for what was done before", func(t *testing.T) {
		f, times := newFixture(), 0
		_, err := f.Execute(t.Context(), adding(domain.CommandID{1}, 1))
		require.NoError(t, err)
		c := adding(domain.CommandID{1}, 1)
		c.Authorise = judging(f, &times, 0)
		_, err = f.Execute(t.Context(), c)
		require.NoError(t, err)
	})
}

func TestACommandIsObserved(t *testing.T) {
	f := newFixture()
	c := adding(domain.CommandID{1}, 1)
	c.Build = func(ctx context.Context, _ execution.Loaded[sum]) (add, error) {
		require.Equal(t, "within", ctx.Value(f))
		f.now = f.now.Add(time.Second)
		return add{1}, nil
	}
	_, err := f.Execute(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, []commandstest.Seen{{
		Began: execution.Began{
			Name: "sum.add", Command: domain.CommandID{1}, Correlation: uuid.UUID{1}, Account: domain.AccountID{3}, Stream: stream, By: domain.ActorPolicy,
		},
		Ended: execution.Ended{Code: execution.OK, Attempts: 1, Duration: time.Second},
	}}, f.seen)
}

func TestWhoWaitsForAnothersMessageIsToldOfIt(t *testing.T) {
	f := newFixture()
	inside, leave := make(chan struct{}), make(chan struct{})
	first := adding(domain.CommandID{1}, 1)
	first.Sends = true
	first.Build = func(context.Context, execution.Loaded[sum]) (add, error) {
		close(inside)
		<-leave
		return add{1}, nil
	}
	done := make(chan error)
	go func() {
		_, err := f.Execute(context.WithoutCancel(t.Context()), first)
		done <- err
	}()
	<-inside
	second := adding(domain.CommandID{2}, 1)
	second.Sends = true
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.Execute(gone, second)
	require.ErrorIs(t, err, context.Canceled, "its turn has not come")
	close(leave)
	require.NoError(t, <-done)
	_, err = f.Execute(t.Context(), second)
	require.NoError(t, err)
}

func TestTheNameOfACommandIsThatOfItsType(t *testing.T) {
	require.Equal(t, "execution_test.add", execution.NameOf(add{}))
}
