package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func TestMove(t *testing.T) {
	moved := person.Moved{Person: anna, Department: sales}
	t.Run("an employee is moved", func(t *testing.T) {
		given(t, employedByPublicLink()...).When(person.Move{Department: sales}).Then(moved)
	})
	t.Run("and back to the root", func(t *testing.T) {
		given(t, with(employedByPublicLink(), one(moved))...).When(person.Move{}).Then(person.Moved{Person: anna})
	})
	t.Run("who stands there already is not moved", func(t *testing.T) {
		given(t, employedByPublicLink()...).When(person.Move{}).ThenNothing()
		given(t, with(employedByPublicLink(), one(moved))...).When(person.Move{Department: sales}).ThenNothing()
	})
	t.Run("who has no access is refused", func(t *testing.T) {
		given(t, left()...).When(person.Move{Department: sales}).ThenRefused(domain.NotEmployed)
		given(t, invitedByEmail(1, open)).When(person.Move{Department: sales}).ThenRefused(domain.NotEmployed)
	})
}

// TestChosenPlacesThatAreGone tells what becomes of a choice (S31, D3).
func TestChosenPlacesThatAreGone(t *testing.T) {
	kitchen := domain.DepartmentID{7}
	gone := person.Missing{
		Departments: map[domain.DepartmentID]domain.DepartmentID{sales: kitchen}, Workgroups: []domain.WorkgroupID{chess},
	}
	// fell is employed as chosen for sales and its workgroups, of which that is gone.
	fell := func(basis person.Basis, workgroups bool) person.Event {
		employed := employed(basis)
		employed.Department, employed.Instead = sales, kitchen
		if workgroups {
			employed.Workgroups, employed.Archived = []domain.WorkgroupID{choir}, []domain.WorkgroupID{chess}
		}
		return employed
	}
	t.Run("redeemed, it says so, and nobody joins an archived workgroup", func(t *testing.T) {
		command := redeem(1, 1)
		command.Missing = gone
		given(t, invitedByEmail(1, open)).When(command).
			Then(cameByInvitation(1, 1, email, person.Nothing), invitationRedeemed(1, 1), fell(throughEmail(1, 1), true))
	})
	t.Run("proved and redeemed by it, it says so", func(t *testing.T) {
		given(t, invitedByEmail(1, open), joinedWhileInvited(1, 1, public)).When(person.Prove{Registration: 1, Missing: gone}).
			Then(proved(1, person.NoConcern), invitationRedeemed(1, 1), fell(throughEmail(1, 1), true))
	})
	t.Run("approved, it says so", func(t *testing.T) {
		basis := throughEmail(1, 1)
		basis.Kind, basis.Approver = person.ApprovedByAdmin, carla
		given(t, invitedByEmail(1, open), cameByInvitation(1, 1, email, person.Approval), invitationRedeemed(1, 1)).
			When(person.Approve{Registration: 1, By: carla, Missing: gone}).Then(approved(1), fell(basis, true))
	})
	t.Run("come by the join link of a department, it says so", func(t *testing.T) {
		command, ok := join(1, public).(person.RegisterByJoinLink)
		require.True(t, ok)
		command.Department, command.Missing = sales, gone
		registered := joined(1, person.Nothing, public)
		registered.Department = sales
		given(t).When(command).Then(registered, fell(throughPublicLink(1), false))
	})
	t.Run("it is looked for in all that was chosen", func(t *testing.T) {
		registered := joined(1, person.Approval, moderated)
		registered.Department = domain.DepartmentID{8}
		departments, workgroups := person.Decider().Fold(person.State{}, invitedByEmail(1, open), registered).Chosen()
		require.Equal(t, []domain.DepartmentID{sales, {8}}, departments)
		require.Equal(t, []domain.WorkgroupID{chess, choir}, workgroups)
	})
}
