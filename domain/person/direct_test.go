package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func TestRegisterDirectly(t *testing.T) {
	t.Run("given nobody, without confirmation, an employee has a generated password for a while", func(t *testing.T) {
		given(t).When(registerDirectly(true)).Then(generatedPassword()...)
	})
	t.Run("given nobody, with confirmation, an employee has a link to choose a password", func(t *testing.T) {
		given(t).When(registerDirectly(false)).Then(passwordLink()...)
	})
	t.Run("given an invitation, open or over, it is superseded", func(t *testing.T) {
		given(t, invitedByEmail(1, open)).When(registerDirectly(true)).Then(with(one(invitationSuperseded(1)), generatedPassword())...)
		given(t, invitedByEmail(1, over)).When(registerDirectly(false)).Then(with(one(invitationSuperseded(1)), passwordLink())...)
	})
	for name, waiting := range map[string]person.Event{
		"proof": joined(1, person.Proof, ruled), "approval": joined(1, person.Approval, moderated),
	} {
		t.Run("given a registration that awaits "+name+", it is superseded", func(t *testing.T) {
			given(t, waiting).When(registerDirectly(true)).Then(with(one(superseded(1)), generatedPassword())...)
		})
	}
	t.Run("given a registration that awaits approval, who may not approve may not register directly either (S18)", func(t *testing.T) {
		command := registerDirectly(true)
		command.MayApprove = false
		given(t, joined(1, person.Approval, moderated)).When(command).ThenRefused(domain.AlreadyRegistered)
		given(t, joined(1, person.Proof, ruled)).When(command).Then(with(one(superseded(1)), generatedPassword())...)
	})
	t.Run("given an invitation and registrations that would redeem it, all of them are superseded", func(t *testing.T) {
		given(t, invitedByEmail(1, open), joinedWhileInvited(1, 1, public), joinedWhileInvited(2, 1, public)).When(registerDirectly(true)).
			Then(with(one(superseded(1), superseded(2), invitationSuperseded(1)), generatedPassword())...)
	})
	t.Run("given somebody rejected, a colleague may register them", func(t *testing.T) {
		given(t, joined(1, person.Approval, moderated), rejected(1)).When(registerDirectly(true)).Then(generatedPassword()...)
	})
	t.Run("given an employee, it refuses", func(t *testing.T) {
		for _, story := range [][]person.Event{employedByPublicLink(), employedBySMS(), generatedPassword(), passwordLink(), founder()} {
			given(t, story...).When(registerDirectly(true)).ThenRefused(domain.AlreadyEmployed)
			given(t, story...).When(registerDirectly(false)).ThenRefused(domain.AlreadyEmployed)
		}
	})
	t.Run("a password that somebody chose before, in a registration, is void", func(t *testing.T) {
		state := after(with(one(joined(1, person.Approval, moderated), superseded(1)), generatedPassword())...)
		require.Equal(t, person.Credential{Kind: person.GeneratedCredential, Counter: 1, ExpiresAt: open}, state.Credential)
		require.Equal(t, "Dyer", state.LastName)
	})
}
