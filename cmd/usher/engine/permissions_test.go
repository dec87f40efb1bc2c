package engine_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// The table of who may do what: o operator, a administrator, u auditor,
// e employee, i employee where everybody may invite, g somebody whose password
// was generated and not yet changed. A letter means: may.
const mayDo = `
	found_account          o
	change_plan            o
	see_accounts           o
	close_account          o
	operate                o
	see_settings           a u
	change_settings        a
	change_join_link       a
	decide_registrations   a
	see_approvals          a u
	see_funnel             a
	see_history            a u
	see_outbox             o a
	change_structure       a
	invite_people          a i
	confirm_unknown_ranges a
	see_invited            a u i
	see_colleagues         a u e i
	see_oneself            a u e i g
	change_own_password    a u e i g
	change_own_login       a u e i
	change_own_name        a u e i
	change_own_preferences a u e i
	manage_own_tokens      a u e i
	change_employees       a
	manage_invitations     a
`

func TestPermissions(t *testing.T) {
	usher := enginetest.Start(t)
	ctx := t.Context()
	closed, open := found(ctx, t, usher, "closed"), found(ctx, t, usher, "open")
	_, err := usher.App.ChangeInviting(ctx, request(usher, open, employ(ctx, t, usher, open, domain.RoleAdministrator)),
		account.ChangeInviting{EveryoneMayInvite: true})
	require.NoError(t, err)

	type caller struct {
		commands.Caller
		account domain.AccountID
	}
	callers := map[string]caller{
		"o": {commands.Operator(), closed},
		"a": {employ(ctx, t, usher, closed, domain.RoleAdministrator), closed},
		"u": {employ(ctx, t, usher, closed, domain.RoleAuditor), closed},
		"e": {employ(ctx, t, usher, closed, domain.RoleEmployee), closed},
		"i": {employ(ctx, t, usher, open, domain.RoleEmployee), open},
		"g": {withGeneratedPassword(ctx, t, usher, closed), closed},
	}
	seen := map[commands.Action]bool{}
	for _, line := range strings.Split(strings.TrimSpace(mayDo), "\n") {
		words := strings.Fields(line)
		action := commands.Action(words[0])
		seen[action] = true
		for letter, who := range callers {
			_, err := usher.App.Permit(ctx, who.Caller, who.account, action)
			allowed := strings.Contains(strings.Join(words[1:], ""), letter)
			require.Equal(t, allowed, err == nil, "%s by %s: %v", action, letter, err)
		}
		for name, stranger := range map[string]commands.Caller{"a link": commands.LinkHolder(), "a policy": commands.Policy(), "nobody": {}} {
			_, err := usher.App.Permit(ctx, stranger, closed, action)
			require.Equal(t, domain.NotSignedIn, domain.CodeOf(err), "%s by %s", action, name)
		}
		_, err := usher.App.Permit(ctx, callers["a"].Caller, open, action)
		require.Error(t, err, "%s by an administrator of another account", action)
	}
	require.Len(t, seen, len(commands.Actions()), "the table names every action")
}

func found(ctx context.Context, t *testing.T, usher *enginetest.Usher, slug string) domain.AccountID {
	t.Helper()
	founded, err := usher.App.FoundAccount(ctx, commands.Request{Command: usher.App.NewCommand(), Caller: commands.Operator()},
		commands.FoundAccount{
			Slug: slug, Name: "Company " + slug, Email: "founder@" + slug + ".example",
			FirstName: "Fay", LastName: "Ounder", Password: "an unlikely passphrase",
		})
	require.NoError(t, err)
	return founded.Account
}

func request(usher *enginetest.Usher, id domain.AccountID, caller commands.Caller) commands.Request {
	return commands.Request{Command: usher.App.NewCommand(), Caller: caller, Account: id}
}

// employ puts somebody with a role into the log, whichever way one comes to it.
func employ(ctx context.Context, t *testing.T, usher *enginetest.Usher, id domain.AccountID, role domain.Role) commands.Caller {
	t.Helper()
	caller := stranger(id)
	caller.Credential = domain.CredentialID(uuid.New())
	appendAll(ctx, t, usher, caller,
		person.Employed{Person: caller.Person, Tenure: 1, Epoch: 1, Role: role, Basis: person.Basis{Kind: person.PublicLink}},
		person.PasswordSet{Person: caller.Person, Credential: caller.Credential})
	return caller
}

func withGeneratedPassword(ctx context.Context, t *testing.T, usher *enginetest.Usher, id domain.AccountID) commands.Caller {
	t.Helper()
	caller := stranger(id)
	caller.Credential = person.State{Person: caller.Person, Credential: person.Credential{Kind: person.GeneratedCredential, Counter: 1}}.SignsInWith()
	appendAll(ctx, t, usher, caller,
		person.Employed{Person: caller.Person, Tenure: 1, Epoch: 1, Role: domain.RoleEmployee, Basis: person.Basis{Kind: person.DirectRegistration}},
		person.PasswordGenerated{Person: caller.Person, Counter: 1, ExpiresAt: usher.Now().AddDate(0, 0, 7)})
	return caller
}

func stranger(id domain.AccountID) commands.Caller {
	slot := domain.Slot(uuid.New())
	return commands.Caller{Kind: domain.ActorPerson, Session: commands.Session{
		Account: id, Person: domain.PersonIDFor(slot, 1), Slot: slot, Tenure: 1, Epoch: 1,
	}}
}

func appendAll(ctx context.Context, t *testing.T, usher *enginetest.Usher, caller commands.Caller, events ...domain.Event) {
	t.Helper()
	require.NoError(t, usher.Base.Vault.EnsureDataKeys(ctx, []domain.PersonID{caller.Person}))
	first := person.FounderRegistered{Person: caller.Person, Tenure: 1, Personal: person.Registrant{
		Contact: domain.Contact{Kind: domain.ContactEmail, Address: caller.Person.String() + "@example.org"}, FirstName: "A", LastName: "B",
	}}
	var uncommitted []commands.Uncommitted
	for _, event := range append([]domain.Event{first}, events...) {
		uncommitted = append(uncommitted, commands.Uncommitted{
			ID: uuid.New(), Event: event,
			Metadata: domain.Metadata{Causation: usher.App.NewCommand(), Account: caller.Account, Schema: 1, Actor: domain.Actor{Kind: domain.ActorPolicy}},
		})
	}
	_, err := usher.Base.Store.Append(ctx, domain.PersonStream(caller.Slot), domain.NoStream{}, uncommitted)
	require.NoError(t, err)
}
