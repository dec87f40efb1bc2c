package person_test

import (
	"testing"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func madeAdministrator(n int) person.Event {
	return person.MadeAdministrator{Person: anna, N: n, By: carla}
}

func makes(role domain.Role) person.ChangeRole { return person.ChangeRole{Role: role, By: carla} }

// makesOnceUncounted is makes for an administrator of whom the account has
// uncounted this appointment.
func makesOnceUncounted(role domain.Role, n int) person.Command {
	return person.ChangeRole{Role: role, By: carla, Uncounted: n}
}

func TestChangeRole(t *testing.T) {
	t.Run("an employee becomes an administrator, for the first time", func(t *testing.T) {
		given(t, employedByPublicLink()...).When(makes(domain.RoleAdministrator)).Then(madeAdministrator(1))
	})
	t.Run("a founder is one for the first time, and would be for the second", func(t *testing.T) {
		given(t, with(founder(), one(person.MadeEmployee{Person: anna, By: carla}))...).
			When(makes(domain.RoleAdministrator)).Then(madeAdministrator(2))
	})
	t.Run("an employee becomes an auditor, and an auditor an employee", func(t *testing.T) {
		auditor := person.MadeAuditor{Person: anna, By: carla}
		given(t, employedByPublicLink()...).When(makes(domain.RoleAuditor)).Then(auditor)
		given(t, with(employedByPublicLink(), one(auditor))...).When(makes(domain.RoleEmployee)).
			Then(person.MadeEmployee{Person: anna, By: carla})
	})
	t.Run("an administrator whom the account has uncounted becomes something else", func(t *testing.T) {
		administrator := with(employedByPublicLink(), one(madeAdministrator(1)))
		given(t, administrator...).When(makesOnceUncounted(domain.RoleEmployee, 1)).Then(person.MadeEmployee{Person: anna, By: carla})
		given(t, administrator...).When(makesOnceUncounted(domain.RoleAuditor, 1)).Then(person.MadeAuditor{Person: anna, By: carla})
	})
	t.Run("an administrator who may still be counted stays one", func(t *testing.T) {
		twice := with(employedByPublicLink(), one(madeAdministrator(1), person.MadeEmployee{Person: anna, By: carla}, madeAdministrator(2)))
		given(t, founder()...).When(makes(domain.RoleEmployee)).ThenRefused(domain.RoleChanged)
		given(t, twice...).When(makesOnceUncounted(domain.RoleAuditor, 1)).ThenRefused(domain.RoleChanged)
	})
	t.Run("the same role changes nothing", func(t *testing.T) {
		given(t, founder()...).When(makes(domain.RoleAdministrator)).ThenNothing()
		given(t, employedByPublicLink()...).When(makes(domain.RoleEmployee)).ThenNothing()
	})
	t.Run("there are three roles", func(t *testing.T) {
		given(t, employedByPublicLink()...).When(makes("owner")).ThenRefused(domain.InvalidRole)
	})
	t.Run("who has no access is refused", func(t *testing.T) {
		given(t, left()...).When(makes(domain.RoleAuditor)).ThenRefused(domain.NotEmployed)
		given(t, joined(1, person.Approval, moderated)).When(makes(domain.RoleAuditor)).ThenRefused(domain.NotEmployed)
	})
}
