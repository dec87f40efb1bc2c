package engine_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// TestTheSameCommandAgain gives every command twice, the second time after a
// restart: the answer is the same, and nothing is added to the log.
func TestTheSameCommandAgain(t *testing.T) { enginetest.OnEachLog(t, theSameCommandAgain) }

func theSameCommandAgain(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	ctx := t.Context()
	operator := commands.Request{Command: usher.App.NewCommand(), Caller: commands.Operator()}
	founding := commands.FoundAccount{
		Slug: "acme", Name: "Acme", Email: "ann@acme.example", FirstName: "Ann", LastName: "Admin", Password: adminPassword,
	}
	founded, err := usher.App.FoundAccount(ctx, operator, founding)
	require.NoError(t, err)
	signedIn, err := usher.App.LogIn(ctx, commands.LogIn{Slug: "acme", Login: "ann@acme.example", Password: adminPassword})
	require.NoError(t, err)
	ann, err := usher.App.Authenticate(ctx, signedIn.Token)
	require.NoError(t, err)
	by := func(caller commands.Caller) commands.Request {
		return commands.Request{Command: usher.App.NewCommand(), Caller: caller, Account: founded.Account}
	}
	public, plan := account.Public, account.ChangePlan{Plan: account.Standard}
	link, err := usher.App.JoinLink(ctx, ann, founded.Account)
	require.NoError(t, err)

	type command struct {
		name    string
		request commands.Request
		do      func(context.Context, *commands.App, commands.Request) (any, error)
	}
	all := []command{
		{"found", operator, func(ctx context.Context, app *commands.App, r commands.Request) (any, error) {
			return app.FoundAccount(ctx, r, founding)
		}},
		{"change registration", by(ann), func(ctx context.Context, app *commands.App, r commands.Request) (any, error) {
			return app.ChangeRegistration(ctx, r, commands.ChangeRegistration{Mode: &public})
		}},
		{"change the plan", by(commands.Operator()), func(ctx context.Context, app *commands.App, r commands.Request) (any, error) {
			return app.ChangePlan(ctx, r, plan)
		}},
		{"create a department", by(ann), func(ctx context.Context, app *commands.App, r commands.Request) (any, error) {
			id, done, err := app.CreateDepartment(ctx, r, commands.CreateDepartment{Name: "Sales"})
			return []any{id, done}, err
		}},
		{"invite", by(ann), func(ctx context.Context, app *commands.App, r commands.Request) (any, error) {
			invited, err := app.InviteBySMS(ctx, r, commands.InviteBySMS{Phones: []string{"+14155550101", "+14155550102", "x", "+14155550101"}})
			return invited, err
		}},
		{"register by the join link", by(commands.LinkHolder()), func(ctx context.Context, app *commands.App, r commands.Request) (any, error) {
			return app.UseLink(ctx, r, commands.UseLink{
				Token: link.Token, Email: "max@example.org", FirstName: "Max", LastName: "Miller", Password: "coffee before breakfast",
			})
		}},
		{"register directly", by(ann), func(ctx context.Context, app *commands.App, r commands.Request) (any, error) {
			return app.RegisterDirectly(ctx, r, commands.RegisterDirectly{Email: "eve@example.org", FirstName: "Eve", LastName: "Evans", JobTitle: "Baker", WithoutConfirmation: true})
		}},
	}
	answers := make([]any, len(all))
	for i, c := range all {
		answers[i], err = c.do(ctx, usher.App, c.request)
		require.NoError(t, err, c.name)
	}
	usher.Settle(t)
	before, err := usher.Log.Head(ctx)
	require.NoError(t, err)

	usher.Restart(t)
	for i, c := range all {
		again, err := c.do(ctx, usher.App, c.request)
		require.NoError(t, err, c.name)
		require.Equal(t, answers[i], again, c.name)
	}
	usher.Settle(t)
	after, err := usher.Log.Head(ctx)
	require.NoError(t, err)
	require.Equal(t, before, after, "nothing was added to the log")
}

// TestFoundingIsFinishedAfterACrash ends everything between the two appends of
// a founding.
func TestFoundingIsFinishedAfterACrash(t *testing.T) {
	enginetest.OnEachLog(t, foundingIsFinishedAfterACrash)
}

func foundingIsFinishedAfterACrash(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	request := commands.Request{Command: usher.App.NewCommand(), Caller: commands.Operator()}
	crashing := withCrash(t, usher, "account-", cancel)
	_, err := crashing.FoundAccount(ctx, request, commands.FoundAccount{
		Slug: "acme", Name: "Acme", Email: "ann@acme.example", FirstName: "Ann", LastName: "Admin", Password: adminPassword,
	})
	require.ErrorIs(t, err, context.Canceled)
	usher.Settle(t)
	in, err := usher.App.LogIn(t.Context(), commands.LogIn{Slug: "acme", Login: "ann@acme.example", Password: adminPassword})
	require.NoError(t, err, "the policy finished the founding")
	require.Equal(t, domain.RoleAdministrator, in.Role)
}
