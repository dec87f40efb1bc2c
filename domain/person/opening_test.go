package person_test

import (
	"testing"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func opened(number int) person.Event {
	return person.InvitationOpened{Person: anna, Invitation: number}
}

func TestOpeningAnInvitation(t *testing.T) {
	open1 := person.OpenInvitation{Invitation: 1}
	t.Run("given an open invitation, it is on record once", func(t *testing.T) {
		given(t, invitedByEmail(1, open)).When(open1).Then(opened(1))
		given(t, invitedBySMS(1, open)).When(open1).Then(opened(1))
		given(t, invitedBySMS(1, open), opened(1)).When(open1).ThenNothing()
	})
	t.Run("given one that was sent again, the newer link is opened by itself", func(t *testing.T) {
		story := one(invitedByEmail(1, open), opened(1), invitationSuperseded(1), sentAgain(2))
		given(t, story...).When(person.OpenInvitation{Invitation: 2}).Then(opened(2))
		given(t, story...).When(open1).ThenRefused(domain.LinkSuperseded)
	})
	t.Run("given an opened one, whoever opened it may still come, or decline", func(t *testing.T) {
		given(t, invitedByEmail(1, open), opened(1)).When(person.Decline{Invitation: 1}).Then(declined(1))
	})
	t.Run("given a dead link, it says why it is dead, opened before or not", func(t *testing.T) {
		given(t, invitedByEmail(1, open), opened(1), declined(1)).When(open1).ThenRefused(domain.LinkDeclined)
		given(t, invitedByEmail(1, open), revoked(1)).When(open1).ThenRefused(domain.LinkRevoked)
		given(t, invitedByEmail(1, over)).When(open1).ThenRefused(domain.LinkExpired)
		given(t, employedBySMS()...).When(open1).ThenRefused(domain.LinkUsed)
		given(t).When(open1).ThenRefused(domain.NotFound)
	})
}
