package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func correct(number int) person.Command {
	return person.Correct{Invitation: number, To: boris, By: carla, Contact: newEmail}
}

func corrected(number int) person.Event {
	return person.ContactCorrected{
		Person: anna, Invitation: number, To: boris, By: carla, Personal: person.Invitee{Contact: newEmail},
	}
}

func TestCorrectingAContact(t *testing.T) {
	t.Run("given an invitation to a mistyped contact, it ends there", func(t *testing.T) {
		given(t, invitedByEmail(1, open)).When(correct(1)).Then(corrected(1))
	})
	t.Run("given the right contact, it is invited as the mistyped one was: inviter, batch and placement come along", func(t *testing.T) {
		mistyped, right := after(invitedByEmail(1, open), corrected(1)), domain.PersonIDFor(elsewhere, 1)
		instead := mistyped.InviteInstead(corrected(1).(person.ContactCorrected), elsewhere, newEmail, week, false)
		given(t).When(instead).Then(person.InvitedByEmail{
			Person: right, Tenure: 1, Invitation: 1, Inviter: boris, Batch: mailing, ExpiresAt: week,
			Department: sales, Workgroups: []domain.WorkgroupID{chess, choir},
			Corrects: anna, By: carla, Personal: person.Invitee{Contact: newEmail},
		})
	})
	t.Run("given a batch that was revoked before, the right contact's invitation is apart from it", func(t *testing.T) {
		instead := after(invitedByEmail(1, open), corrected(1)).InviteInstead(corrected(1).(person.ContactCorrected), elsewhere, newEmail, week, true)
		require.True(t, instead.Apart)
	})
	t.Run("given that it was corrected already, nothing happens", func(t *testing.T) {
		given(t, invitedByEmail(1, open), corrected(1)).When(correct(1)).Then()
		given(t, invitedByEmail(1, open), invitationSuperseded(1), sentAgain(2), corrected(2)).When(correct(1)).ThenRefused(domain.InvitationChanged)
	})
	t.Run("given one that was redeemed, it refuses", func(t *testing.T) {
		given(t, employedBySMS()...).When(correct(1)).ThenRefused(domain.InvitationChanged)
	})
	t.Run("given that the right contact cannot be invited, that is on record once", func(t *testing.T) {
		refuse := person.RefuseCorrection{Invitation: 1, Code: domain.AlreadyEmployed}
		refused := person.CorrectionRefused{Person: anna, Invitation: 1, Code: string(domain.AlreadyEmployed)}
		given(t, invitedByEmail(1, open), corrected(1)).When(refuse).Then(refused)
		given(t, invitedByEmail(1, open), corrected(1), refused).When(refuse).Then()
		given(t, invitedByEmail(1, open)).When(refuse).Then()
	})
	t.Run("given a holder who asked for the mistyped one before, it is not sent to them; and a second correction may be refused anew", func(t *testing.T) {
		story := one(invitedByEmail(1, open), revoked(1), asked(1), corrected(1))
		given(t, story...).When(resend(1)).ThenRefused(domain.InvitationChanged)
		refuse := person.RefuseCorrection{Invitation: 1, Code: domain.AlreadyEmployed}
		refused := person.CorrectionRefused{Person: anna, Invitation: 1, Code: string(domain.AlreadyEmployed)}
		given(t, append(story, refused, asked(1), corrected(1))...).When(refuse).Then(refused)
	})
}
