package commands_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

// inviting is InviteByEmail, of which only the answer to the whole request counts.
func inviting(c commands.InviteByEmail, into *commands.Invited) func(*commands.App, commands.Request) error {
	return func(app *commands.App, r commands.Request) (err error) {
		*into, err = app.InviteByEmail(context.Background(), r, c)
		return err
	}
}

func texting(c commands.InviteBySMS, into *commands.Invited) func(*commands.App, commands.Request) error {
	return func(app *commands.App, r commands.Request) (err error) {
		*into, err = app.InviteBySMS(context.Background(), r, c)
		return err
	}
}

func codesOf(rows []commands.Row) []domain.Code {
	codes := make([]domain.Code, len(rows))
	for i, row := range rows {
		if row.Refused != nil {
			codes[i] = domain.CodeOf(row.Refused)
		}
	}
	return codes
}

// opened is the beginning of a batch of e-mails, and closed its end.
func opened(o commandstest.Outcome, by commandstest.Someone, size int) batch.Opened {
	return batch.Opened{
		Batch: domain.BatchFor(o.Request.Command), Channel: batch.Email, Inviter: by.Person, Size: size, Plan: "free", Language: "en",
		Personal: batch.Text{Message: wording.For("en").InviteEmail("Acme")},
	}
}

func closed(o commandstest.Outcome, invited, refused int) batch.Closed {
	return batch.Closed{Batch: domain.BatchFor(o.Request.Command), Invited: invited, Refused: refused}
}

func ofBatch(o commandstest.Outcome) domain.StreamName {
	return domain.BatchStream(domain.BatchFor(o.Request.Command))
}

func invitedByEmail(w *commandstest.World, o commandstest.Outcome, who, by commandstest.Someone) person.InvitedByEmail {
	return person.InvitedByEmail{
		Person: who.Person, Tenure: 1, Invitation: 1, Inviter: by.Person, Batch: domain.BatchFor(o.Request.Command),
		ExpiresAt: w.Now().AddDate(0, 0, 14), Personal: person.Invitee{Contact: who.Contact},
	}
}

func TestInviteByEmail(t *testing.T) {
	t.Run("sends each contact an invitation of its own, in a batch", func(t *testing.T) {
		w := commandstest.New(t)
		ben, eva := w.Someone("ben@mill.example"), w.Someone("eva@mill.example")
		var result commands.Invited
		o := w.When(inviting(commands.InviteByEmail{Emails: []string{"ben@mill.example", "eva@mill.example"}}, &result))
		o.Then(
			commandstest.Events(ofBatch(o), opened(o, w.Founder, 2), closed(o, 2, 0)),
			commandstest.Events(ben.Stream(), invitedByEmail(w, o, ben, w.Founder)),
			commandstest.Events(eva.Stream(), invitedByEmail(w, o, eva, w.Founder)),
		)
		require.Equal(t, []domain.PersonID{ben.Person, eva.Person}, []domain.PersonID{result.Rows[0].Person, result.Rows[1].Person})
		require.True(t, w.Vault.HasDataKey(ben.Person) && w.Vault.HasDataKey(eva.Person))
		all := w.Log.All()
		require.Equal(t, all[len(all)-1].Position, result.Position)
		require.Equal(t, domain.Judged{Account: 1, Actor: 4}, all[len(all)-2].Metadata.Judged)
	})
	t.Run("takes up where it stands when the same command comes again", func(t *testing.T) {
		w := commandstest.New(t)
		var first, again commands.Invited
		c := commands.InviteByEmail{Emails: []string{"ben@mill.example", "eva@mill.example", "pia@mill.example"}}
		w.Log.CrashAfter = 3
		crashed := w.When(inviting(c, &first))
		require.ErrorIs(t, crashed.Err, commandstest.ErrCrash)
		w.Restart()
		finished := w.Again(crashed.Request).When(inviting(c, &again))
		require.NoError(t, finished.Err)
		require.Equal(t, []domain.Code{"", "", ""}, codesOf(again.Rows))
		for _, email := range c.Emails {
			require.Len(t, w.State(w.Someone(email)).Invitations, 1)
		}
		w.Again(crashed.Request).When(inviting(c, &again)).ThenNothing()
	})
	t.Run("refuses row by row, and closes the batch with the count", func(t *testing.T) {
		w := commandstest.New(t)
		eve, pia := w.Employee("eve@acme.example"), w.Invited("pia@mill.example")[0]
		ben := w.Someone("ben@mill.example")
		var result commands.Invited
		o := w.When(inviting(commands.InviteByEmail{Emails: []string{"no address", eve.Contact.Address, pia.Contact.Address, "ben@mill.example", "BEN@mill.example"}}, &result))
		o.Then(
			commandstest.Events(ofBatch(o), opened(o, w.Founder, 5), closed(o, 1, 4)),
			commandstest.Events(ben.Stream(), invitedByEmail(w, o, ben, w.Founder)),
		)
		require.Equal(t, []domain.Code{domain.InvalidEmail, domain.AlreadyEmployed, domain.AlreadyInvited, "", domain.DuplicateInBatch}, codesOf(result.Rows))
	})
	t.Run("tries nothing where no row can be read", func(t *testing.T) {
		w := commandstest.New(t)
		var result commands.Invited
		w.When(inviting(commands.InviteByEmail{Emails: []string{"no address"}}, &result)).ThenNothing()
		require.Equal(t, []domain.Code{domain.InvalidEmail}, codesOf(result.Rows))
		require.True(t, result.Batch.IsZero())
	})
	t.Run("places whom it invites", func(t *testing.T) {
		w := commandstest.New(t)
		ctx := context.Background()
		kitchen, _, err := w.App.CreateDepartment(ctx, w.Request(w.Founder), commands.CreateDepartment{Name: "Kitchen"})
		require.NoError(t, err)
		choir, _, err := w.App.CreateWorkgroup(ctx, w.Request(w.Founder), "Choir")
		require.NoError(t, err)
		ben := w.Someone("ben@mill.example")
		var result commands.Invited
		o := w.When(inviting(commands.InviteByEmail{Emails: []string{"ben@mill.example"}, Department: kitchen, Workgroups: []domain.WorkgroupID{choir}}, &result))
		begun, sent := opened(o, w.Founder, 1), invitedByEmail(w, o, ben, w.Founder)
		begun.Department, begun.Workgroups = kitchen, []domain.WorkgroupID{choir}
		sent.Department, sent.Workgroups = kitchen, []domain.WorkgroupID{choir}
		o.Then(commandstest.Events(ofBatch(o), begun, closed(o, 1, 0)), commandstest.Events(ben.Stream(), sent))
	})
	t.Run("ends an older invitation whose time is out", func(t *testing.T) {
		w := commandstest.New(t)
		ben := w.Invited("ben@mill.example")[0]
		w.Pass(15 * 24 * time.Hour)
		var result commands.Invited
		o := w.When(inviting(commands.InviteByEmail{Emails: []string{"ben@mill.example"}}, &result))
		anew := invitedByEmail(w, o, ben, w.Founder)
		anew.Invitation = 2
		o.Then(
			commandstest.Events(ofBatch(o), opened(o, w.Founder, 1), closed(o, 1, 0)),
			commandstest.Events(ben.Stream(), person.InvitationExpired{Person: ben.Person, Invitation: 1}, anew),
		)
	})
}

func TestInviteByEmailIsRefusedWhole(t *testing.T) {
	text := "Come to us: {link}"
	bare := "Come to us"
	for name, c := range map[string]struct {
		given func(*commandstest.World) commandstest.Asking
		asked commands.InviteByEmail
		code  domain.Code
		field string
	}{
		"nobody is named":                    {nil, commands.InviteByEmail{}, domain.NothingToInvite, "emails"},
		"too many are named":                 {nil, commands.InviteByEmail{Emails: make([]string, batch.MaxRows+1)}, domain.TooManyRows, "emails"},
		"the plan allows no text of its own": {nil, commands.InviteByEmail{Emails: []string{"ben@mill.example"}, Message: &text}, domain.PlanDoesNotAllow, "message"},
		"the text has no link": {
			func(w *commandstest.World) commandstest.Asking {
				w.Given(domain.AccountStream(w.Acme), account.PlanChanged{Plan: account.Professional})
				return w.By(w.Founder)
			},
			commands.InviteByEmail{Emails: []string{"ben@mill.example"}, Message: &bare},
			domain.InvalidMessage, "message",
		},
		"there is no such department": {nil, commands.InviteByEmail{Emails: []string{"ben@mill.example"}, Department: domain.DepartmentID{9}}, domain.DepartmentNotFound, "department_id"},
		"there is no such workgroup":  {nil, commands.InviteByEmail{Emails: []string{"ben@mill.example"}, Workgroups: []domain.WorkgroupID{{9}}}, domain.WorkgroupNotFound, "workgroup_ids[0]"},
		"an employee asks, where only administrators invite": {
			func(w *commandstest.World) commandstest.Asking { return w.By(w.Employee("eve@acme.example")) },
			commands.InviteByEmail{Emails: []string{"ben@mill.example"}},
			domain.NotPermitted, "",
		},
		"an auditor asks": {
			func(w *commandstest.World) commandstest.Asking { return w.By(w.Auditor("eve@acme.example")) },
			commands.InviteByEmail{Emails: []string{"ben@mill.example"}},
			domain.NotPermitted, "",
		},
		"the operator asks": {
			func(w *commandstest.World) commandstest.Asking { return w.As(commands.Operator()) },
			commands.InviteByEmail{Emails: []string{"ben@mill.example"}},
			domain.NotPermitted, "",
		},
		"nobody is signed in": {
			func(w *commandstest.World) commandstest.Asking { return w.As(commands.LinkHolder()) },
			commands.InviteByEmail{Emails: []string{"ben@mill.example"}},
			domain.NotSignedIn, "",
		},
	} {
		t.Run("where "+name, func(t *testing.T) {
			w := commandstest.New(t)
			by := w.By(w.Founder)
			if c.given != nil {
				by = c.given(w)
			}
			var result commands.Invited
			refusal := by.When(inviting(c.asked, &result)).ThenRefused(c.code)
			require.Equal(t, c.field, refusal.Field)
		})
	}
}

func TestAnEmployeeInvitesWhereEveryoneMay(t *testing.T) {
	w := commandstest.New(t)
	eve, ben := w.Employee("eve@acme.example"), w.Someone("ben@mill.example")
	w.Given(domain.AccountStream(w.Acme), account.InvitingOpenedToEveryone{})
	var result commands.Invited
	o := w.By(eve).When(inviting(commands.InviteByEmail{Emails: []string{"ben@mill.example"}}, &result))
	o.Then(
		commandstest.Events(ofBatch(o), opened(o, eve, 1), closed(o, 1, 0)),
		commandstest.Events(ben.Stream(), invitedByEmail(w, o, ben, eve)),
	)
}

func TestInviteBySMS(t *testing.T) {
	t.Run("reads numbers as they are dialled in the company's country", func(t *testing.T) {
		w := commandstest.New(t)
		ben := w.Someone("+14155550100")
		var result commands.Invited
		o := w.When(texting(commands.InviteBySMS{Phones: []string{"(415) 555-0100"}}, &result))
		begun := opened(o, w.Founder, 1)
		begun.Channel, begun.Personal.Message = batch.SMS, wording.For("en").InviteSMS("Acme")
		o.Then(commandstest.Events(ofBatch(o), begun, closed(o, 1, 0)), commandstest.Events(ben.Stream(), person.InvitedBySMS{
			Person: ben.Person, Tenure: 1, Invitation: 1, Inviter: w.Founder.Person, Batch: domain.BatchFor(o.Request.Command),
			ExpiresAt: w.Now().AddDate(0, 0, 14), Personal: person.Invitee{Contact: ben.Contact},
		}))
	})
	t.Run("refuses what is no number, and to send where the account does not", func(t *testing.T) {
		w := commandstest.New(t)
		w.Given(domain.AccountStream(w.Acme), limited(func(l *account.Limits) { l.SMSCountries = []string{"US"} }))
		var result commands.Invited
		o := w.When(texting(commands.InviteBySMS{Phones: []string{"no number", "+4930123456"}}, &result))
		require.NoError(t, o.Err)
		require.Equal(t, domain.InvalidPhone, codesOf(result.Rows)[0])
		require.Contains(t, []domain.Code{domain.CountryNotAllowed, domain.InvalidPhone}, codesOf(result.Rows)[1])
	})
	t.Run("needs a number", func(t *testing.T) {
		w := commandstest.New(t)
		var result commands.Invited
		require.Equal(t, "phones", w.When(texting(commands.InviteBySMS{}, &result)).ThenRefused(domain.NothingToInvite).Field)
		w.By(w.Employee("eve@acme.example")).When(texting(commands.InviteBySMS{Phones: []string{"+14155550100"}}, &result)).ThenRefused(domain.NotPermitted)
	})
}

// limited is the usual limits with a change.
func limited(change func(*account.Limits)) account.LimitsChanged {
	limits := account.DefaultLimits()
	change(&limits)
	return account.LimitsChanged(limits)
}

func TestWhatIsInvitedCounts(t *testing.T) {
	w := commandstest.New(t)
	w.Given(domain.AccountStream(w.Acme), limited(func(l *account.Limits) { l.Emails = 1 }))
	var result commands.Invited
	used := w.Vault.Used()
	o := w.When(inviting(commands.InviteByEmail{Emails: []string{"ben@mill.example", "ben@mill.example"}}, &result))
	require.NoError(t, o.Err)
	require.Greater(t, w.Vault.Used(), used)
	used = w.Vault.Used()
	require.NoError(t, w.When(inviting(commands.InviteByEmail{Emails: []string{"eva@mill.example"}}, &result)).Err)
	require.Equal(t, []domain.Code{domain.AccountLimit}, codesOf(result.Rows))
	require.Equal(t, used, w.Vault.Used(), "what is refused takes nothing")
}

// TestAnInternalErrorIsNotToldAsAPermission has the log fail just when the
// permission for the second hundred rows is judged.
func TestAnInternalErrorIsNotToldAsAPermission(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Administrator("eve@acme.example")
	broken := errors.New("the disk is gone")
	request, last := w.Request(eve), w.Someone("b99@mill.example")
	w.Log.Before = func() { // the batch is opened
		w.Log.Broken = func(stream domain.StreamName) error {
			if stream == eve.Stream() && w.Vault.HasDataKey(last.Person) {
				return broken
			}
			return nil
		}
	}
	var result commands.Invited
	o := w.Again(request).When(inviting(commands.InviteByEmail{Emails: many(101)}, &result))
	require.ErrorIs(t, o.Err, broken)
	require.Equal(t, domain.Internal, domain.CodeOf(o.Err))
	require.Empty(t, result.Rows, "no row is told that its inviter may not invite any more")
}
