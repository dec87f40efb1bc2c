package commands_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// places is a department below another, two workgroups, and Ben, who is invited to
// the lower one and both.
type places struct {
	*commandstest.World
	ben            commandstest.Someone
	kitchen, oven  domain.DepartmentID
	choir, players domain.WorkgroupID
}

func placed(t *testing.T) places {
	t.Helper()
	p := places{World: commandstest.New(t)}
	p.kitchen = department(p.World, "Kitchen")
	var err error
	p.oven, _, err = p.App.CreateDepartment(t.Context(), p.Request(p.Founder), commands.CreateDepartment{Name: "Oven", Parent: p.kitchen})
	require.NoError(t, err)
	p.choir, _, err = p.App.CreateWorkgroup(t.Context(), p.Request(p.Founder), "Choir")
	require.NoError(t, err)
	p.players, _, err = p.App.CreateWorkgroup(t.Context(), p.Request(p.Founder), "Players")
	require.NoError(t, err)
	return p
}

// invite invites Ben to all of it.
func (p places) invite(t *testing.T) places {
	t.Helper()
	_, err := p.App.InviteByEmail(t.Context(), p.Request(p.Founder), commands.InviteByEmail{
		Emails: []string{"ben@mill.example"}, Department: p.oven, Workgroups: []domain.WorkgroupID{p.choir, p.players},
	})
	require.NoError(t, err)
	p.ben = p.Someone("ben@mill.example")
	return p
}

// end deletes the department and archives a workgroup.
func (p places) end(t *testing.T) {
	t.Helper()
	_, err := p.App.DeleteDepartment(t.Context(), p.Request(p.Founder), p.oven)
	require.NoError(t, err)
	_, err = p.App.ArchiveWorkgroup(t.Context(), p.Request(p.Founder), p.choir)
	require.NoError(t, err)
}

func employedBy(t *testing.T, o commandstest.Outcome, who commandstest.Someone) person.Employed {
	t.Helper()
	require.NoError(t, o.Err)
	events := o.Appended[who.Stream()]
	employed, ok := events[len(events)-1].(person.Employed)
	require.True(t, ok, "%+v", events)
	return employed
}

func TestWhoComesStandsWhereWasChosenAndIsLeft(t *testing.T) {
	var used commands.LinkUsed
	for name, comes := range map[string]func(*testing.T, places, func()) commandstest.Outcome{
		"by the invitation": func(_ *testing.T, p places, meanwhile func()) commandstest.Outcome {
			form := commandstest.Form(p.Token(p.ben))
			meanwhile()
			return p.As(commands.LinkHolder()).When(using(form, &used))
		},
		"by a proof": func(_ *testing.T, p places, meanwhile func()) commandstest.Outcome {
			p.Joined("ben@mill.example")
			form := commands.UseLink{Token: p.Token(p.ben)}
			meanwhile()
			return p.As(commands.LinkHolder()).When(using(form, &used))
		},
		"by an approval": func(t *testing.T, p places, meanwhile func()) commandstest.Outcome {
			t.Helper()
			p.Given(domain.AccountStream(p.Acme), account.InvitedPeopleModerated{})
			require.NoError(t, p.As(commands.LinkHolder()).When(using(commandstest.Form(p.Token(p.ben)), &used)).Err)
			meanwhile()
			return p.When(approving(p.ben.Person, 1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := placed(t).invite(t)
			employed := employedBy(t, comes(t, p, func() {}), p.ben)
			require.Equal(t, p.oven, employed.Department)
			require.Zero(t, employed.Instead)
			require.Equal(t, []domain.WorkgroupID{p.choir, p.players}, employed.Workgroups)
			require.Empty(t, employed.Archived)
		})
		t.Run(name+", where some of it is gone", func(t *testing.T) {
			p := placed(t).invite(t)
			employed := employedBy(t, comes(t, p, func() { p.end(t) }), p.ben)
			require.Equal(t, p.oven, employed.Department, "as chosen")
			require.Equal(t, p.kitchen, employed.Instead)
			require.Equal(t, []domain.WorkgroupID{p.players}, employed.Workgroups)
			require.Equal(t, []domain.WorkgroupID{p.choir}, employed.Archived)
		})
	}
}

func TestTheJoinLinkPlacesWhomItLetsIn(t *testing.T) {
	for name, gone := range map[string]bool{"as chosen": false, "above, where that is gone": true} {
		t.Run(name, func(t *testing.T) {
			p := placed(t)
			p.Given(domain.AccountStream(p.Acme), account.RegistrationModeChanged{Mode: account.Public}, account.JoinLinkLimited{Department: p.oven})
			nora, form := p.Someone("nora@mill.example"), p.JoinForm("nora@mill.example")
			var instead domain.DepartmentID
			if gone {
				p.end(t)
				instead = p.kitchen
			}
			var used commands.LinkUsed
			o := p.As(commands.LinkHolder()).When(using(form, &used))
			registered, employed := joined(o, nora, "public"), letInByLink(nora)
			registered.Department, employed.Department, employed.Instead = p.oven, p.oven, instead
			o.Then(commandstest.Events(nora.Stream(), registered, employed))
		})
	}
}
