package account_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/domaintest"
)

var bob = domain.PersonID{7}

func count(who domain.PersonID, n int) account.Command {
	return account.CountAdministrator{Person: who, N: n}
}

func counted(who domain.PersonID, n int) account.Event {
	return account.AdministratorCounted{Person: who, N: n}
}

func uncount(who domain.PersonID, n int) account.Command {
	return account.UncountAdministrator{Person: who, N: n, Becomes: account.BecomesAuditor, By: admin.Person}
}

func uncounted(who domain.PersonID, n int) account.Event {
	return account.AdministratorUncounted{Person: who, N: n, Becomes: account.BecomesAuditor, By: admin.Person}
}

func TestAdministratorsAreCounted(t *testing.T) {
	t.Run("the founder counts from the beginning", func(t *testing.T) { given(t).When(count(admin.Person, 1)).ThenNothing() })
	t.Run("another one is counted", func(t *testing.T) { given(t).When(count(bob, 1)).Then(counted(bob, 1)) })
	t.Run("who is counted already is not counted again", func(t *testing.T) {
		given(t, counted(bob, 1)).When(count(bob, 1)).ThenNothing()
	})
	t.Run("the last one is not uncounted", func(t *testing.T) {
		given(t).When(uncount(admin.Person, 1)).ThenRefused(domain.LastAdministrator)
	})
	t.Run("either of two is", func(t *testing.T) {
		given(t, counted(bob, 1)).When(uncount(admin.Person, 1)).Then(uncounted(admin.Person, 1))
		given(t, counted(bob, 1)).When(uncount(bob, 1)).Then(uncounted(bob, 1))
	})
	t.Run("but not both", func(t *testing.T) {
		given(t, counted(bob, 1), uncounted(admin.Person, 1)).When(uncount(bob, 1)).ThenRefused(domain.LastAdministrator)
	})
	t.Run("who is uncounted already is not uncounted again", func(t *testing.T) {
		given(t, counted(bob, 1), uncounted(bob, 1)).When(uncount(bob, 1)).ThenNothing()
	})
	t.Run("somebody not yet counted is uncounted, and a late count refused", func(t *testing.T) {
		given(t).When(uncount(bob, 1)).Then(uncounted(bob, 1))
		given(t, uncounted(bob, 1)).When(count(bob, 1)).ThenRefused(domain.RoleChanged)
	})
	t.Run("who is made an administrator again is counted again", func(t *testing.T) {
		given(t, uncounted(bob, 1)).When(count(bob, 2)).Then(counted(bob, 2))
	})
	t.Run("what comes later than the next time is refused", func(t *testing.T) {
		given(t, counted(bob, 2)).When(count(bob, 1)).ThenRefused(domain.RoleChanged)
		given(t, counted(bob, 2)).When(uncount(bob, 1)).ThenRefused(domain.RoleChanged)
	})
	t.Run("nobody is counted in an account that there is not", func(t *testing.T) {
		givenNothing(t).When(count(bob, 1)).ThenRefused(domain.NotFound)
		givenNothing(t).When(uncount(bob, 1)).ThenRefused(domain.NotFound)
	})
}

func TestSomebodyAlwaysCounts(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		for _, told := range domaintest.Tell(t, account.Decider(), anyCommand) {
			counted := 0
			for _, appointment := range told.After.Appointments {
				if appointment.Counted {
					counted++
				}
			}
			if told.After.Exists() && counted == 0 {
				t.Fatalf("%+v leaves an account without an administrator: %+v", told.Command, told.After.Appointments)
			}
		}
	})
}
