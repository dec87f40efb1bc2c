package commands_test

import (
	"context"
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

func resending(c commands.InvitationOf) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.Resend(context.Background(), r, c)
		return err
	}
}

func revoking(c commands.InvitationOf) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.Revoke(context.Background(), r, c)
		return err
	}
}

func revokingBatch(id domain.BatchID) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.RevokeBatch(context.Background(), r, id)
		return err
	}
}

func revokingAllBy(inviter domain.PersonID, into *commands.Revocations) asking {
	return func(app *commands.App, r commands.Request) (err error) {
		*into, err = app.RevokeAllBy(context.Background(), r, inviter)
		return err
	}
}

func lasting(days int) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.ChangeInvitationPolicy(context.Background(), r, account.ChangeInvitationPolicy{Days: days})
		return err
	}
}

func of(who commandstest.Someone) commands.InvitationOf {
	return commands.InvitationOf{Person: who.Person}
}

// everyoneInvites is a company where an employee has invited somebody, too.
func everyoneInvites(t *testing.T) (w *commandstest.World, eve, theirs, founders commandstest.Someone) {
	t.Helper()
	w = commandstest.New(t)
	w.Given(domain.AccountStream(w.Acme), account.InvitingOpenedToEveryone{})
	eve, founders = w.Employee("eve@acme.example"), w.Invited("ben@mill.example")[0]
	var result commands.Invited
	require.NoError(t, w.By(eve).When(inviting(commands.InviteByEmail{Emails: []string{"pia@mill.example"}}, &result)).Err)
	return w, eve, w.Someone("pia@mill.example"), founders
}

func TestChangeInvitationPolicy(t *testing.T) {
	w := commandstest.New(t)
	o := w.When(lasting(3))
	o.Then(inAccount(w, account.InvitationPolicyChanged{Days: 3}))
	w.Again(o.Request).When(lasting(3)).ThenNothing()
	w.When(lasting(3)).ThenNothing()
	require.Equal(t, "days", w.When(lasting(0)).ThenRefused(domain.InvalidDays).Field)
	w.When(lasting(91)).ThenRefused(domain.InvalidDays)
	ben := w.Invited("ben@mill.example")[0]
	require.Equal(t, w.Now().AddDate(0, 0, 3), w.State(ben).Invitations[0].ExpiresAt)
	onlyAdministratorsMay(t, w, lasting(4))
}

func TestResend(t *testing.T) {
	t.Run("kills the older link in the same instant, and everything chosen stays", func(t *testing.T) {
		w, ben, before := mistyped(t)
		stale := w.Token(ben)
		w.Pass(time.Hour)
		again := person.InvitedByEmail{
			Person: ben.Person, Tenure: 1, Invitation: 2, Inviter: before.Inviter, Batch: before.Batch, Department: before.Department, Workgroups: before.Workgroups,
			ExpiresAt: w.Now().AddDate(0, 0, 14), Resent: 1, By: w.Founder.Person, Personal: person.Invitee{Contact: ben.Contact},
		}
		o := w.When(resending(of(ben)))
		o.Then(commandstest.Events(ben.Stream(), person.InvitationSuperseded{Person: ben.Person, Invitation: 1}, again))
		w.Again(o.Request).When(resending(of(ben))).ThenNothing()
		_, err := w.App.ShowLink(t.Context(), stale)
		require.Equal(t, domain.LinkSuperseded, domain.CodeOf(err))
		_, err = w.App.ShowLink(t.Context(), w.Token(ben))
		require.NoError(t, err)
		w.When(resending(commands.InvitationOf{Person: ben.Person, Invitation: 1})).ThenNothing()
	})
	t.Run("sends what has expired, was declined or asked for again", func(t *testing.T) {
		for _, event := range []domain.Event{
			person.InvitationExpired{Invitation: 1}, person.InvitationDeclined{Invitation: 1}, person.NewInvitationAsked{Invitation: 1},
		} {
			w := commandstest.New(t)
			ben := w.Invited("ben@mill.example")[0]
			w.Given(ben.Stream(), event)
			o := w.When(resending(of(ben)))
			require.NoError(t, o.Err)
			require.Equal(t, 2, w.State(ben).LiveInvitation(), "after %s", event.Type())
		}
	})
	t.Run("sends an invitation of a revoked batch apart from that", func(t *testing.T) {
		w := commandstest.New(t)
		ben := w.Invited("ben@mill.example")[0]
		sent := w.State(ben).Invitations[0].Batch
		require.NoError(t, w.When(revokingBatch(sent)).Err)
		w.Given(ben.Stream(), person.InvitationExpired{Person: ben.Person, Invitation: 1})
		o := w.When(resending(of(ben)))
		o.Then(commandstest.Events(ben.Stream(), person.InvitedByEmail{
			Person: ben.Person, Tenure: 1, Invitation: 2, Inviter: w.Founder.Person, Batch: sent, ExpiresAt: w.Now().AddDate(0, 0, 14),
			Resent: 1, By: w.Founder.Person, Apart: true, Personal: person.Invitee{Contact: ben.Contact},
		}))
		w.Settle()
		require.Equal(t, 2, w.State(ben).LiveInvitation(), "the revocation does not end it")
	})
	t.Run("counts", func(t *testing.T) {
		w := commandstest.New(t)
		ben := w.Invited("ben@mill.example")[0]
		require.NoError(t, w.When(resending(of(ben))).Err)
		require.NoError(t, w.When(resending(of(ben))).Err)
		used := w.Vault.Used()
		w.When(resending(of(ben))).ThenRefused(domain.ContactLimit)
		require.Equal(t, used, w.Vault.Used())
	})
}

func TestRevoke(t *testing.T) {
	w := commandstest.New(t)
	ben := w.Invited("ben@mill.example")[0]
	token := w.Token(ben)
	o := w.When(revoking(of(ben)))
	o.Then(commandstest.Events(ben.Stream(), person.InvitationRevoked{Person: ben.Person, Invitation: 1, By: w.Founder.Person, Why: person.RevokedAlone}))
	w.Again(o.Request).When(revoking(of(ben))).ThenNothing()
	w.When(revoking(of(ben))).ThenNothing()
	_, err := w.App.ShowLink(t.Context(), token)
	require.Equal(t, domain.LinkRevoked, domain.CodeOf(err))
}

func TestHandlingAnInvitationIsRefused(t *testing.T) {
	for name, ask := range map[string]func(commands.InvitationOf) asking{"resend": resending, "revoke": revoking} {
		t.Run(name, func(t *testing.T) {
			w, eve, theirs, founders := everyoneInvites(t)
			w.When(ask(commands.InvitationOf{Person: domain.PersonID{9}})).ThenRefused(domain.NotFound)
			w.When(ask(of(eve))).ThenRefused(domain.NotFound) // who was never invited
			w.When(ask(commands.InvitationOf{Person: theirs.Person, Invitation: 2})).ThenRefused(domain.InvitationChanged)
			w.By(eve).When(ask(of(founders))).ThenRefused(domain.NotPermitted)
			w.By(w.Auditor("uli@acme.example")).When(ask(of(theirs))).ThenRefused(domain.NotPermitted)
			onlyTheirOwnMay(t, w, ask(of(theirs)))
			require.NoError(t, w.By(eve).When(ask(of(theirs))).Err, "one's own everybody handles who may invite")
			require.NoError(t, w.When(ask(of(theirs))).Err, "and administrators handle all")

			w.Given(domain.AccountStream(w.Acme), account.InvitingLimitedToAdministrators{})
			w.By(eve).When(ask(of(theirs))).ThenRefused(domain.NotPermitted)
			w.Given(founders.Stream(), person.InvitationRedeemed{Person: founders.Person, Invitation: 1, Registration: 1}, person.Employed{Person: founders.Person, Tenure: 1, Epoch: 1, Role: domain.RoleEmployee})
			refusal := w.When(ask(of(founders)))
			require.Contains(t, []domain.Code{domain.AlreadyEmployed, domain.InvitationChanged}, domain.CodeOf(refusal.Err), "who has come meanwhile is told so")
			require.Empty(t, refusal.Appended)
		})
	}
}

func TestAnInvitationOfARevokedBatchIsEndedBeforeAnythingElse(t *testing.T) {
	w := commandstest.New(t)
	ben := w.Invited("ben@mill.example")[0]
	sent := w.State(ben).Invitations[0].Batch
	w.Given(domain.BatchStream(sent), batch.Revoked{Batch: sent, By: w.Founder.Person}) // and the process died
	ended := person.InvitationRevoked{Person: ben.Person, Invitation: 1, By: w.Founder.Person, Why: person.BatchRevoked}
	w.When(resending(of(ben))).ThenRefused(domain.InvitationChanged, commandstest.Events(ben.Stream(), ended))
}

func TestRevokeBatch(t *testing.T) {
	w := commandstest.New(t)
	people := w.Invited("ben@mill.example", "eva@mill.example", "pia@mill.example", "tom@mill.example", "una@mill.example")
	others := w.Invited("zed@mill.example")[0]
	ben := people[0]
	sent, token := w.State(ben).Invitations[0].Batch, w.Token(ben)
	o := w.When(revokingBatch(sent))
	revoked := batch.Revoked{Batch: sent, By: w.Founder.Person}
	each := []commandstest.Appended{commandstest.Events(domain.BatchStream(sent), revoked)}
	for _, one := range people { // more than a page
		each = append(each, commandstest.Events(one.Stream(), person.InvitationRevoked{Person: one.Person, Invitation: 1, By: w.Founder.Person, Why: person.BatchRevoked}))
	}
	o.Then(each...)
	_, err := w.App.ShowLink(t.Context(), token)
	require.Equal(t, domain.LinkRevoked, domain.CodeOf(err), "all links died in one append")
	w.Again(o.Request).When(revokingBatch(sent)).ThenNothing()
	w.When(revokingBatch(sent)).ThenNothing()

	require.Equal(t, 1, w.State(others).LiveInvitation())
	follow := func(app *commands.App, _ commands.Request) error {
		return app.RevokeRows(context.Background(), w.Log.Of(domain.BatchStream(sent))[2], revoked)
	}
	w.When(follow).ThenNothing()
}

// TestARevokedBatchIsFinished has the process die between the batch and its rows.
func TestARevokedBatchIsFinished(t *testing.T) {
	for name, finish := range map[string]func(*commandstest.World, commands.Request, domain.BatchID) error{
		"by the policy": func(w *commandstest.World, _ commands.Request, sent domain.BatchID) error {
			return w.App.RevokeRows(t.Context(), w.Log.Of(domain.BatchStream(sent))[2], batch.Revoked{Batch: sent, By: w.Founder.Person})
		},
		"by the same command": func(w *commandstest.World, request commands.Request, sent domain.BatchID) error {
			return revokingBatch(sent)(w.App, request)
		},
		"by another command": func(w *commandstest.World, _ commands.Request, sent domain.BatchID) error {
			return revokingBatch(sent)(w.App, w.Request(w.Founder))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			people := w.Invited("ben@mill.example", "eva@mill.example", "pia@mill.example", "tom@mill.example")
			sent := w.State(people[0]).Invitations[0].Batch
			w.Log.CrashAfter = 2
			o := w.When(revokingBatch(sent))
			require.ErrorIs(t, o.Err, commandstest.ErrCrash)
			w.Restart()
			require.NoError(t, finish(w, o.Request, sent))
			for _, one := range people {
				require.Len(t, w.Log.Of(one.Stream()), 2, "each is revoked once")
			}
		})
	}
}

func TestTheAnswerCoversWhatWasRevoked(t *testing.T) {
	for name, revoke := range map[string]func(*commands.App, commands.Request, domain.BatchID) (domain.Position, error){
		"with its batch": func(app *commands.App, request commands.Request, sent domain.BatchID) (domain.Position, error) {
			done, err := app.RevokeBatch(t.Context(), request, sent)
			return done.Position, err
		},
		"with all of its inviter": func(app *commands.App, request commands.Request, _ domain.BatchID) (domain.Position, error) {
			done, err := app.RevokeAllBy(t.Context(), request, request.Caller.Person)
			return done.Position, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			people := w.Invited("ben@mill.example", "eva@mill.example")
			for range 2 { // and where all was revoked before
				position, err := revoke(w.App, w.Request(w.Founder), w.State(people[0]).Invitations[0].Batch)
				require.NoError(t, err)
				for _, one := range people {
					events := w.Log.Of(one.Stream())
					require.IsType(t, person.InvitationRevoked{}, events[len(events)-1].Event)
					require.False(t, events[len(events)-1].Position.After(position))
				}
			}
		})
	}
}

func TestABatchIsRevokedByItsInviterAndAdministratorsAlone(t *testing.T) {
	w, eve, theirs, founders := everyoneInvites(t)
	own, other := w.State(theirs).Invitations[0].Batch, w.State(founders).Invitations[0].Batch
	w.When(revokingBatch(domain.BatchID{9})).ThenRefused(domain.NotFound)
	w.By(eve).When(revokingBatch(other)).ThenRefused(domain.NotPermitted)
	w.By(w.Auditor("uli@acme.example")).When(revokingBatch(own)).ThenRefused(domain.NotPermitted)
	onlyTheirOwnMay(t, w, revokingBatch(own))
	w.By(eve).When(revokingBatch(own)).Then(commandstest.Events(domain.BatchStream(own), batch.Revoked{Batch: own, By: eve.Person}),
		commandstest.Events(theirs.Stream(), person.InvitationRevoked{Person: theirs.Person, Invitation: 1, By: eve.Person, Why: person.BatchRevoked}))

	founded, err := w.App.FoundAccount(t.Context(), commands.Request{Command: w.App.NewCommand(), Caller: commands.Operator()}, commands.FoundAccount{
		Slug: "mill", Name: "Mill", Country: "US", Language: "en", Email: "ann@acme.example", FirstName: "Ann", LastName: "Able", Password: commandstest.Password,
	})
	require.NoError(t, err)
	elsewhere := w.Request(w.Founder)
	in, err := w.App.LogIn(t.Context(), commands.LogIn{Slug: "mill", Login: "ann@acme.example", Password: commandstest.Password})
	require.NoError(t, err)
	elsewhere.Caller, err = w.App.Authenticate(t.Context(), in.Token)
	require.NoError(t, err)
	elsewhere.Account = founded.Account
	w.Again(elsewhere).When(revokingBatch(other)).ThenRefused(domain.NotFound)
	var found commands.Batch
	w.Again(elsewhere).When(seeingBatch(other, &found)).ThenRefused(domain.NotFound)
	require.Zero(t, found)
	w.Again(elsewhere).When(revoking(of(founders))).ThenRefused(domain.NotFound)
	w.Again(elsewhere).When(resending(of(founders))).ThenRefused(domain.NotFound)
}

func TestRevokeAllBy(t *testing.T) {
	w, eve, theirs, founders := everyoneInvites(t)
	var result, again commands.Revocations
	onlyAdministratorsMay(t, w, revokingAllBy(eve.Person, &result))
	w.By(eve).When(revokingAllBy(eve.Person, &result)).ThenRefused(domain.NotPermitted)
	w.When(revokingAllBy(domain.PersonID{9}, &result)).ThenRefused(domain.NotFound)

	o := w.When(revokingAllBy(eve.Person, &result))
	o.Then(commandstest.Events(theirs.Stream(), person.InvitationRevoked{Person: theirs.Person, Invitation: 1, By: w.Founder.Person, Why: person.InviterRevoked}))
	require.Equal(t, 1, result.Count)
	all := w.Log.All()
	require.Equal(t, all[len(all)-1].Position, result.Position)
	w.When(revokingAllBy(eve.Person, &again)).ThenNothing()
	require.Zero(t, again.Count)
	require.Equal(t, result.Position, again.Position, "by which they are ended")
	require.Equal(t, 1, w.State(founders).LiveInvitation())
}

func TestRevokingAllGoesOnAfterACrash(t *testing.T) {
	w := commandstest.New(t)
	people := w.Invited("ben@mill.example", "eva@mill.example", "pia@mill.example", "tom@mill.example")
	w.Log.CrashAfter = 2
	var result commands.Revocations
	o := w.When(revokingAllBy(w.Founder.Person, &result))
	require.ErrorIs(t, o.Err, commandstest.ErrCrash)
	w.Restart()
	require.NoError(t, w.Again(o.Request).When(revokingAllBy(w.Founder.Person, &result)).Err)
	for _, one := range people {
		require.Len(t, w.Log.Of(one.Stream()), 2, "each is revoked once")
		require.Zero(t, w.State(one).LiveInvitation())
	}
}

func TestRevokingAllSkipsWhatChangesMeanwhile(t *testing.T) {
	w := commandstest.New(t)
	ben := w.Invited("ben@mill.example")[0]
	w.Log.Before = func() { require.NoError(t, resending(of(ben))(w.Beside(), w.Request(w.Founder))) }
	var result commands.Revocations
	require.NoError(t, w.When(revokingAllBy(w.Founder.Person, &result)).Err)
	require.Zero(t, result.Count)
	require.Equal(t, 2, w.State(ben).LiveInvitation(), "the newer one was not seen")
}
