package person_test

import (
	"testing"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func TestWorkgroups(t *testing.T) {
	join, leave := person.JoinWorkgroup{Workgroup: chess}, person.LeaveWorkgroup{Workgroup: chess}
	joined, left := person.WorkgroupJoined{Person: anna, Workgroup: chess}, person.WorkgroupLeft{Person: anna, Workgroup: chess}
	t.Run("given an employee, there are memberships to begin and to end", func(t *testing.T) {
		given(t, founder()...).When(join).Then(joined)
		given(t, with(founder(), one(joined))...).When(join).Then()
		given(t, with(founder(), one(joined))...).When(leave).Then(left)
		given(t, with(founder(), one(joined, left))...).When(leave).Then()
	})
	t.Run("given somebody who came by an invitation with workgroups, those are theirs", func(t *testing.T) {
		invited := one(invitedByEmail(1, open), cameByInvitation(1, 1, email, person.Nothing), invitationRedeemed(1, 1), employedInSales(throughEmail(1, 1)))
		given(t, invited...).When(join).Then()
		given(t, invited...).When(leave).Then(left)
	})
	t.Run("given nobody employed, it refuses", func(t *testing.T) {
		given(t).When(join).ThenRefused(domain.NotEmployed)
		given(t).When(leave).ThenRefused(domain.NotEmployed)
	})
}
