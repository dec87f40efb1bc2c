package commands_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func approvingAll(decisions []commands.Decision, into *commands.Decided) asking {
	return func(app *commands.App, r commands.Request) (err error) {
		*into, err = app.ApproveAll(context.Background(), r, decisions)
		return err
	}
}

func rejectingAll(decisions []commands.Decision, reason string, into *commands.Decided) asking {
	return func(app *commands.App, r commands.Request) (err error) {
		*into, err = app.RejectAll(context.Background(), r, decisions, reason)
		return err
	}
}

// each names the first registration of some people.
func each(people ...commandstest.Someone) []commands.Decision {
	decisions := make([]commands.Decision, len(people))
	for i, one := range people {
		decisions[i] = commands.Decision{Person: one.Person, Registration: 1}
	}
	return decisions
}

func codesOfRows(rows []error) []domain.Code {
	codes := make([]domain.Code, len(rows))
	for i, refused := range rows {
		codes[i] = domain.CodeOf(refused)
	}
	return codes
}

func TestApproveAll(t *testing.T) {
	t.Run("lets each in, and says the newest position", func(t *testing.T) {
		w := commandstest.New(t)
		people := w.Waiting("nora@mill.example", "nico@mill.example")
		var first, again commands.Decided
		o := w.When(approvingAll(each(people...), &first))
		o.Then(approved(w, people[0]), approved(w, people[1]))
		require.Equal(t, []domain.Code{"", ""}, codesOfRows(first.Rows))
		all := w.Log.All()
		require.Equal(t, all[len(all)-1].Position, first.Position)
		w.Again(o.Request).When(approvingAll(each(people...), &again)).ThenNothing()
		require.Equal(t, first, again)
	})
	t.Run("refuses row by row", func(t *testing.T) {
		w := commandstest.New(t)
		nora, nico, eve := w.Waiting("nora@mill.example")[0], w.Waiting("nico@mill.example")[0], w.Employee("eve@acme.example")
		decisions := each(nora, eve, nora, commandstest.Someone{Person: domain.PersonID{9}}, nico)
		decisions[4].Registration = 2
		var result commands.Decided
		w.When(approvingAll(decisions, &result)).Then(approved(w, nora))
		require.Equal(t, []domain.Code{"", domain.RegistrationChanged, domain.DuplicateInBatch, domain.NotFound, domain.RegistrationChanged}, codesOfRows(result.Rows))
	})
	t.Run("takes up where it stands after a crash", func(t *testing.T) {
		w := commandstest.New(t)
		people := w.Waiting("nora@mill.example", "nico@mill.example", "nina@mill.example")
		var result commands.Decided
		w.Log.CrashAfter = 2
		crashed := w.When(approvingAll(each(people...), &result))
		require.ErrorIs(t, crashed.Err, commandstest.ErrCrash)
		require.Len(t, crashed.Appended, 2)
		w.Restart()
		finished := w.Again(crashed.Request).When(approvingAll(each(people...), &result))
		require.NoError(t, finished.Err)
		require.Len(t, finished.Appended, 1)
		for _, one := range people {
			require.True(t, w.State(one).Employment.Active)
		}
		require.Equal(t, []domain.Code{"", "", ""}, codesOfRows(result.Rows))
		w.Again(crashed.Request).When(approvingAll(each(people...), &result)).ThenNothing()
	})
}

func TestRejectAll(t *testing.T) {
	w := commandstest.New(t)
	people := w.Waiting("nora@mill.example", "nico@mill.example")
	var first, again commands.Decided
	o := w.When(rejectingAll(each(people...), "We are full.", &first))
	o.Then(rejected(w, people[0], "We are full."), rejected(w, people[1], "We are full."))
	w.Again(o.Request).When(rejectingAll(each(people...), "We are full.", &again)).ThenNothing()
	require.Equal(t, first, again)
	require.Equal(t, "reason", w.When(rejectingAll(each(people...), strings.Repeat("x", 1001), &again)).ThenRefused(domain.InvalidReason).Field)
}

func TestManyDecisionsAreRefusedWhole(t *testing.T) {
	for name, ask := range map[string]func([]commands.Decision) asking{
		"approvals":  func(d []commands.Decision) asking { return approvingAll(d, &commands.Decided{}) },
		"rejections": func(d []commands.Decision) asking { return rejectingAll(d, "", &commands.Decided{}) },
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			refusedToOthers(t, w, ask(each(w.Waiting("nora@mill.example")...)))
			require.Equal(t, "items", w.When(ask(nil)).ThenRefused(domain.InvalidRequest).Field)
			require.Equal(t, "items", w.When(ask(make([]commands.Decision, commands.MaxDecisions+1))).ThenRefused(domain.InvalidRequest).Field)
		})
	}
}

func TestAnAdministratorWhoLosesTheRoleMeanwhileDecidesNoMore(t *testing.T) {
	w := commandstest.New(t)
	bob, people := w.Administrator("bob@acme.example"), w.Waiting(many(150)...)
	request := w.Request(bob)
	w.Log.Before = func() {
		_, err := w.Beside().ChangeRole(context.Background(), w.Request(w.Founder), bob.Person, domain.RoleEmployee)
		require.NoError(t, err)
	}
	decisions := each(people...)
	decisions[120] = decisions[0]
	var result commands.Decided
	require.NoError(t, w.Again(request).When(approvingAll(decisions, &result)).Err)
	for i, code := range codesOfRows(result.Rows) {
		want := domain.Code("")
		if i >= 100 {
			want = domain.NoLongerPermitted
		}
		if i == 120 {
			want = domain.DuplicateInBatch
		}
		require.Equal(t, want, code, "row %d", i)
	}
}

// TestAnInternalErrorIsNoAnswerToADecision has the log fail when the permission for
// the second hundred rows is judged, and when one row is read: neither is told as
// what became of a row.
func TestAnInternalErrorIsNoAnswerToADecision(t *testing.T) {
	broken := errors.New("the disk is gone")
	for name, c := range map[string]struct {
		breaks func(w *commandstest.World, bob, last commandstest.Someone)
	}{
		"where the permission is judged": {func(w *commandstest.World, bob, _ commandstest.Someone) {
			var appended atomic.Int32
			w.Log.After = func() { appended.Add(1) }
			w.Log.Broken = func(stream domain.StreamName) error {
				if stream == bob.Stream() && appended.Load() >= 100 {
					return broken
				}
				return nil
			}
		}},
		"where a row is read": {func(w *commandstest.World, _, last commandstest.Someone) {
			w.Log.Broken = func(stream domain.StreamName) error {
				if stream == last.Stream() {
					return broken
				}
				return nil
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			bob, people := w.Administrator("bob@acme.example"), w.Waiting(many(101)...)
			request := w.Request(bob)
			c.breaks(w, bob, people[100])
			var result commands.Decided
			o := w.Again(request).When(approvingAll(each(people...), &result))
			require.ErrorIs(t, o.Err, broken)
			require.Equal(t, domain.Internal, domain.CodeOf(o.Err))
			require.Empty(t, result.Rows)
			require.Len(t, o.Appended, 100)

			w.Log.After, w.Log.Broken = nil, nil
			again := w.Again(request).When(approvingAll(each(people...), &result))
			require.NoError(t, again.Err)
			require.Len(t, again.Appended, 1, "what was done is not done again")
			require.IsType(t, person.RegistrationApproved{}, again.Appended[people[100].Stream()][0])
		})
	}
}
