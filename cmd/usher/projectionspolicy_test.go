package main_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// greeter is a policy that greets accounts, and cannot greet the fifth.
type greeter struct {
	fault func() error

	mu      sync.Mutex
	greeted []string
}

func (g *greeter) handle(_ context.Context, event domain.Recorded) error {
	founded, is := event.Event.(account.Founded)
	if !is {
		return nil
	}
	if founded.Slug == "acme-5" {
		return g.fault()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.greeted = append(g.greeted, founded.Slug)
	return nil
}

func (g *greeter) all() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.greeted)
}

func TestAPolicyIsStoppedAtAnEventAndSkipsIt(t *testing.T) {
	binary := build(t)
	for name, fault := range map[string]func() error{
		"panics":         func() error { panic("no more flowers") },
		"fails for good": func() error { return errors.New("no more flowers") },
	} {
		t.Run("given that it "+name, func(t *testing.T) {
			greets := &greeter{fault: fault}
			usher := enginetest.Start(t, messaging.Policy{Name: "greet", Handle: greets.handle})
			t.Setenv("USHER_SERVER", usher.URL)
			t.Setenv("USHER_OPERATOR_TOKEN", enginetest.OperatorToken)
			var before, others []string
			for number := 1; number <= 10; number++ {
				slug := fmt.Sprint("acme-", number)
				switch {
				case number < 5:
					before = append(before, slug)
				case number > 5:
					others = append(others, slug)
				}
				_, err := usher.App.FoundAccount(t.Context(), commands.Request{Command: usher.App.NewCommand(), Caller: commands.Operator()}, commands.FoundAccount{
					Slug: slug, Name: "Acme", Email: "ann@acme.example", FirstName: "Ann", LastName: "Admin", Password: adminPassword,
				})
				require.NoError(t, err)
			}
			stopped := func() bool {
				return slices.ContainsFunc(usher.Policies.Standings(), func(one messaging.Standing) bool { return one.Stopped != nil })
			}
			require.Eventually(t, stopped, time.Minute, 10*time.Millisecond)
			require.Subset(t, greets.all(), before)
			status, answer := usher.Do(t, http.MethodGet, "/readyz", nil, "")
			require.Equal(t, http.StatusServiceUnavailable, status)
			require.Equal(t, 1, strings.Count(string(answer), `"stopped"`), "%s", answer)
			_, figures := usher.Do(t, http.MethodGet, "/metrics", nil, "")
			require.Contains(t, string(figures), `usher_policy_stopped{policy="greet"} 1`)

			all := usher.Policies.Standings()
			at := all[len(all)-1].Stopped.Position.String()
			list := mustCommand(t, binary, "projections", "list")
			require.Contains(t, list, "greet is stopped at position "+at)
			require.Equal(t, 1, strings.Count(list, "is stopped"), "the others go on")
			require.Contains(t, mustCommand(t, binary, "projections", "skip", at, "--reason", "it likes no flowers"), "greet leaves out the event at position "+at)
			require.NoError(t, usher.Settled(t.Context()))
			require.ElementsMatch(t, append(before, others...), greets.all(), "the others are greeted")
			require.NoError(t, usher.Ready(t.Context()))
		})
	}
}
