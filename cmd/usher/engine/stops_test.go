package engine_test

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// greeting is a policy that two instances have, and that cannot greet acme.
type greeting struct {
	mu      sync.Mutex
	greeted []string
	last    int // which instance tried acme last
}

func (g *greeting) at(instance int) messaging.Policy {
	return messaging.Policy{Name: "greet", Handle: func(_ context.Context, event domain.Recorded) error {
		founded, is := event.Event.(account.Founded)
		if !is {
			return nil
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		if founded.Slug == "acme" {
			g.last = instance
			panic("no more flowers")
		}
		g.greeted = append(g.greeted, founded.Slug)
		return nil
	}}
}

func (g *greeting) runner() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.last
}

func (g *greeting) all() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.greeted)
}

func TestAPolicyThatIsStoppedIsSeenAndSkippedAtEachInstance(t *testing.T) {
	greets := &greeting{}
	first := enginetest.StartAsInProduction(t, greets.at(0))
	instances := []*enginetest.Usher{first, first.Beside(t, greets.at(1))}
	signUp(t, first, "acme")
	stopped := func() bool {
		return !slices.ContainsFunc(instances, func(one *enginetest.Usher) bool { return operator{t, one}.list()["greet"].State != "stopped" })
	}
	require.Eventually(t, stopped, visibleWithin, 10*time.Millisecond, "both show it")
	want := operator{t, first}.list()["greet"].Stopped
	for _, one := range instances {
		require.Equal(t, want, operator{t, one}.list()["greet"].Stopped)
		require.Contains(t, operator{t, one}.figures(), `usher_policy_stopped{policy="greet"} 1`)
		status, answer := one.Do(t, http.MethodGet, "/readyz", nil, "")
		require.Equal(t, http.StatusServiceUnavailable, status)
		require.Contains(t, string(answer), "policy greet panicked with a string at stops_test.go:")
	}

	gone := greets.runner()
	instances[gone].Stop(t)
	require.Eventually(t, func() bool { return greets.runner() != gone }, visibleWithin, 10*time.Millisecond, "the other takes over")
	require.Equal(t, want, operator{t, instances[1-gone]}.list()["greet"].Stopped)
	instances[gone].Restart(t)
	require.Eventually(t, stopped, visibleWithin, 10*time.Millisecond, "who starts again knows it")

	operator{t, instances[1-greets.runner()]}.skip("greet", want.Position)
	for _, one := range instances {
		require.Eventually(t, func() bool { return one.Ready(t.Context()) == nil }, visibleWithin, 10*time.Millisecond, "it goes on")
	}
	signUp(t, first, "globex")
	for _, one := range instances {
		one.Settle(t)
	}
	require.Equal(t, []string{"globex"}, greets.all())
}
