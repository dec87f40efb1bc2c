package commands_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

// generous returns a company that allows more than is sent here.
func generous(t *testing.T) *commandstest.World {
	t.Helper()
	most := 20_000
	return allowing(t, account.ChangeLimits{Emails: &most, InvitationsPerInviter: &most, SMS: &most})
}

// invitedMany has the founder invite more rows than are answered at once.
func invitedMany(t *testing.T, w *commandstest.World, emails []string) (commandstest.Outcome, domain.BatchID) {
	t.Helper()
	var result commands.Invited
	o := w.When(inviting(commands.InviteByEmail{Emails: emails}, &result))
	require.NoError(t, o.Err)
	require.True(t, result.GoesOn)
	return o, result.Batch
}

// someTried has the next rows of whatever waits tried.
func someTried(t *testing.T, w *commandstest.World) error {
	t.Helper()
	lease, found, err := w.App.TakeBatch(t.Context(), w.Now(), time.Minute)
	require.NoError(t, err)
	require.True(t, found)
	return w.App.GoOnInviting(t.Context(), lease)
}

// batchOf is what the founder is told of a batch.
func batchOf(t *testing.T, w *commandstest.World, id domain.BatchID) commands.Batch {
	t.Helper()
	found, err := w.App.Batch(t.Context(), w.Caller(w.Founder), w.Acme, id)
	require.NoError(t, err)
	return found
}

func counts(b commands.Batch) string {
	return fmt.Sprintf("%s: %d invited, %d refused, %d untried of %d", b.State(), b.Invited, b.Refused, b.Untried, b.Size)
}

// refusedIn is the codes of a batch's refused rows by their contacts.
func refusedIn(t *testing.T, w *commandstest.World, id domain.BatchID) map[string]domain.Code {
	t.Helper()
	rows, err := w.App.RefusedRows(t.Context(), w.Caller(w.Founder), w.Acme, id, 0, 20_000)
	require.NoError(t, err)
	codes := map[string]domain.Code{}
	for _, row := range rows {
		codes[row.Contact] = row.Refused.Code
	}
	return codes
}

// requireInvitedOnce expects of each contact as many invitations as it should have.
func requireInvitedOnce(t *testing.T, w *commandstest.World, emails []string, want int) {
	t.Helper()
	invited := 0
	for _, email := range emails {
		events := w.Log.Of(w.Someone(email).Stream())
		require.LessOrEqual(t, len(events), 1, email)
		invited += len(events)
	}
	require.Equal(t, want, invited)
}

func TestMoreRowsThanAreAnsweredAtOnceGoOnByThemselves(t *testing.T) {
	w := generous(t)
	w.Invited("row7@mill.example")
	emails := addresses(230)
	emails[3], emails[228] = "no address", "row5@mill.example"
	var result commands.Invited
	o := w.When(inviting(commands.InviteByEmail{Emails: emails}, &result))
	o.Then(commandstest.Events(ofBatch(o), opened(o, w.Founder, 230)))
	require.Equal(t, commands.Invited{
		Done: commands.Done{Position: w.Log.Of(ofBatch(o))[0].Position}, Batch: domain.BatchFor(o.Request.Command), GoesOn: true, Country: "US",
	}, result)
	require.Len(t, w.Vault.Kept(result.Batch), 228)
	require.Equal(t, "running: 0 invited, 2 refused, 0 untried of 230", counts(batchOf(t, w, result.Batch)))

	require.NoError(t, someTried(t, w))
	require.Equal(t, "running: 99 invited, 3 refused, 0 untried of 230", counts(batchOf(t, w, result.Batch)))
	_, all, err := w.App.Finished(t.Context(), o.Request, result, emails)
	require.NoError(t, err)
	require.False(t, all, "not while some wait")
	w.GoOn()
	finished, all, err := w.App.Finished(t.Context(), o.Request, result, emails)
	require.NoError(t, err)
	require.True(t, all)
	require.Len(t, finished.Rows, 230)
	require.Equal(t, commands.Row{Contact: "no address", Refused: finished.Rows[3].Refused}, finished.Rows[3])
	require.Equal(t, domain.InvalidEmail, domain.CodeOf(finished.Rows[3].Refused))
	require.Equal(t, w.Someone("row229@mill.example").Person, finished.Rows[229].Person)
	require.Equal(t, "done: 227 invited, 3 refused, 0 untried of 230", counts(batchOf(t, w, result.Batch)))
	require.Equal(t, closed(o, 227, 3), w.Log.Of(ofBatch(o))[1].Event)
	require.Equal(t, map[string]domain.Code{
		"no address": domain.InvalidEmail, "row5@mill.example": domain.DuplicateInBatch, "row7@mill.example": domain.AlreadyInvited,
	}, refusedIn(t, w, result.Batch))
	require.Empty(t, w.Vault.Kept(result.Batch), "nothing waits that was tried")
	ben := w.Someone("row229@mill.example")
	require.Equal(t, []domain.Event{invitedByEmail(w, o, ben, w.Founder)}, eventsOf(w, ben))
}

func eventsOf(w *commandstest.World, who commandstest.Someone) (all []domain.Event) {
	for _, recorded := range w.Log.Of(who.Stream()) {
		all = append(all, recorded.Event)
	}
	return all
}

func TestTwoHundredRowsAreAnsweredAtOnce(t *testing.T) {
	w := generous(t)
	var result commands.Invited
	o := w.When(inviting(commands.InviteByEmail{Emails: addresses(commands.RowsAnsweredAtOnce)}, &result))
	require.NoError(t, o.Err)
	require.False(t, result.GoesOn)
	require.Len(t, result.Rows, 200)
	require.Equal(t, closed(o, 200, 0), w.Log.Of(ofBatch(o))[1].Event)
	w.GoOn()
	require.Empty(t, refusedIn(t, w, result.Batch), "its answer said so")
}

func TestManyNumbersGoOnAsAddressesDo(t *testing.T) {
	w := generous(t)
	phones := make([]string, 201)
	for i := range phones {
		phones[i] = fmt.Sprintf("(415) 555-%04d", 100+i%100)
	}
	var result commands.Invited
	o := w.When(texting(commands.InviteBySMS{Phones: phones}, &result))
	require.NoError(t, o.Err)
	require.True(t, result.GoesOn)
	w.GoOn()
	require.Equal(t, "done: 100 invited, 101 refused, 0 untried of 201", counts(batchOf(t, w, result.Batch)))
	_, bySMS := w.Log.Of(w.Someone("(415) 555-0100").Stream())[0].Event.(person.InvitedBySMS)
	require.True(t, bySMS)
}

func TestManyRowsOfWhichNoneCanBeTriedAreAnsweredAtOnce(t *testing.T) {
	w := commandstest.New(t)
	emails := make([]string, 300)
	var result commands.Invited
	w.When(inviting(commands.InviteByEmail{Emails: emails}, &result)).ThenNothing()
	require.False(t, result.GoesOn)
	require.Len(t, result.Rows, 300)
	require.Zero(t, result.Batch)
}

func TestALimitAllowsTheFirstRowsOfManyGroups(t *testing.T) {
	most := 130
	w := allowing(t, account.ChangeLimits{Emails: &most})
	_, id := invitedMany(t, w, addresses(250))
	w.GoOn()
	require.Equal(t, "done: 130 invited, 120 refused, 0 untried of 250", counts(batchOf(t, w, id)))
	refused := refusedIn(t, w, id)
	for i := range 250 {
		code, is := refused[fmt.Sprintf("row%d@mill.example", i)]
		require.Equal(t, i >= 130, is, "row %d", i)
		require.True(t, !is || code == domain.AccountLimit)
	}
}

// TestABatchGoesOnAfterACrash has the process die at appends of each kind: of the batch's
// beginning, of rows, and of its end. What was done is done once, and counted.
func TestABatchGoesOnAfterACrash(t *testing.T) {
	emails := addresses(230)
	for _, after := range []int{1, 2, 3, 50, 100, 101, 102, 150, 200, 201, 230, 231} {
		t.Run(fmt.Sprintf("after %d appends", after), func(t *testing.T) {
			w := generous(t)
			w.Log.CrashAfter = after
			var result commands.Invited
			o := w.When(inviting(commands.InviteByEmail{Emails: emails}, &result))
			for err := o.Err; err == nil; {
				err = someTried(t, w)
			}
			w.Restart()
			again := w.Again(o.Request).When(inviting(commands.InviteByEmail{Emails: emails}, &result))
			require.NoError(t, again.Err)
			require.Equal(t, w.Log.Of(ofBatch(o))[0].Position, result.Position)
			w.Pass(2 * time.Minute) // and the lease
			w.GoOn()
			require.Equal(t, "done: 230 invited, 0 refused, 0 untried of 230", counts(batchOf(t, w, result.Batch)))
			requireInvitedOnce(t, w, emails, 230)
			require.Len(t, w.Log.Of(ofBatch(o)), 2, "opened and closed once")
		})
	}
}

func TestTheSameRequestGoesOnWithTheSameBatch(t *testing.T) {
	w, emails := generous(t), addresses(230)
	o, id := invitedMany(t, w, emails)
	var again commands.Invited
	for _, meanwhile := range []func(){func() {}, func() { require.NoError(t, someTried(t, w)) }, w.GoOn} {
		meanwhile()
		repeated := w.Again(o.Request).When(inviting(commands.InviteByEmail{Emails: emails}, &again))
		repeated.ThenNothing()
		require.Equal(t, id, again.Batch)
		require.True(t, again.GoesOn)
	}
	requireInvitedOnce(t, w, emails, 230)
}

func TestAnotherInstanceTakesABatchOverWhenItsLeaseIsOver(t *testing.T) {
	w, emails := generous(t), addresses(230)
	_, id := invitedMany(t, w, emails)
	dead, found, err := w.App.TakeBatch(t.Context(), w.Now(), 5*time.Second)
	require.NoError(t, err)
	require.True(t, found)
	other := w.Beside()
	_, found, err = other.TakeBatch(t.Context(), w.Now(), 5*time.Second)
	require.NoError(t, err)
	require.False(t, found, "somebody has it")
	require.NoError(t, w.App.ProlongBatch(t.Context(), dead, w.Now().Add(8*time.Second)))
	w.Pass(7 * time.Second)
	_, found, _ = other.TakeBatch(t.Context(), w.Now(), 5*time.Second)
	require.False(t, found, "and still")
	w.Pass(2 * time.Second)
	lease, found, err := other.TakeBatch(t.Context(), w.Now(), 5*time.Second)
	require.NoError(t, err)
	require.True(t, found)
	require.NoError(t, other.GoOnInviting(t.Context(), lease))

	require.ErrorIs(t, w.App.GoOnInviting(t.Context(), dead), commands.ErrLeaseLost, "whoever comes late settles nothing")
	require.ErrorIs(t, w.App.ProlongBatch(t.Context(), dead, w.Now().Add(time.Hour)), commands.ErrLeaseLost)
	w.GoOn()
	require.Equal(t, "done: 230 invited, 0 refused, 0 untried of 230", counts(batchOf(t, w, id)))
	requireInvitedOnce(t, w, emails, 230)
}

func TestWhoMayNotInviteAnyMoreInvitesNobodyFurther(t *testing.T) {
	emails := addresses(230)
	for name, change := range map[string]func(*commandstest.World, commandstest.Someone){
		"everyone may no longer invite": func(w *commandstest.World, _ commandstest.Someone) {
			w.Given(domain.AccountStream(w.Acme), account.InvitingLimitedToAdministrators{})
		},
		"the inviter is dismissed": func(w *commandstest.World, eve commandstest.Someone) {
			w.Given(eve.Stream(), person.Dismissed{Person: eve.Person})
		},
		"the inviter reads only": func(w *commandstest.World, eve commandstest.Someone) {
			w.Given(domain.AccountStream(w.Acme), account.InvitingLimitedToAdministrators{})
			w.Given(eve.Stream(), person.MadeAuditor{Person: eve.Person})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := generous(t)
			w.Given(domain.AccountStream(w.Acme), account.InvitingOpenedToEveryone{})
			eve := w.Employee("eve@acme.example")
			var result commands.Invited
			require.NoError(t, w.By(eve).When(inviting(commands.InviteByEmail{Emails: emails}, &result)).Err)
			require.NoError(t, someTried(t, w))
			change(w, eve)
			w.GoOn()
			require.Equal(t, "done: 100 invited, 130 refused, 0 untried of 230", counts(batchOf(t, w, result.Batch)))
			for contact, code := range refusedIn(t, w, result.Batch) {
				require.Equal(t, domain.NoLongerPermitted, code, contact)
			}
			requireInvitedOnce(t, w, emails, 100)
		})
	}
}

// TestWhatWasDoneBeforeACrashIsNotToldAsRefused has the process die within the second
// hundred, and the inviter lose the permission.
func TestWhatWasDoneBeforeACrashIsNotToldAsRefused(t *testing.T) {
	for name, end := range map[string]func(*commandstest.World, commandstest.Someone, domain.BatchID){
		"by who may no longer invite": func(w *commandstest.World, eve commandstest.Someone, _ domain.BatchID) {
			w.Given(eve.Stream(), person.Dismissed{Person: eve.Person})
		},
		"by a stop": func(w *commandstest.World, _ commandstest.Someone, id domain.BatchID) {
			w.Given(domain.BatchStream(id), batch.Stopped{Batch: id, By: w.Founder.Person})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := generous(t)
			eve, emails := w.Administrator("eve@acme.example"), addresses(230)
			var result commands.Invited
			require.NoError(t, w.By(eve).When(inviting(commands.InviteByEmail{Emails: emails}, &result)).Err)
			require.NoError(t, someTried(t, w))
			w.Log.CrashAfter = 30
			require.ErrorIs(t, someTried(t, w), commandstest.ErrCrash)
			w.Restart()
			end(w, eve, result.Batch)
			w.Pass(2 * time.Minute)
			w.GoOn()
			found := batchOf(t, w, result.Batch)
			requireInvitedOnce(t, w, emails, found.Invited)
			require.Equal(t, 230, found.Invited+found.Refused+found.Untried)
			require.Greater(t, found.Invited, 100)
		})
	}
}

func TestRowsOfARequestThatBrokeOffAreForgotten(t *testing.T) {
	w := generous(t)
	broken := errors.New("the disk is gone")
	var result commands.Invited
	request := w.Request(w.Founder)
	w.Log.Broken = func(stream domain.StreamName) error {
		if stream == domain.BatchStream(domain.BatchFor(request.Command)) {
			return broken
		}
		return nil
	}
	o := w.Again(request).When(inviting(commands.InviteByEmail{Emails: addresses(230)}, &result))
	o.ThenFails(broken)
	id := domain.BatchFor(request.Command)
	require.Len(t, w.Vault.Kept(id), 230)
	w.Log.Broken = nil
	require.NoError(t, someTried(t, w))
	require.Len(t, w.Vault.Kept(id), 230, "the request may come again")
	w.Pass(time.Hour)
	w.GoOn()
	require.Empty(t, w.Vault.Kept(id))
	requireInvitedOnce(t, w, addresses(230), 0)
}

func TestWhatIsRefusedKeepsNoRows(t *testing.T) {
	w := generous(t)
	request := w.Request(w.Founder)
	id := domain.BatchFor(request.Command)
	w.Log.Broken = func(stream domain.StreamName) error {
		if stream == domain.BatchStream(id) {
			require.Len(t, w.Vault.Kept(id), 230)
			return domain.Refuse(domain.HistoryMissing, "the stream was deleted")
		}
		return nil
	}
	var result commands.Invited
	w.Again(request).When(inviting(commands.InviteByEmail{Emails: addresses(230)}, &result)).ThenRefused(domain.HistoryMissing)
	require.Empty(t, w.Vault.Kept(id))
}

func TestAnAccountHasSoManyUnfinishedBatchesAtMost(t *testing.T) {
	w := generous(t)
	var result commands.Invited
	var last commandstest.Outcome
	for range 10 {
		last, _ = invitedMany(t, w, addresses(201))
	}
	w.When(inviting(commands.InviteByEmail{Emails: addresses(201)}, &result)).ThenRefused(domain.BulkBusy)
	w.Again(last.Request).When(inviting(commands.InviteByEmail{Emails: addresses(201)}, &result)).ThenNothing()
	require.NoError(t, w.When(inviting(commands.InviteByEmail{Emails: addresses(200)}, &result)).Err)
	w.GoOn()
	invitedMany(t, w, addresses(201))
}

func TestAClosedAccountInvitesNobodyFurther(t *testing.T) {
	w, emails := generous(t), addresses(230)
	_, id := invitedMany(t, w, emails)
	require.NoError(t, someTried(t, w))
	w.Given(domain.AccountStream(w.Acme), account.Closed{})
	w.GoOn()
	w.Given(domain.AccountStream(w.Acme), account.Opened{})
	require.Equal(t, "done: 100 invited, 130 refused, 0 untried of 230", counts(batchOf(t, w, id)))
	requireInvitedOnce(t, w, emails, 100)
}

func TestWhatWasConfirmedGoesOnAsSuch(t *testing.T) {
	w, emails := generous(t), addresses(230)
	emails[220], emails[221] = "ben@gmail.con", "eva@gmail.con"
	var result commands.Invited
	o := w.When(inviting(commands.InviteByEmail{Emails: emails, Confirmed: emails[220:221]}, &result))
	require.NoError(t, o.Err)
	w.GoOn()
	require.Equal(t, "done: 229 invited, 1 refused, 0 untried of 230", counts(batchOf(t, w, result.Batch)))
	rows, err := w.App.RefusedRows(t.Context(), w.Caller(w.Founder), w.Acme, result.Batch, 0, 10)
	require.NoError(t, err)
	require.Equal(t, domain.ConfirmContact, rows[0].Refused.Code)
	require.Equal(t, "eva@gmail.com", rows[0].Refused.DidYouMean)
	var confirmed []domain.Doubt
	for _, recorded := range w.Log.All() {
		if sent, is := recorded.Event.(person.InvitedByEmail); is && sent.Personal.Contact.Address == "ben@gmail.con" {
			confirmed = sent.Confirmed
		}
	}
	require.NotEmpty(t, confirmed, "it is on record that it was meant")
}
