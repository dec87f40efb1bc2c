package commands_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
)

// allowing returns a company that allows so many more of what a change limits.
func allowing(t *testing.T, change account.ChangeLimits) *commandstest.World {
	t.Helper()
	w := commandstest.New(t)
	_, err := w.App.ChangeLimits(context.Background(), w.Request(w.Founder), change)
	require.NoError(t, err)
	return w
}

func addresses(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("row%d@mill.example", i)
	}
	return all
}

// firstOf is the codes of n rows, of which a limit allows the first few.
func firstOf(allowed, n int, code domain.Code) []domain.Code {
	codes := make([]domain.Code, n)
	for i := allowed; i < n; i++ {
		codes[i] = code
	}
	return codes
}

func TestWhereALimitAllowsNMoreTheFirstNRowsGetIt(t *testing.T) {
	t.Run("of e-mails", func(t *testing.T) {
		most := 130
		w := allowing(t, account.ChangeLimits{Emails: &most})
		var result commands.Invited
		w.When(inviting(commands.InviteByEmail{Emails: addresses(200)}, &result))
		require.Equal(t, firstOf(130, 200, domain.AccountLimit), codesOf(result.Rows))
	})
	t.Run("of invitations by one person", func(t *testing.T) {
		most := 7
		w := allowing(t, account.ChangeLimits{InvitationsPerInviter: &most})
		var result commands.Invited
		w.When(inviting(commands.InviteByEmail{Emails: addresses(40)}, &result))
		require.Equal(t, firstOf(7, 40, domain.InviterLimit), codesOf(result.Rows))
		for i, row := range result.Rows {
			require.Equal(t, i >= 7, row.Person.IsZero())
		}
	})
	t.Run("of SMS to numbers that begin alike", func(t *testing.T) {
		most := 5
		w := allowing(t, account.ChangeLimits{SMSPerBlockAbroad: &most})
		phones := make([]string, 40)
		for i := range phones {
			phones[i] = fmt.Sprintf("+49151234567%02d", i)
		}
		phones[0] = "+14155550100" // which is not abroad
		var result commands.Invited
		w.When(texting(commands.InviteBySMS{Phones: phones}, &result))
		require.Equal(t, firstOf(6, 40, domain.NumberBlockLimit), codesOf(result.Rows))
	})
	t.Run("of one mailbox under many names", func(t *testing.T) {
		w := commandstest.New(t)
		emails := make([]string, 20)
		for i := range emails {
			emails[i] = fmt.Sprintf("ben+%d@mill.example", i)
		}
		var result commands.Invited
		w.When(inviting(commands.InviteByEmail{Emails: emails}, &result))
		require.Equal(t, firstOf(3, 20, domain.ContactLimit), codesOf(result.Rows))
	})
	t.Run("whatever rows are refused for another reason take none of it", func(t *testing.T) {
		most := 5 + 1 // one is taken by who was invited before
		w := allowing(t, account.ChangeLimits{Emails: &most})
		w.Invited("row1@mill.example")
		var result commands.Invited
		emails := addresses(20)
		emails[0], emails[4] = "no address", "row2@mill.example"
		w.When(inviting(commands.InviteByEmail{Emails: emails}, &result))
		want := firstOf(8, 20, domain.AccountLimit)
		want[0], want[1], want[4] = domain.InvalidEmail, domain.AlreadyInvited, domain.DuplicateInBatch
		require.Equal(t, want, codesOf(result.Rows))
	})
	t.Run("what a row gives back that comes to nothing, the next gets", func(t *testing.T) {
		most := 3 + 1
		w := allowing(t, account.ChangeLimits{Emails: &most})
		beside := w.Request(w.Founder)
		var result, other commands.Invited
		var between func()
		w.Log.Before = func() { // the batch is opened: somebody invites the first row right before it is appended
			w.Log.Before = func() { between() }
		}
		between = func() {
			var err error
			other, err = w.Beside().InviteByEmail(context.Background(), beside, commands.InviteByEmail{Emails: []string{"row0@mill.example"}})
			require.NoError(t, err)
		}
		w.When(inviting(commands.InviteByEmail{Emails: addresses(1)}, &result))
		require.Equal(t, []domain.Code{domain.AlreadyInvited}, codesOf(result.Rows))
		require.Equal(t, []domain.Code{""}, codesOf(other.Rows))
		w.When(inviting(commands.InviteByEmail{Emails: addresses(6)[1:]}, &result))
		require.Equal(t, firstOf(3, 5, domain.AccountLimit), codesOf(result.Rows), "of four, the one beside took one")
	})
}

// TestTheFirstRowsGetItHoweverOftenTheCommandComes crashes at every append: what a row
// had paid before the crash it does not pay again, nor does a later row get it.
func TestTheFirstRowsGetItHoweverOftenTheCommandComes(t *testing.T) {
	for after := 1; after <= 7; after++ {
		t.Run(fmt.Sprintf("after %d appends", after), func(t *testing.T) {
			most := 6
			w := allowing(t, account.ChangeLimits{InvitationsPerInviter: &most})
			var result commands.Invited
			c := commands.InviteByEmail{Emails: addresses(20)}
			w.Log.CrashAfter = after
			crashed := w.When(inviting(c, &result))
			require.ErrorIs(t, crashed.Err, commandstest.ErrCrash)
			w.Restart()
			finished := w.Again(crashed.Request).When(inviting(c, &result))
			require.NoError(t, finished.Err)
			require.Equal(t, firstOf(6, 20, domain.InviterLimit), codesOf(result.Rows))
		})
	}
}

// TestManyRequestsAtOnceShareWhatThereIs has each request's first rows get what it
// gets, and all of it go.
func TestManyRequestsAtOnceShareWhatThereIs(t *testing.T) {
	most := 30
	w := allowing(t, account.ChangeLimits{Emails: &most})
	results := make([]commands.Invited, 5)
	var group sync.WaitGroup
	for i := range results {
		emails := make([]string, 20)
		for row := range emails {
			emails[row] = fmt.Sprintf("of%d.row%d@mill.example", i, row)
		}
		request := w.Request(w.Founder)
		group.Go(func() {
			var err error
			results[i], err = w.App.InviteByEmail(context.Background(), request, commands.InviteByEmail{Emails: emails})
			require.NoError(t, err)
		})
	}
	group.Wait()
	got := 0
	for _, result := range results {
		own := 0
		for own < 20 && result.Rows[own].Refused == nil {
			own++
		}
		require.Equal(t, firstOf(own, 20, domain.AccountLimit), codesOf(result.Rows))
		got += own
	}
	require.Equal(t, 30, got)
}

func TestShowContactsShowsEachRowAsItWasShown(t *testing.T) {
	w := commandstest.New(t)
	var mailed, texted commands.Invited
	emails, phones := []string{"BEN@Mill.Example", "no address", "ben@mill.example"}, []string{"415 555 0100", "+4915123456789", "1"}
	w.When(inviting(commands.InviteByEmail{Emails: emails}, &mailed))
	w.When(texting(commands.InviteBySMS{Phones: phones}, &texted))
	refused := func(rows []commands.Row) func(int) domain.Code {
		return func(i int) domain.Code { return domain.CodeOf(rows[i].Refused) }
	}
	for i, shown := range w.App.ShowContacts(batch.Email, mailed.Country, emails, refused(mailed.Rows)) {
		require.Equal(t, mailed.Rows[i].Contact, shown.Contact)
	}
	for i, shown := range w.App.ShowContacts(batch.SMS, texted.Country, phones, refused(texted.Rows)) {
		require.Equal(t, texted.Rows[i].Contact, shown.Contact)
	}
	require.Equal(t, "+14155550100", texted.Rows[0].Contact, "read for the account's country")
}

func TestABatchThatIsRevokedMeanwhileInvitesNobodyElse(t *testing.T) {
	w := commandstest.New(t)
	request := w.Request(w.Founder)
	w.Log.Before = func() { // the batch is opened
		w.Log.Before = func() {
			_, err := w.Beside().RevokeBatch(context.Background(), w.Request(w.Founder), domain.BatchFor(request.Command))
			require.NoError(t, err)
		}
	}
	var result commands.Invited
	require.NoError(t, w.Again(request).When(inviting(commands.InviteByEmail{Emails: many(150)}, &result)).Err)
	for i, code := range codesOf(result.Rows) {
		require.Equal(t, i >= 100, code == domain.InvitationChanged, "row %d: %q", i, code)
	}
	w.Settle()
	require.Zero(t, w.State(w.Someone("b0@mill.example")).LiveInvitation(), "what was sent is taken back by policy")
}

// many is so many addresses, more than are judged at once.
func many(count int) []string {
	emails := make([]string, count)
	for i := range emails {
		emails[i] = fmt.Sprintf("b%d@mill.example", i)
	}
	return emails
}

func TestAnInviterWhoLosesTheRoleMeanwhileIsNoLongerPermitted(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Administrator("eve@acme.example")
	w.Log.Before = func() { // the batch is opened
		w.Log.Before = func() {
			_, err := w.Beside().ChangeRole(context.Background(), w.Request(w.Founder), eve.Person, domain.RoleEmployee)
			require.NoError(t, err)
		}
	}
	var result commands.Invited
	require.NoError(t, w.By(eve).When(inviting(commands.InviteByEmail{Emails: many(150)}, &result)).Err)
	for i, code := range codesOf(result.Rows) {
		require.Equal(t, i >= 100, code == domain.NoLongerPermitted, "row %d: %q", i, code)
	}
}
