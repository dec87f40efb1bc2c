package questions_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections/catalogue"
)

func TestTheTable(t *testing.T) {
	t.Parallel()
	var views []string
	for _, view := range catalogue.All() {
		views = append(views, view.Name())
	}
	names := map[string]bool{}
	for _, one := range questions.All() {
		t.Run(one.Name, func(t *testing.T) {
			require.False(t, names[one.Name], "it is there twice")
			names[one.Name] = true
			require.Contains(t, commands.Actions(), one.Action)
			for _, view := range one.Views {
				require.Contains(t, views, view.Name())
			}
		})
	}
}

// request is a question about the structure, and what is wrong with it.
type request struct {
	least domain.Position
	wrong error
}

func (r request) Least() (domain.Position, error) { return r.least, nil }
func (r request) Query() (struct{}, error)        { return struct{}{}, r.wrong }

func TestAsk(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	sources := &questions.Sources{App: usher.App, Reader: usher.Rows, Views: usher.Views, Now: usher.Now, WaitLimit: time.Millisecond}
	caller := func(client httpapitest.Client) commands.Caller {
		found, err := usher.App.Authenticate(t.Context(), strings.TrimPrefix(client.Header.Get("Authorization"), "Bearer "))
		require.NoError(t, err)
		return found
	}
	admin := caller(company.Admin)
	employee := caller(company.Hire(t, "ben@acme.example", domain.RoleEmployee))
	asker := func(who commands.Caller) questions.Asker { return sources.Asker(who, who.Account) }
	wrong := domain.Refuse(domain.InvalidID, "this is not an id").In("department")
	company.Settled(t)

	t.Run("answers who may ask", func(t *testing.T) {
		company.Admin.Post(t, "/workgroups", `{"name":"Early shift"}`).Must(t, 201)
		company.Settled(t)
		chart, err := questions.Ask(t.Context(), asker(employee), questions.Structure(), request{})
		require.NoError(t, err)
		require.Len(t, chart.Workgroups, 1)
	})
	t.Run("tells who may not ask nothing of what is wrong with the request", func(t *testing.T) {
		_, err := questions.Ask(t.Context(), asker(employee), questions.JoinLink(), request{wrong: wrong})
		require.Equal(t, domain.NotPermitted, domain.CodeOf(err))
		_, err = questions.Ask(t.Context(), asker(admin), questions.JoinLink(), request{wrong: wrong})
		require.Equal(t, domain.InvalidID, domain.CodeOf(err))
	})
	t.Run("has nothing for somebody of another account", func(t *testing.T) {
		other := usher.Found(t, "other")
		_, err := questions.Ask(t.Context(), sources.Asker(caller(other.Admin), admin.Account), questions.Structure(), request{})
		require.Equal(t, domain.NotFound, domain.CodeOf(err))
	})
	t.Run("knows no position that the log does not go up to", func(t *testing.T) {
		company.Settled(t)
		head, err := usher.Log.Head(t.Context())
		require.NoError(t, err)
		far := domain.Position{Commit: head.Commit + 7, Prepare: head.Prepare + 7}
		_, err = questions.Ask(t.Context(), asker(admin), questions.Structure(), request{least: far, wrong: wrong})
		require.Equal(t, domain.PositionUnknown, domain.CodeOf(err))
	})
	t.Run("does not wait where the log itself is read", func(t *testing.T) {
		far := domain.Position{Commit: 999_999, Prepare: 999_999}
		me, err := questions.Ask(t.Context(), asker(employee), questions.Me(), request{least: far})
		require.NoError(t, err)
		require.Equal(t, employee.Person, me.Person)
		_, err = questions.Ask(t.Context(), asker(employee), questions.Settings(), request{})
		require.Equal(t, domain.NotPermitted, domain.CodeOf(err), "which the App judges")
	})
}
