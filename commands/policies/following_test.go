package policies_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/policies"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// following is a policy that follows up on an event.
func following(w *commandstest.World, name string, event domain.Recorded) func(*commands.App, commands.Request) error {
	return func(app *commands.App, _ commands.Request) error {
		for _, policy := range policies.All(app, w) {
			if policy.Name == name {
				return policy.Handle(context.Background(), event)
			}
		}
		return errors.New("there is no policy " + name)
	}
}

// happened puts an event into a stream, and is what a policy sees of it.
func happened(w *commandstest.World, stream domain.StreamName, event domain.Event) domain.Recorded {
	w.T.Helper()
	w.Given(stream, event)
	return last(w, stream)
}

func last(w *commandstest.World, stream domain.StreamName) domain.Recorded {
	w.T.Helper()
	all := w.Log.Of(stream)
	require.NotEmpty(w.T, all)
	return all[len(all)-1]
}

// follows expects what a policy appends, the first time that it sees an event; the
// second time nothing.
func follows(w *commandstest.World, name string, event domain.Recorded, want ...commandstest.Appended) {
	w.T.Helper()
	w.When(following(w, name, event)).Then(want...)
	w.When(following(w, name, event)).ThenNothing()
}

func TestPoliciesKeepTheirNames(t *testing.T) {
	w := commandstest.New(t)
	var names []string
	for _, policy := range policies.All(w.App, w) {
		names = append(names, policy.Name)
	}
	require.Equal(t, []string{
		"complete_founding", "keep_administrators", "end_sessions", "deliver", "release_logins", "follow_invitations", "return_seats", "vacate_heads", "tell_administrators",
	}, names, "by these it is known how far each has come")
}

func TestPoliciesLeaveWhatIsNotTheirs(t *testing.T) {
	w := commandstest.New(t)
	event := happened(w, w.Founder.Stream(), person.JobTitleChanged{Person: w.Founder.Person, Personal: person.Title{JobTitle: "Cook"}})
	for _, policy := range policies.All(w.App, w) {
		follows(w, policy.Name, event)
	}
	require.Empty(t, w.Sent)
}

func TestWhatFallsDueIsDone(t *testing.T) {
	w := commandstest.New(t)
	ben := w.Invited("ben@mill.example")[0]
	w.Pass(100 * 24 * 60 * 60 * 1e9)
	var names []string
	o := w.When(func(app *commands.App, _ commands.Request) error {
		for _, due := range policies.AllDue(app) {
			names = append(names, due.Name)
			if err := due.Do(context.Background(), w.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	o.Then(commandstest.Events(ben.Stream(), person.InvitationExpired{Person: ben.Person, Invitation: 1}))
	require.Equal(t, []string{"expire_due", "forfeit_idle_seats", "notice_approvals"}, names)
}

// TestAFoundingThatACrashCutIsCompleted with the same events as if nothing had
// happened.
func TestAFoundingThatACrashCutIsCompleted(t *testing.T) {
	found := func(app *commands.App, r commands.Request) error {
		r.Caller = commands.Operator()
		_, err := app.FoundAccount(context.Background(), r, commands.FoundAccount{
			Slug: "mill", Name: "Mill", Country: "US", Language: "en", Email: "max@mill.example", FirstName: "Max", LastName: "Miller", Password: commandstest.Password,
		})
		return err
	}
	whole := commandstest.New(t).When(found)
	require.NoError(t, whole.Err)

	w := commandstest.New(t)
	w.Log.CrashAfter = 1
	cut := w.When(found)
	require.ErrorIs(t, cut.Err, commandstest.ErrCrash)
	w.Restart()
	all := w.Log.All()
	founded := all[len(all)-1]
	erased := founded
	erased.Erased = true
	follows(w, "complete_founding", erased)
	completed := w.When(following(w, "complete_founding", founded))
	require.NoError(t, completed.Err)
	require.NotEmpty(t, completed.Appended)
	for stream, events := range completed.Appended {
		require.Equal(t, whole.Appended[stream], append(cut.Appended[stream], events...))
	}
	w.When(following(w, "complete_founding", founded)).ThenNothing()
	w.Again(cut.Request).When(found).ThenNothing()
}
