package policies_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/domaintest"
)

// TestThereIsAlwaysAnAdministrator has administrators promote, demote, dismiss and
// rehire each other in any order, one in the middle of what another does, with
// crashes between any two appends, and policies that come late. After each
// append somebody who is an administrator is counted as one.
func TestThereIsAlwaysAnAdministrator(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		w := newWorld(t, 4)
		var asked []request
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0, 1:
				w.deliver(rapid.IntRange(1, 5).Draw(t, "events"))
			case 2:
				if len(asked) > 0 { // somebody who got no answer asks again
					w.give(rapid.SampledFrom(asked).Draw(t, "again"))
				}
			case 3:
				next := w.anyRequest(t)
				asked = append(asked, next)
				w.Log.CrashAfter = rapid.IntRange(1, 2).Draw(t, "appends before the crash")
				w.give(next)
				w.Restart()
			case 4, 5:
				other := w.anyRequest(t)
				w.Log.Before = func() { w.giveTo(w.Beside(), other) } // another instance, right before the next append
				fallthrough
			default:
				next := w.anyRequest(t)
				asked = append(asked, next)
				w.give(next)
				w.Log.Before = nil
			}
		}
		w.deliver(len(w.Log.All()) * 10)
		require.Equal(t, w.administrators(), w.counted(), "in the end all who are administrators are counted")
	})
}

// TestWhatACrashLeavesIsFinished stops after each append of each command that
// touches the account's stream and the person's, and lets the policy go on, or
// the same command come again.
func TestWhatACrashLeavesIsFinished(t *testing.T) {
	const founder, ben = 0, 1
	for name, c := range map[string]struct {
		before []request // what has happened
		do     request
		want   domain.Role // of Ben; empty once dismissed
	}{
		"promoting":                 {nil, request{by: founder, to: ben, role: domain.RoleAdministrator}, domain.RoleAdministrator},
		"demoting to an employee":   {promoted(ben), request{by: founder, to: ben, role: domain.RoleEmployee}, domain.RoleEmployee},
		"demoting to an auditor":    {promoted(ben), request{by: founder, to: ben, role: domain.RoleAuditor}, domain.RoleAuditor},
		"stepping down":             {promoted(ben), request{by: ben, to: ben, role: domain.RoleEmployee}, domain.RoleEmployee},
		"dismissing administrators": {promoted(ben), request{by: founder, to: ben, dismiss: true}, ""},
		"dismissing employees":      {nil, request{by: founder, to: ben, dismiss: true}, ""},
	} {
		for crash := 1; crash <= 2; crash++ {
			for _, finish := range []string{"the policy", "the same command", "the policy and then the same command"} {
				t.Run(fmt.Sprintf("%s, given a crash after append %d, %s finishes it", name, crash, finish), func(t *testing.T) {
					w := newWorld(t, 2)
					for _, earlier := range c.before {
						require.NoError(t, w.give(earlier))
						w.deliver(100)
					}
					c.do.command = w.App.NewCommand()
					w.Log.CrashAfter = crash
					crashed := w.give(c.do)
					w.Restart()
					if finish != "the same command" {
						w.deliver(100)
					}
					if finish != "the policy" {
						err := w.give(c.do)
						require.True(t, err == nil || crashed == nil, "%v", err)
						again := w.Log.All()
						require.NoError(t, w.give(c.do))
						require.Equal(t, again, w.Log.All(), "the same command once more adds nothing")
					}
					require.Equal(t, c.want, w.State(w.people[ben]).Employment.Role)
					require.Equal(t, c.want == "", w.State(w.people[ben]).Employment.Dismissed)
					require.Equal(t, w.administrators(), w.counted())
					if c.want == "" && (crash == 2 || finish != "the policy" || c.before != nil) {
						sessions, err := w.Vault.SessionsOf(t.Context(), w.people[ben].Person, 10)
						require.NoError(t, err)
						require.Empty(t, sessions)
					}
				})
			}
		}
	}
}

func promoted(who int) []request {
	return []request{{by: 0, to: who, role: domain.RoleAdministrator}}
}

func TestWhoStepsDownIsAnsweredThoughThePolicyIsFaster(t *testing.T) {
	w := newWorld(t, 2)
	require.NoError(t, w.give(request{by: 0, to: 1, role: domain.RoleAdministrator}))
	w.Log.Before = func() { // uncounting
		w.Log.Before = func() { w.deliver(100) } // stepping down
	}
	require.NoError(t, w.give(request{by: 1, to: 1, role: domain.RoleAuditor}))
	require.Equal(t, domain.RoleAuditor, w.State(w.people[1]).Employment.Role)
}

// TestDismissingEachOther has two administrators demote or dismiss each other at
// the same moment, each on an instance of its own: one of them remains.
func TestDismissingEachOther(t *testing.T) {
	for round := range 200 {
		w := newWorld(t, 2)
		require.NoError(t, w.give(request{by: 0, to: 1, role: domain.RoleAdministrator}))
		instances := []*commands.App{w.Beside(), w.Beside()}
		results := make(chan error, 2)
		start := make(chan struct{})
		for i, app := range instances {
			does := request{by: i, to: 1 - i, dismiss: (round>>i)&1 == 1, role: domain.RoleAuditor, command: app.NewCommand()}
			caller := w.Caller(w.people[i])
			go func() {
				<-start
				results <- does.give(context.Background(), app, w, caller)
			}()
		}
		close(start)
		first, second := <-results, <-results
		require.True(t, (first == nil) != (second == nil), "one succeeds: %v and %v", first, second)
		failed := domain.CodeOf(errors.Join(first, second))
		require.Contains(t, []domain.Code{domain.LastAdministrator, domain.NotPermitted, domain.NotSignedIn}, failed)
		w.deliver(100)
		require.Len(t, w.administrators(), 1)
		require.Equal(t, w.administrators(), w.counted())
	}
}

// request is what somebody asks: to dismiss, to rehire, or to change a role.
type request struct {
	by, to  int
	role    domain.Role
	dismiss bool
	rehire  bool
	command domain.CommandID
}

func (r request) give(ctx context.Context, app *commands.App, w *world, caller commands.Caller) error {
	asking := commands.Request{Command: r.command, Caller: caller, Account: w.Acme}
	var err error
	switch {
	case r.dismiss:
		_, err = app.Dismiss(ctx, asking, w.people[r.to].Person)
	case r.rehire:
		_, err = app.Rehire(ctx, asking, w.people[r.to].Person, domain.DepartmentID{})
	default:
		_, err = app.ChangeRole(ctx, asking, w.people[r.to].Person, r.role)
	}
	return err
}

func (w *world) anyRequest(t *rapid.T) request {
	r := request{
		by: rapid.IntRange(0, len(w.people)-1).Draw(t, "by"), to: rapid.IntRange(0, len(w.people)-1).Draw(t, "to"), command: w.App.NewCommand(),
		role: rapid.SampledFrom([]domain.Role{domain.RoleAdministrator, domain.RoleAdministrator, domain.RoleAuditor, domain.RoleEmployee}).Draw(t, "role"),
	}
	switch rapid.IntRange(0, 4).Draw(t, "what") {
	case 0:
		r.dismiss = true
	case 1:
		r.rehire = true
	}
	return r
}

// give gives a request as whoever asks is known now.
func (w *world) give(r request) error { return w.giveTo(w.App, r) }

func (w *world) giveTo(app *commands.App, r request) error {
	if r.command.IsZero() {
		r.command = w.App.NewCommand()
	}
	known, ok := w.callers[r.command]
	if !ok {
		known = w.Caller(w.people[r.by])
		w.callers[r.command] = known
	}
	return r.give(context.Background(), app, w, known)
}

// deliver lets the policies follow up on the next events, as many as there are.
func (w *world) deliver(most int) { w.Deliver(most, theirs()...) }
