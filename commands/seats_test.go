package commands_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

func limiting(c account.LimitJoinLink) asking { return done((*commands.App).LimitJoinLink, c) }

// limitedTo is a public company whose join link lets in so many.
func limitedTo(t *testing.T, uses int) *commandstest.World {
	t.Helper()
	w := commandstest.New(t)
	w.Given(domain.AccountStream(w.Acme), account.RegistrationModeChanged{Mode: account.Public}, account.JoinLinkLimited{MaxUses: uses})
	w.Settle()
	return w
}

func seat(w *commandstest.World, who commandstest.Someone, number int) commandstest.Appended {
	return inAccount(w, account.JoinSeatTaken{Generation: 1, Seat: number, Person: who.Person, Slot: who.Slot, At: w.Now()})
}

// seated is an open registration by the join link that used a seat.
func seated(o commandstest.Outcome, who commandstest.Someone, number int) commandstest.Appended {
	registered := joined(o, who, "public")
	registered.Seat = number
	return commandstest.Events(who.Stream(), registered, letInByLink(who))
}

func TestLimitJoinLink(t *testing.T) {
	w := commandstest.New(t)
	kitchen := department(w, "Kitchen")
	tomorrow := w.Now().Add(24 * time.Hour)
	limit := account.LimitJoinLink{ExpiresAt: &tomorrow, MaxUses: new(3), Department: &kitchen}
	refusedToOthers(t, w, limiting(limit))
	o := w.When(limiting(limit)).Then(inAccount(w, account.JoinLinkLimited{ExpiresAt: tomorrow, MaxUses: 3, Department: kitchen}))
	w.Again(o.Request).When(limiting(limit)).ThenNothing()
	w.When(limiting(limit)).ThenNothing()
	require.Equal(t, "max_uses", w.When(limiting(account.LimitJoinLink{MaxUses: new(-1)})).ThenRefused(domain.InvalidLimit).Field)
	require.Equal(t, "expires_at", w.When(limiting(account.LimitJoinLink{ExpiresAt: new(w.Now())})).ThenRefused(domain.InvalidLimit).Field)
	require.Equal(t, "department_id", w.When(limiting(account.LimitJoinLink{Department: &domain.DepartmentID{9}})).ThenRefused(domain.DepartmentNotFound).Field)
	w.When(limiting(account.LimitJoinLink{})).ThenNothing()
	w.When(limiting(account.LimitJoinLink{ExpiresAt: new(time.Time{}), MaxUses: new(0), Department: &domain.DepartmentID{}})).Then(inAccount(w, account.JoinLinkLimited{}))
	w.Given(domain.AccountStream(w.Acme), account.JoinLinkLimited{Department: domain.DepartmentID{9}})
	w.When(limiting(account.LimitJoinLink{Department: &domain.DepartmentID{9}})).ThenNothing() // as it was deleted after it was chosen
}

func TestALimitedJoinLinkGivesOutSeats(t *testing.T) {
	t.Run("one for each who registers, until all are taken", func(t *testing.T) {
		w := limitedTo(t, 1)
		nora, form := w.Someone("nora@mill.example"), w.JoinForm("nora@mill.example")
		var first, again commands.LinkUsed
		o := w.As(commands.LinkHolder()).When(using(form, &first))
		o.Then(seat(w, nora, 1), seated(o, nora, 1))
		w.Again(o.Request).When(using(form, &again)).ThenNothing()
		require.Equal(t, first, again)
		w.As(commands.LinkHolder()).When(using(w.JoinForm("nico@mill.example"), &again)).ThenRefused(domain.LinkFull)
	})
	t.Run("none to who is refused anyway", func(t *testing.T) {
		w := limitedTo(t, 1)
		var used commands.LinkUsed
		w.As(commands.LinkHolder()).When(using(w.JoinForm("ann@acme.example"), &used)).ThenRefused(domain.AlreadyEmployed)
	})
	t.Run("the same one when a crash came between seat and registration", func(t *testing.T) {
		w := limitedTo(t, 1)
		nora, form := w.Someone("nora@mill.example"), w.JoinForm("nora@mill.example")
		var used commands.LinkUsed
		w.Log.CrashAfter = 1
		o := w.As(commands.LinkHolder()).When(using(form, &used))
		o.ThenFails(commandstest.ErrCrash, seat(w, nora, 1))
		w.Restart()
		w.Again(o.Request).When(using(form, &used)).Then(seated(o, nora, 1))
	})
	t.Run("another one to who came too late for the first", func(t *testing.T) {
		w := limitedTo(t, 1)
		nora, form := w.Someone("nora@mill.example"), w.JoinForm("nora@mill.example")
		forfeited := person.SeatForfeited{Person: nora.Person, Seat: 1}
		w.Log.Before = func() { // the seat is taken, and forfeited before it is used
			w.Log.Before = func() { w.Given(nora.Stream(), forfeited) }
		}
		var used commands.LinkUsed
		o := w.As(commands.LinkHolder()).When(using(form, &used))
		o.ThenRefused(domain.Contended, seat(w, nora, 1), commandstest.Events(nora.Stream(), forfeited))
		w.When(func(*commands.App, commands.Request) error { w.Settle(); return nil }).Then(inAccount(w, account.JoinSeatReturned{Seat: 1, Person: nora.Person}))
		w.Again(o.Request).When(using(form, &used)).Then(seat(w, nora, 2), seated(o, nora, 2))
	})
	t.Run("and asks who came without one, because there was no limit yet, to try again", func(t *testing.T) {
		w := limitedTo(t, 0)
		nora, form := w.Someone("nora@mill.example"), w.JoinForm("nora@mill.example")
		limit, other := account.JoinLinkLimited{MaxUses: 1}, person.SeatForfeited{Person: nora.Person, Seat: 99}
		w.Log.Before = func() {
			w.Given(domain.AccountStream(w.Acme), limit)
			w.Given(nora.Stream(), other)
		}
		var used commands.LinkUsed
		o := w.As(commands.LinkHolder()).When(using(form, &used))
		o.ThenRefused(domain.Contended, inAccount(w, limit), commandstest.Events(nora.Stream(), other))
		w.Again(o.Request).When(using(form, &used)).Then(seat(w, nora, 1), seated(o, nora, 1))
	})
}

func TestForfeitIdleSeats(t *testing.T) {
	w := limitedTo(t, 2)
	nora, nico := w.Someone("nora@mill.example"), w.Someone("nico@mill.example")
	for i, who := range []commandstest.Someone{nora, nico} {
		w.Given(domain.AccountStream(w.Acme), account.JoinSeatTaken{Generation: 1, Seat: i + 1, Person: who.Person, Slot: who.Slot, At: w.Now()})
	}
	forfeiting := func(app *commands.App, _ commands.Request) error {
		return app.ForfeitIdleSeats(context.Background(), app.Now())
	}
	w.Pass(5 * time.Minute)
	w.When(forfeiting).ThenNothing()
	w.Pass(time.Second)
	broken := errors.New("the disk is gone")
	w.Log.Broken = func(stream domain.StreamName) error {
		if stream == nora.Stream() {
			return broken
		}
		return nil
	}
	w.When(forfeiting).ThenFails(broken, commandstest.Events(nico.Stream(), person.SeatForfeited{Person: nico.Person, Seat: 2}))
	w.Log.Broken = nil
	w.When(forfeiting).Then(commandstest.Events(nora.Stream(), person.SeatForfeited{Person: nora.Person, Seat: 1}))
	w.When(forfeiting).ThenNothing()
}

func TestIdleSeatsAreForfeitedBehindThoseOfWhichHistoryIsMissing(t *testing.T) {
	const taken = 130
	w := limitedTo(t, taken)
	emails := many(taken)
	var last commandstest.Someone
	for i := range taken {
		last = w.Someone(emails[i])
		w.Given(domain.AccountStream(w.Acme), account.JoinSeatTaken{Generation: 1, Seat: i + 1, Person: last.Person, Slot: last.Slot, At: w.Now()})
	}
	w.Pass(6 * time.Minute)
	w.Log.Broken = func(stream domain.StreamName) error {
		if domain.IsStream(stream) && stream != last.Stream() && stream != domain.AccountStream(w.Acme) {
			return domain.Refuse(domain.HistoryMissing, "the stream was deleted")
		}
		return nil
	}
	err := w.Beside().ForfeitIdleSeats(t.Context(), w.Now())
	require.Equal(t, domain.HistoryMissing, domain.CodeOf(err))
	require.Equal(t, []int{taken}, w.State(last).Forfeited)
}

func TestReturnSeat(t *testing.T) {
	w := limitedTo(t, 1)
	nora := w.Someone("nora@mill.example")
	w.Given(domain.AccountStream(w.Acme), account.JoinSeatTaken{Generation: 1, Seat: 1, Person: nora.Person, Slot: nora.Slot, At: w.Now()})
	forfeited := person.SeatForfeited{Person: nora.Person, Seat: 1}
	w.Given(nora.Stream(), forfeited)
	event := w.Log.Of(nora.Stream())[0]
	returning := func(app *commands.App, _ commands.Request) error {
		return app.ReturnSeat(context.Background(), event, forfeited)
	}
	w.When(returning).Then(inAccount(w, account.JoinSeatReturned{Seat: 1, Person: nora.Person}))
	w.When(returning).ThenNothing()
}

func proveAgain(id domain.PersonID, registration int) asking {
	return done((*commands.App).SendProofAgain, commands.Decision{Person: id, Registration: registration})
}

func TestSendProofAgain(t *testing.T) {
	w := commandstest.New(t)
	nora, eve := w.Joined("nora@mill.example"), w.Employee("eve@acme.example")
	refusedToOthers(t, w, proveAgain(nora.Person, 1))
	again := person.ProofSentAgain{Person: nora.Person, Registration: 1, ProveBy: w.Now().Add(24 * time.Hour)}
	o := w.When(proveAgain(nora.Person, 0)).Then(commandstest.Events(nora.Stream(), again))
	w.Again(o.Request).When(proveAgain(nora.Person, 0)).ThenNothing()
	w.When(proveAgain(nora.Person, 7)).ThenRefused(domain.NotFound)
	w.When(proveAgain(domain.PersonID{9}, 0)).ThenRefused(domain.NotFound)
	w.When(proveAgain(eve.Person, 0)).ThenRefused(domain.NothingToApprove)
}

func TestAskForProof(t *testing.T) {
	w, nora, token := toProve(t)
	asks := func(token string) asking { return done((*commands.App).AskForProof, token) }
	holder := w.As(commands.LinkHolder())
	holder.When(asks(token)).ThenNothing() // it was sent at this moment
	w.Pass(25 * time.Hour)
	again := person.ProofSentAgain{Person: nora.Person, Registration: 1, ProveBy: w.Now().Add(24 * time.Hour)}
	o := holder.When(asks(token)).Then(commandstest.Events(nora.Stream(), again))
	w.Again(o.Request).When(asks(token)).ThenNothing()
	holder.When(asks("nonsense")).ThenRefused(domain.NotFound)
	holder.When(asks(w.JoinToken())).ThenRefused(domain.NotFound)
	var used commands.LinkUsed
	require.NoError(t, holder.When(using(commands.UseLink{Token: token}, &used)).Err)
	holder.When(asks(token)).ThenRefused(domain.LinkUsed)
}

func TestTheProofIsAskedForByTheJoinLink(t *testing.T) {
	w, nora, proof := toProve(t)
	asks := func(token, email string) asking {
		return func(app *commands.App, r commands.Request) error {
			return app.AskForProofOf(t.Context(), r, token, email)
		}
	}
	holder := w.As(commands.LinkHolder())
	w.Pass(time.Hour)
	again := person.ProofSentAgain{Person: nora.Person, Registration: 1, ProveBy: w.Now().Add(24 * time.Hour)}
	o := holder.When(asks(w.JoinToken(), "nora@mill.example")).Then(commandstest.Events(nora.Stream(), again))
	w.Again(o.Request).When(asks(w.JoinToken(), "nora@mill.example")).ThenNothing()
	holder.When(asks(w.JoinToken(), "nobody@mill.example")).ThenNothing()
	holder.When(asks(w.JoinToken(), "nobody@")).ThenRefused(domain.InvalidEmail)
	holder.When(asks("nonsense", "nora@mill.example")).ThenRefused(domain.NotFound)
	holder.When(asks(proof, "nora@mill.example")).ThenRefused(domain.NotFound)
	var used commands.LinkUsed
	require.NoError(t, holder.When(using(commands.UseLink{Token: proof}, &used)).Err)
	holder.When(asks(w.JoinToken(), "nora@mill.example")).ThenNothing()
}

func TestAProofIsNotAskedForAllDay(t *testing.T) {
	w, nora, token := toProve(t)
	asking := done((*commands.App).AskForProof, token)
	for range 9 { // and one was sent when the form was filled in
		w.Pass(time.Minute)
		require.NoError(t, w.As(commands.LinkHolder()).When(asking).Err)
	}
	w.Pass(time.Minute)
	w.As(commands.LinkHolder()).When(asking).ThenRefused(domain.ContactLimit)
	require.Len(t, w.Log.Of(nora.Stream()), 10)
}
