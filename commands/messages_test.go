package commands_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// aboutLast is what is known of the last event of somebody's stream.
func aboutLast(w *commandstest.World, who commandstest.Someone) commands.About {
	w.T.Helper()
	stream := w.Log.Of(who.Stream())
	about, err := w.App.About(context.Background(), stream[len(stream)-1])
	require.NoError(w.T, err)
	return about
}

func TestAbout(t *testing.T) {
	t.Run("an invitation has the text that was fixed for its batch", func(t *testing.T) {
		w := commandstest.New(t)
		w.Given(domain.AccountStream(w.Acme), account.PlanChanged{Plan: account.Professional})
		text := "Come to us: {link}"
		_, err := w.App.InviteByEmail(t.Context(), w.Request(w.Founder), commands.InviteByEmail{Emails: []string{"ben@mill.example"}, Message: &text})
		require.NoError(t, err)
		ben := w.Someone("ben@mill.example")
		require.Equal(t, commands.About{
			Company: "Acme", Words: wording.For("en"), Slot: ben.Slot, Person: ben.Person, Tenure: 1, Contact: ben.Contact, BatchText: text,
		}, aboutLast(w, ben))
	})
	t.Run("an SMS has that, too", func(t *testing.T) {
		w := commandstest.New(t)
		var result commands.Invited
		require.NoError(t, w.When(texting(commands.InviteBySMS{Phones: []string{"+14155550100"}}, &result)).Err)
		about := aboutLast(w, w.Someone("+14155550100"))
		require.Equal(t, wording.For("en").InviteSMS("Acme"), about.BatchText)
	})
	t.Run("other events have none", func(t *testing.T) {
		w := commandstest.New(t)
		eve := w.Employee("eve@acme.example")
		about := aboutLast(w, eve)
		require.Empty(t, about.BatchText)
		require.Equal(t, eve.Contact, about.Contact)
	})
	t.Run("knows nobody in a stream that is gone, and no company that never was", func(t *testing.T) {
		w := commandstest.New(t)
		event := domain.Recorded{Stream: w.Someone("no@mill.example").Stream(), Event: person.PasswordSet{}, Metadata: domain.Metadata{Account: w.Acme}}
		about, err := w.App.About(t.Context(), event)
		require.NoError(t, err)
		require.True(t, about.Contact.IsZero())
		event.Metadata.Account = domain.AccountID{9}
		_, err = w.App.About(t.Context(), event)
		require.Equal(t, domain.NotFound, domain.CodeOf(err))
	})
}

func TestSecretsAreFilledInAtTheLastMoment(t *testing.T) {
	w := commandstest.New(t)
	secrets := commands.Secrets{Keyring: w.Vault, LinkBase: "https://join.example/"}
	fill := func(m commands.Message) commands.Filled {
		m.Account, m.Slot, m.Tenure = w.Acme, w.Founder.Slot, 1
		filled, err := secrets.Fill(t.Context(), m)
		require.NoError(t, err)
		return filled
	}
	link := fill(commands.Message{Text: "Come: {link}", Link: commands.LinkTo(links.Invitation, 1)})
	require.Equal(t, "Come: "+link.Link, link.Text)
	require.Contains(t, link.Link, "https://join.example/")
	require.NotEqual(t, link.Link, fill(commands.Message{Link: commands.LinkTo(links.Invitation, 2)}).Link)
	require.NotEqual(t, link.Link, fill(commands.Message{Link: commands.LinkTo(links.Proof, 1)}).Link)
	code := fill(commands.Message{Text: "Code {code}", Link: commands.ResetCode(1)})
	require.Equal(t, "Code "+code.Code, code.Text)
	require.Empty(t, code.Link)
	password := fill(commands.Message{Text: "Password {password}", PasswordCounter: 1})
	require.Equal(t, "Password "+password.Password, password.Text)
	require.Equal(t, commands.Filled{Text: "{link} {code} {password}"}, fill(commands.Message{Text: "{link} {code} {password}"}), "a message has what it names")
	w.Vault.Fails = commandstest.ErrCrash
	_, err := secrets.Fill(t.Context(), commands.Message{})
	require.ErrorIs(t, err, commandstest.ErrCrash)
}

func TestWhichMessagesReplaceAPassword(t *testing.T) {
	for link, replaces := range map[commands.LinkRef]bool{
		commands.LinkTo(links.Reset, 1): true, commands.ResetCode(1): true,
		commands.LinkTo(links.Invitation, 1): false, commands.LinkTo(links.SetPassword, 1): false, {}: false,
	} {
		require.Equal(t, replaces, commands.Message{Link: link}.ReplacesPassword(), "%s", link.Purpose)
	}
}
