package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// elsewhere is the slot of the new contact, and of whoever claims this one.
var elsewhere = domain.Slot{0xe}

var newEmail = domain.Contact{Kind: domain.ContactEmail, Address: "anna@elsewhere.example"}

func claim(number int) domain.ClaimID { return domain.ClaimID{0xd, byte(number)} }

func changeLogin(number int) person.Command {
	return person.ChangeLogin{Claim: claim(number), Slot: elsewhere, Tenure: 1, Epoch: 1, Credential: credential(1), Contact: newEmail}
}

func loginChanged(number int) person.Event {
	return person.LoginChanged{
		Person: anna, Claim: claim(number), Slot: elsewhere, Personal: person.ChangedLogin{Contact: newEmail, Before: email},
	}
}

func abandoned(number int) person.Event {
	return person.LoginChangeAbandoned{Person: anna, Claim: claim(number), Slot: elsewhere}
}

func TestChangingTheLogin(t *testing.T) {
	t.Run("given an employee, the person's own stream decides", func(t *testing.T) {
		given(t, founder()...).When(changeLogin(1)).Then(loginChanged(1))
	})
	t.Run("given that it was so already, nothing happens", func(t *testing.T) {
		given(t, with(founder(), one(loginChanged(1)))...).When(changeLogin(1)).Then()
	})
	t.Run("given a claim that was abandoned, it is too late", func(t *testing.T) {
		given(t, with(founder(), one(abandoned(1)))...).When(changeLogin(1)).ThenRefused(domain.LinkRevoked)
	})
	t.Run("given a newer login, the older claim does not come back", func(t *testing.T) {
		given(t, with(founder(), one(loginChanged(1), loginChanged(2)))...).When(changeLogin(1)).ThenRefused(domain.LinkRevoked)
	})
	t.Run("given nobody employed, it refuses", func(t *testing.T) {
		given(t, joined(1, person.Approval, moderated)).When(changeLogin(1)).ThenRefused(domain.LinkRevoked)
	})
	t.Run("given a claim of an earlier epoch, it refuses", func(t *testing.T) {
		late := changeLogin(1).(person.ChangeLogin)
		late.Epoch = 0
		given(t, founder()...).When(late).ThenRefused(domain.LinkRevoked)
	})
	t.Run("given a claim that has decided, it cannot be abandoned", func(t *testing.T) {
		given(t, with(founder(), one(loginChanged(1)))...).When(person.AbandonLoginChange{Claim: claim(1), Slot: elsewhere}).Then()
	})
	t.Run("given a change, the contact and the slot of the login are new, and the earlier one is to be released", func(t *testing.T) {
		state := after(with(founder(), one(loginChanged(1), loginChanged(2)))...)
		require.Equal(t, newEmail, state.Contact)
		require.Equal(t, elsewhere, state.LoginSlot(slot))
		require.Equal(t, []person.HeldContact{{Slot: elsewhere, Claim: claim(1)}}, state.Login.Ended)
	})
}
