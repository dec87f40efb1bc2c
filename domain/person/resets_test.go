package person_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func TestForgottenPasswords(t *testing.T) {
	ask, use := person.AskPasswordReset{ExpiresAt: open}, person.ResetPassword{Number: 1, Credential: credential(4)}
	asked := person.PasswordResetAsked{Person: anna, Number: 1, ExpiresAt: open}
	again := person.PasswordResetAsked{Person: anna, Number: 2, ExpiresAt: open}
	done := person.PasswordReset{Person: anna, Number: 1, Credential: credential(4)}
	late := person.PasswordResetAsked{Person: anna, Number: 1, ExpiresAt: over}
	gone := person.Dismissed{Person: anna, By: carla, Epoch: 2}

	t.Run("given an employee, a link is sent, and the password goes on working", func(t *testing.T) {
		given(t, founder()...).When(ask).Then(asked)
		require.Equal(t, after(founder()...).Credential, after(with(founder(), one(asked))...).Credential)
	})
	t.Run("given a link, it replaces the password once", func(t *testing.T) {
		given(t, with(founder(), one(asked))...).When(use).Then(done)
		given(t, with(founder(), one(asked, done))...).When(use).ThenRefused(domain.LinkUsed)
	})
	t.Run("given that it was asked just now, nothing happens", func(t *testing.T) {
		given(t, with(founder(), one(asked))...).When(ask).Then()
		given(t, with(founder(), one(asked))...).When(person.AskPasswordReset{ExpiresAt: open.Add(4 * time.Minute)}).Then()
	})
	t.Run("given that it was asked a while ago, a newer link takes its place", func(t *testing.T) {
		later := again
		later.ExpiresAt = open.Add(5 * time.Minute)
		given(t, with(founder(), one(asked))...).When(person.AskPasswordReset{ExpiresAt: later.ExpiresAt}).Then(later)
	})
	t.Run("given one that an administrator sent, another's asking takes its place at once", func(t *testing.T) {
		sent, bySMS := asked, again
		sent.By = carla
		given(t, founder()...).When(person.AskPasswordReset{By: carla, ExpiresAt: open}).Then(sent)
		given(t, with(founder(), one(sent))...).When(person.AskPasswordReset{By: carla, ExpiresAt: open}).Then()
		given(t, with(founder(), one(sent))...).When(ask).Then(bySMS)
	})
	t.Run("given somebody who signs in by phone, what was asked for is a code, and what was sent by an administrator a link", func(t *testing.T) {
		sent, byPhone := asked, person.LoginChanged{Person: anna, Claim: claim(1), Slot: elsewhere, Personal: person.ChangedLogin{Contact: phone, Before: email}}
		sent.By = carla
		require.True(t, after(with(founder(), one(byPhone, asked))...).ByCode())
		require.False(t, after(with(founder(), one(byPhone, sent))...).ByCode())
		require.False(t, after(with(founder(), one(asked))...).ByCode())
	})
	t.Run("given a dead link, it says why it is dead", func(t *testing.T) {
		given(t, founder()...).When(use).ThenRefused(domain.NotFound)
		given(t, with(founder(), one(late))...).When(use).ThenRefused(domain.LinkExpired)
		given(t, with(founder(), one(asked, again))...).When(use).ThenRefused(domain.LinkSuperseded)
		given(t, with(founder(), one(asked, gone))...).When(use).ThenRefused(domain.LinkRevoked)
	})
	t.Run("given another password or login since, the link is void", func(t *testing.T) {
		given(t, with(founder(), one(asked, passwordChanged(3)))...).When(use).ThenRefused(domain.LinkUsed)
		given(t, with(founder(), one(asked, loginChanged(1)))...).When(use).ThenRefused(domain.LinkUsed)
		given(t, with(founder(), one(asked, gone, employed(throughApproval(1))))...).When(use).ThenRefused(domain.LinkUsed)
	})
	t.Run("given nobody employed, it refuses", func(t *testing.T) {
		given(t).When(ask).ThenRefused(domain.NotEmployed)
	})
}
