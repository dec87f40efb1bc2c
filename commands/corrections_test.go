package commands_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

func correcting(id domain.PersonID, contact string) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.Correct(context.Background(), r, commands.CorrectContact{InvitationOf: commands.InvitationOf{Person: id}, Contact: contact})
		return err
	}
}

// mistyped is somebody invited into a department and a workgroup.
func mistyped(t *testing.T) (w *commandstest.World, ben commandstest.Someone, before person.Invitation) {
	t.Helper()
	w = commandstest.New(t)
	choir, _, err := w.App.CreateWorkgroup(t.Context(), w.Request(w.Founder), "Choir")
	require.NoError(t, err)
	_, err = w.App.InviteByEmail(t.Context(), w.Request(w.Founder), commands.InviteByEmail{
		Emails: []string{"bem@mill.example"}, Department: department(w, "Kitchen"), Workgroups: []domain.WorkgroupID{choir},
	})
	require.NoError(t, err)
	ben = w.Someone("bem@mill.example")
	return w, ben, w.State(ben).Invitations[0]
}

// goesOn is the invitation by the right contact: all that was chosen stays.
func goesOn(w *commandstest.World, before person.Invitation, typed, right commandstest.Someone) person.InvitedByEmail {
	return person.InvitedByEmail{
		Person: right.Person, Tenure: 1, Invitation: 1, Inviter: before.Inviter, Batch: before.Batch, Department: before.Department,
		Workgroups: before.Workgroups, ExpiresAt: w.Now().AddDate(0, 0, 14), Corrects: typed.Person, By: w.Founder.Person,
		Personal: person.Invitee{Contact: right.Contact},
	}
}

func corrected(w *commandstest.World, typed, right commandstest.Someone) person.ContactCorrected {
	return person.ContactCorrected{Person: typed.Person, Invitation: 1, To: right.Person, By: w.Founder.Person, Personal: person.Invitee{Contact: right.Contact}}
}

func TestACorrectedInvitationKeepsDepartmentAndWorkgroups(t *testing.T) {
	w, ben, before := mistyped(t)
	right := w.Someone("ben@mill.example")
	require.NotEmpty(t, before.Workgroups)
	w.When(correcting(ben.Person, "ben@mill.example")).Then(
		commandstest.Events(ben.Stream(), corrected(w, ben, right)),
		commandstest.Events(right.Stream(), goesOn(w, before, ben, right)),
	)
}

func TestACorrectionThatACrashCutIsFinished(t *testing.T) {
	for _, by := range []string{"the policy", "the same command"} {
		t.Run("by "+by, func(t *testing.T) {
			w, ben, before := mistyped(t)
			w.Settle()
			right := w.Someone("ben@mill.example")
			w.Log.CrashAfter = 1
			o := w.When(correcting(ben.Person, "ben@mill.example"))
			require.ErrorIs(t, o.Err, commandstest.ErrCrash)
			w.Restart()
			if by == "the policy" {
				w.Settle()
			} else {
				require.NoError(t, w.Again(o.Request).When(correcting(ben.Person, "ben@mill.example")).Err)
			}
			var events []domain.Event
			for _, recorded := range w.Log.Of(right.Stream()) {
				events = append(events, recorded.Event)
			}
			require.Equal(t, []domain.Event{goesOn(w, before, ben, right)}, events)
			w.Again(o.Request).When(correcting(ben.Person, "ben@mill.example")).ThenNothing()
		})
	}
}

func TestCorrectIsRefused(t *testing.T) {
	w, ben, _ := mistyped(t)
	eve := w.Employee("eve@acme.example")
	require.Equal(t, "contact", w.When(correcting(ben.Person, "no address")).ThenRefused(domain.InvalidEmail).Field)
	require.Equal(t, "contact", w.When(correcting(ben.Person, "bem@mill.example")).ThenRefused(domain.InvalidContact).Field)
	require.Equal(t, "contact", w.When(correcting(ben.Person, "eve@acme.example")).ThenRefused(domain.AlreadyEmployed).Field)
	w.When(correcting(eve.Person, "ben@mill.example")).ThenRefused(domain.NotFound)
	w.When(correcting(domain.PersonID{9}, "ben@mill.example")).ThenRefused(domain.NotFound)
	w.By(eve).When(correcting(ben.Person, "ben@mill.example")).ThenRefused(domain.NotPermitted)
	w.Invited("pia@mill.example")
	w.When(correcting(ben.Person, "pia@mill.example")).ThenRefused(domain.AlreadyInvited)
}

func TestWhyTheRightContactCouldNotBeInvitedIsOnRecord(t *testing.T) {
	w, ben, _ := mistyped(t)
	right := w.Someone("ben@mill.example")
	w.Log.Before = func() { // the mistyped invitation ends, and somebody else is faster then
		w.Log.Before = func() { w.Invited("ben@mill.example") }
	}
	o := w.When(correcting(ben.Person, "ben@mill.example"))
	require.NoError(t, o.Err)
	require.Equal(t, []domain.Event{
		corrected(w, ben, right),
		person.CorrectionRefused{Person: ben.Person, Invitation: 1, Code: string(domain.AlreadyInvited)},
	}, o.Appended[ben.Stream()])
}

func TestOnlyAnInvitationThatIsStillOpenIsCorrected(t *testing.T) {
	w, ben, _ := mistyped(t)
	stale := func(app *commands.App, r commands.Request) error {
		_, err := app.Correct(context.Background(), r, commands.CorrectContact{InvitationOf: commands.InvitationOf{Person: ben.Person, Invitation: 7}, Contact: "ben@mill.example"})
		return err
	}
	w.When(stale).ThenRefused(domain.InvitationChanged)
	w.Joined("bem@mill.example")
	w.Given(ben.Stream(), person.AddressProved{Person: ben.Person, Registration: 1, Awaits: person.Approval})
	w.When(correcting(ben.Person, "ben@mill.example")).ThenRefused(domain.InvitationChanged)
}

func TestInviteCorrected(t *testing.T) {
	w, ben, before := mistyped(t)
	right := w.Someone("ben@mill.example")
	w.Given(ben.Stream(), corrected(w, ben, right))
	events := w.Log.Of(ben.Stream())
	event := events[len(events)-1]
	following := func(app *commands.App, _ commands.Request) error {
		_, err := app.InviteCorrected(context.Background(), w.Acme, ben.Stream(), event.ID, corrected(w, ben, right))
		return err
	}
	w.When(following).Then(commandstest.Events(right.Stream(), goesOn(w, before, ben, right)))
	w.When(following).ThenNothing()
}

func TestACorrectionIsNotRefusedForEverWhileHistoryIsMissing(t *testing.T) {
	w, ben, before := mistyped(t)
	right := w.Someone("ben@mill.example")
	w.Log.After = func() { // the mistyped invitation has ended
		w.Log.Broken = func(stream domain.StreamName) error {
			if stream == right.Stream() {
				return domain.Refuse(domain.HistoryMissing, "the stream was deleted")
			}
			return nil
		}
	}
	w.When(correcting(ben.Person, "ben@mill.example")).ThenRefused(domain.HistoryMissing, commandstest.Events(ben.Stream(), corrected(w, ben, right)))

	events := w.Log.Of(ben.Stream())
	event := events[len(events)-1]
	w.Log.After, w.Log.Broken = nil, nil
	following := func(app *commands.App, _ commands.Request) error {
		_, err := app.InviteCorrected(context.Background(), w.Acme, ben.Stream(), event.ID, corrected(w, ben, right))
		return err
	}
	w.When(following).Then(commandstest.Events(right.Stream(), goesOn(w, before, ben, right)))
}

func TestACorrectionWhoseBatchIsTakenBackMeanwhileIsRefusedOnRecord(t *testing.T) {
	w, ben, before := mistyped(t)
	right := w.Someone("ben@mill.example")
	revoked := batch.Revoked{Batch: before.Batch, By: w.Founder.Person}
	w.Log.After = func() { // the mistyped invitation has ended
		w.Log.After = nil
		w.Given(domain.BatchStream(before.Batch), revoked)
	}
	w.When(correcting(ben.Person, "ben@mill.example")).Then(
		commandstest.Events(ben.Stream(), corrected(w, ben, right),
			person.CorrectionRefused{Person: ben.Person, Invitation: 1, Code: string(domain.InvitationChanged)}),
		commandstest.Events(domain.BatchStream(before.Batch), revoked))
}

func declining(token string) asking { return done((*commands.App).DeclineLink, token) }

func askingAgain(token string) asking { return done((*commands.App).AskForLink, token) }

func TestDeclineLink(t *testing.T) {
	w := commandstest.New(t)
	ben := w.Invited("ben@mill.example")[0]
	token := w.Token(ben)
	o := w.As(commands.LinkHolder()).When(declining(token)).Then(commandstest.Events(ben.Stream(), person.InvitationDeclined{Person: ben.Person, Invitation: 1}))
	w.Again(o.Request).When(declining(token)).ThenNothing()
	w.As(commands.LinkHolder()).When(declining(token)).ThenRefused(domain.LinkDeclined)
}

func fillingIn(token string) asking { return done((*commands.App).NoteOpened, token) }

func TestNoteOpened(t *testing.T) {
	w := commandstest.New(t)
	ben := w.Invited("ben@mill.example")[0]
	token := w.Token(ben)
	t.Run("says once that an invitation is being filled in, and nothing of a link that was only looked at", func(t *testing.T) {
		w.As(commands.LinkHolder()).When(func(app *commands.App, _ commands.Request) error {
			_, err := app.ShowLink(t.Context(), token)
			return err
		}).ThenNothing()
		o := w.As(commands.LinkHolder()).When(fillingIn(token)).Then(commandstest.Events(ben.Stream(), person.InvitationOpened{Person: ben.Person, Invitation: 1}))
		w.Again(o.Request).When(fillingIn(token)).ThenNothing()
		for range 30 { // more than a link is answered in a day
			w.As(commands.LinkHolder()).When(fillingIn(token)).ThenNothing()
		}
	})
	t.Run("says nothing of a link that is nobody's invitation", func(*testing.T) {
		w.As(commands.LinkHolder()).When(fillingIn(w.JoinToken())).ThenNothing()
		w.As(commands.LinkHolder()).When(fillingIn("nonsense")).ThenRefused(domain.NotFound)
	})
	t.Run("refuses a dead link", func(t *testing.T) {
		require.NoError(t, w.As(commands.LinkHolder()).When(declining(token)).Err)
		w.As(commands.LinkHolder()).When(fillingIn(token)).ThenRefused(domain.LinkDeclined)
	})
}

func TestAskForLink(t *testing.T) {
	w := commandstest.New(t)
	ben := w.Invited("ben@mill.example")[0]
	token := w.Token(ben)
	w.As(commands.LinkHolder()).When(askingAgain(token)).ThenRefused(domain.AlreadyInvited)
	w.Pass(15 * 24 * time.Hour)
	o := w.As(commands.LinkHolder()).When(askingAgain(token)).Then(commandstest.Events(ben.Stream(),
		person.InvitationExpired{Person: ben.Person, Invitation: 1}, person.NewInvitationAsked{Person: ben.Person, Invitation: 1}))
	w.Again(o.Request).When(askingAgain(token)).ThenNothing()
	w.As(commands.LinkHolder()).When(askingAgain(token)).ThenNothing()
}

func TestOnlyAPersonalInvitationIsAnswered(t *testing.T) {
	for name, ask := range map[string]func(string) asking{"no": declining, "a new one": askingAgain} {
		t.Run("with "+name, func(t *testing.T) {
			w := commandstest.New(t)
			ben := w.Invited("ben@mill.example")[0]
			token := w.Token(ben)
			w.As(commands.LinkHolder()).When(ask("nonsense")).ThenRefused(domain.NotFound)
			w.As(commands.LinkHolder()).When(ask(w.JoinToken())).ThenRefused(domain.NotFound)
			var used commands.LinkUsed
			require.NoError(t, w.As(commands.LinkHolder()).When(using(commandstest.Form(token), &used)).Err)
			w.As(commands.LinkHolder()).When(ask(token)).ThenRefused(domain.LinkUsed)
		})
	}
}
