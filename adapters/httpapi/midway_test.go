package httpapi_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/composition"
	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
)

// slowKeys is a vault before which something happens when somebody's key is made.
type slowKeys struct {
	commands.Vault
	of     domain.PersonID
	before func()
}

func (v *slowKeys) EnsureDataKeys(ctx context.Context, people []domain.PersonID) error {
	if before := v.before; before != nil && slices.Contains(people, v.of) {
		v.before = nil
		before()
	}
	return v.Vault.EnsureDataKeys(ctx, people)
}

// requestOf is a request of a client's, for an App that is asked without HTTP.
func requestOf(t *testing.T, usher *httpapitest.Usher, client httpapitest.Client) commands.Request {
	t.Helper()
	caller, err := usher.App.Authenticate(t.Context(), strings.TrimPrefix(client.Header.Get("Authorization"), "Bearer "))
	require.NoError(t, err)
	return commands.Request{Command: usher.App.NewCommand(), Caller: caller, Account: caller.Account}
}

func TestAPermissionIsJudgedAgainAfterADelay(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Admin.Put(t, "/settings/inviting", `{"everyone_may_invite":true}`).Must(t, 200)
	ben := company.Employee(t, "ben@example.org")
	who := ben.Get(t, "/me").Text(t, "person")
	request := requestOf(t, usher, ben)
	late, err := usher.App.Contact("late@example.org", "")
	require.NoError(t, err)
	slot, err := usher.App.SlotOf(t.Context(), request.Account, late)
	require.NoError(t, err)
	another := usher.Another(t, func(base *composition.Base) {
		base.Vault = &slowKeys{Vault: base.Vault, of: domain.PersonIDFor(slot, 1), before: func() {
			usher.Advance(10 * time.Second)
			company.Admin.Post(t, "/employees/"+who+"/dismiss", "").Must(t, 200)
		}}
	})
	invited, err := another.InviteByEmail(t.Context(), request, commands.InviteByEmail{Emails: []string{"late@example.org"}})
	require.NoError(t, err)
	require.Error(t, invited.Rows[0].Refused, "the inviter was dismissed ten seconds before the append")
}

// midway is a store in which something happens before the first append to a person.
type midway struct {
	commands.EventStore
	before func()
}

func (m *midway) Append(ctx context.Context, stream domain.StreamName, expected domain.Expected, events []commands.Uncommitted) (commands.Appended, error) {
	if before := m.before; before != nil && strings.HasPrefix(string(stream), "person-") {
		m.before = nil
		before()
	}
	return m.EventStore.Append(ctx, stream, expected, events)
}

func TestWhoIsInvitedWhileTheBatchIsRevokedIsRevokedToo(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	request := requestOf(t, usher, company.Admin)
	another := usher.Another(t, func(base *composition.Base) {
		base.Store = &midway{EventStore: base.Store, before: func() {
			company.Admin.Post(t, "/batches/"+domain.BatchFor(request.Command).String()+"/revoke", "").Must(t, 200)
			company.Settled(t)
		}}
	})
	invited, err := another.InviteByEmail(t.Context(), request, commands.InviteByEmail{Emails: []string{"late@example.org"}})
	require.NoError(t, err)
	require.NoError(t, invited.Rows[0].Refused)
	company.Settled(t)
	require.Empty(t, company.Admin.Get(t, "/invited").Items(t))
}

func TestWhatIsRefusedAfterAConflictIsNotCounted(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Admin.Put(t, "/settings/limits", `{"emails":2}`).Must(t, 200)
	request := requestOf(t, usher, company.Admin)
	another := usher.Another(t, func(base *composition.Base) {
		base.Store = &midway{EventStore: base.Store, before: func() {
			company.Admin.Post(t, "/invitations/email", `{"emails":["wanted@example.org"]}`).Must(t, 200)
		}}
	})
	late, err := another.InviteByEmail(t.Context(), request, commands.InviteByEmail{Emails: []string{"wanted@example.org"}})
	require.NoError(t, err)
	require.Equal(t, domain.AlreadyInvited, domain.CodeOf(late.Rows[0].Refused))
	outcome := company.Admin.Post(t, "/invitations/email", `{"emails":["second@example.org"]}`).Text(t, "results.0.outcome")
	require.Equal(t, "invited", outcome, "one message was sent so far")
}

func TestALapsedClaimGivesWayToALimitedJoinLink(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Employee(t, "ben@example.org").Post(t, "/me/login", fmt.Sprintf(`{"login":"wanted@example.org","current":%q}`, httpapitest.Password)).Must(t, 200)
	usher.Advance(25 * time.Hour)
	company.Admin = company.SignIn(t, "admin@acme.example", httpapitest.Password)
	company.Admin.Put(t, "/join-link/limits", `{"max_uses":5}`).Must(t, 200)
	company.Join(t, "wanted@example.org").Must(t, 201)
}

func TestBackToALoginThatIsNotReleasedYet(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	ben := company.Employee(t, "ben@example.org")
	usher.StopPolicies(t)
	account, err := usher.App.AccountNamed(t.Context(), "acme")
	require.NoError(t, err)
	change := func(login string, number int) {
		ben.Post(t, "/me/login", fmt.Sprintf(`{"login":%q,"current":%q}`, login, httpapitest.Password)).Must(t, 200)
		contact, err := usher.App.Contact(login, "")
		require.NoError(t, err)
		slot, err := usher.App.SlotOf(t.Context(), account, contact)
		require.NoError(t, err)
		link, err := commands.Secrets{Keyring: usher.Base.Vault}.Fill(t.Context(), commands.Message{Account: account, Slot: slot, Link: commands.LinkTo(links.Login, number)})
		require.NoError(t, err)
		usher.Client("").Post(t, "/v1/join/"+link.Link, `{}`).Must(t, 201)
	}
	change("b@new.example", 1)
	change("c@new.example", 1)
	change("b@new.example", 2)
}

func TestOneRejectionIsOneMail(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Admin.Put(t, "/settings/registration", `{"domains":["victim.example"]}`).Must(t, 200)
	who := ""
	for range 5 {
		who = company.Join(t, "v@victim.example").Must(t, 201).Text(t, "person")
	}
	company.Admin.Post(t, "/approvals/"+who+"/reject", `{}`).Must(t, 200)
	company.Settled(t)
	sent := slices.DeleteFunc(company.Admin.Get(t, "/outbox?limit=1000").Items(t), func(m map[string]any) bool { return m["to"] != "v@victim.example" })
	require.Len(t, sent, 5+1)
}

func TestCodesForPasswordsAreSMSThatCount(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Admin.Put(t, "/settings/limits", `{"sms":2}`).Must(t, 200)
	company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, 200)
	usher.Client("").Post(t, "/v1/join/"+company.TokenSentTo(t, "+14155550100"), httpapitest.Form("")).Must(t, 201)
	for range 3 {
		usher.Client("").Post(t, company.Path+"/passwords/forgotten", `{"login":"+14155550100"}`).Must(t, 202)
		usher.Advance(6 * time.Minute)
	}
	company.Settled(t)
	sent := slices.DeleteFunc(company.Admin.Get(t, "/outbox?limit=1000").Items(t), func(m map[string]any) bool { return m["channel"] != "sms" })
	require.Len(t, sent, 2, "an invitation and one code; whoever asks is told the same all the while")
}

func TestWhoReturnsLeadsNothing(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	who := company.Employee(t, "ben@example.org").Get(t, "/me").Text(t, "person")
	kitchen := company.Admin.Post(t, "/departments", `{"name":"Kitchen"}`).Must(t, 201).Text(t, "id")
	company.Admin.Put(t, "/departments/"+kitchen+"/head", fmt.Sprintf(`{"person":%q}`, who)).Must(t, 200)
	company.Admin.Post(t, "/employees/"+who+"/dismiss", "").Must(t, 200)
	company.Settled(t)
	company.Admin.Post(t, "/employees/"+who+"/rehire", "").Must(t, 200)
	require.Nil(t, company.Admin.Get(t, "/structure").Value(t, "root.departments.0.head"))
}
