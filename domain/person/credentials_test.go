package person_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func setPassword(counter, number int) person.Command {
	return person.SetPassword{Counter: counter, Credential: credential(number)}
}

func changePassword(number int) person.Command {
	return person.ChangePassword{Credential: credential(number)}
}

func TestSetPassword(t *testing.T) {
	t.Run("given an open link, it sets the first password", func(t *testing.T) {
		given(t, passwordLink()...).When(setPassword(1, 1)).Then(passwordSet(1))
	})
	t.Run("given a link that is over, it refuses", func(t *testing.T) {
		given(t, passwordLink()...).At(week).When(setPassword(1, 1)).ThenRefused(domain.LinkExpired)
		given(t, passwordLink()...).At(week.Add(-time.Nanosecond)).When(setPassword(1, 1)).Then(passwordSet(1))
	})
	t.Run("given that it was used, it refuses, also long after and after a change", func(t *testing.T) {
		given(t, with(passwordLink(), one(passwordSet(1)))...).When(setPassword(1, 2)).ThenRefused(domain.LinkUsed)
		given(t, with(passwordLink(), one(passwordSet(1)))...).At(week).When(setPassword(1, 2)).ThenRefused(domain.LinkUsed)
		given(t, with(passwordLink(), one(passwordSet(1), passwordChanged(2)))...).When(setPassword(1, 3)).ThenRefused(domain.LinkUsed)
	})
	t.Run("given a newer link, the older one says so", func(t *testing.T) {
		again := person.PasswordLinkIssued{Person: anna, Counter: 2, ExpiresAt: week}
		given(t, with(passwordLink(), one(again))...).When(setPassword(1, 1)).ThenRefused(domain.LinkSuperseded)
		given(t, with(passwordLink(), one(again))...).When(setPassword(2, 1)).Then(passwordSet(1))
	})
	t.Run("given a generated password, which has no link, it refuses", func(t *testing.T) {
		given(t, generatedPassword()...).When(setPassword(1, 1)).ThenRefused(domain.LinkUsed)
	})
	t.Run("it refuses a number that there is not", func(t *testing.T) {
		for _, counter := range []int{-1, 0, 2, 1_000_000_000} {
			given(t, passwordLink()...).When(setPassword(counter, 1)).ThenRefused(domain.NotFound)
		}
		given(t).When(setPassword(1, 1)).ThenRefused(domain.NotFound)
		given(t, employedByPublicLink()...).When(setPassword(1, 2)).ThenRefused(domain.NotFound)
	})
}

func TestChangePassword(t *testing.T) {
	t.Run("given a chosen password, it is replaced", func(t *testing.T) {
		given(t, employedByPublicLink()...).When(changePassword(2)).Then(passwordChanged(2))
		given(t, founder()...).When(changePassword(2)).Then(passwordChanged(2))
		given(t, with(passwordLink(), one(passwordSet(1)))...).When(changePassword(2)).Then(passwordChanged(2))
	})
	t.Run("given a generated password, it is replaced while it works", func(t *testing.T) {
		given(t, generatedPassword()...).When(changePassword(1)).Then(passwordChanged(1))
		given(t, generatedPassword()...).At(open).When(changePassword(1)).ThenRefused(domain.PasswordWrong)
	})
	t.Run("given a generated password that was replaced, its end does not matter any more", func(t *testing.T) {
		given(t, with(generatedPassword(), one(passwordChanged(1)))...).At(week).When(changePassword(2)).Then(passwordChanged(2))
	})
	t.Run("given a link to choose the first one, it refuses and the link stays", func(t *testing.T) {
		given(t, passwordLink()...).When(changePassword(1)).ThenRefused(domain.PasswordWrong)
	})
	t.Run("given that it is changed already, it is quiet", func(t *testing.T) {
		given(t, with(founder(), one(passwordChanged(2)))...).When(changePassword(2)).ThenNothing()
	})
	t.Run("given nobody with access, it refuses", func(t *testing.T) {
		for _, story := range [][]person.Event{
			nil, one(invitedByEmail(1, open)), one(joined(1, person.Approval, moderated)), one(joined(1, person.Proof, ruled)),
			one(joined(1, person.Approval, moderated), rejected(1)),
		} {
			given(t, story...).When(changePassword(2)).ThenRefused(domain.NotEmployed)
		}
	})
	t.Run("only the last one counts", func(t *testing.T) {
		state := after(with(generatedPassword(), one(passwordChanged(1), passwordChanged(2)))...)
		require.Equal(t, person.ChosenCredential, state.Credential.Kind)
		require.Equal(t, credential(2), state.Credential.ID)
	})
}

func TestSignsInWith(t *testing.T) {
	generated := func(counter int) person.Event {
		return person.PasswordGenerated{Person: anna, Counter: counter, ExpiresAt: open}
	}
	one := after(with(employedByPublicLink(), []person.Event{generated(1)})...).SignsInWith()
	two := after(with(employedByPublicLink(), []person.Event{generated(2)})...).SignsInWith()
	require.NotEqual(t, one, two)
	require.NotZero(t, one)
	chosen := after(employedByPublicLink()...)
	require.Equal(t, chosen.Credential.ID, chosen.SignsInWith())
	require.Zero(t, after(left()...).SignsInWith())
}
