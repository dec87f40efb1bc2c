package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func TestRegisterFounder(t *testing.T) {
	command := person.RegisterFounder{Slot: slot, Credential: credential(1), Details: registrant(1)}
	t.Run("given nobody, the founder is an administrator with the password that was chosen", func(t *testing.T) {
		given(t).When(command).Then(founder()...)
		require.Equal(t, domain.RoleAdministrator, after(founder()...).Employment.Role)
	})
	t.Run("given that somebody got hold of the contact before, the founder comes first", func(t *testing.T) {
		given(t, invitedByEmail(1, open), joinedWhileInvited(1, 1, public)).When(command).
			Then(with(one(superseded(1), invitationSuperseded(1)), founder())...)
	})
	t.Run("given the founder already, it is quiet", func(t *testing.T) {
		given(t, founder()...).When(command).ThenNothing()
		given(t, with(founder(), one(passwordChanged(2)))...).When(command).ThenNothing()
	})
}
