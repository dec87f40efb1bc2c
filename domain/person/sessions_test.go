package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func endSessions(epoch int) person.Command { return person.EndSessions{By: carla, Epoch: epoch} }

func sessionsEnded(epoch int) person.Event {
	return person.SessionsEnded{Person: anna, By: carla, Epoch: epoch}
}

func noteLogin(epoch int) person.Command { return person.NoteLogin{Epoch: epoch} }

func firstLogin() person.Event { return person.FirstLogin{Person: anna} }

func TestTheFirstLogin(t *testing.T) {
	t.Run("given somebody who was let in, it is on record once", func(t *testing.T) {
		given(t, employedByPublicLink()...).When(noteLogin(1)).Then(firstLogin())
		given(t, with(employedByPublicLink(), one(firstLogin()))...).When(noteLogin(1)).ThenNothing()
		given(t, with(employedByPublicLink(), one(firstLogin(), sessionsEnded(2)))...).When(noteLogin(2)).ThenNothing()
	})
	t.Run("given somebody who came back, it is a first time again", func(t *testing.T) {
		back := with(employedByPublicLink(), one(firstLogin(), dismissed(2)), rehired(0))
		given(t, back...).When(noteLogin(after(back...).Employment.Epoch)).Then(firstLogin())
	})
	t.Run("given that the session has ended meanwhile, it was none", func(t *testing.T) {
		given(t, with(employedByPublicLink(), one(sessionsEnded(2)))...).When(noteLogin(1)).ThenNothing()
	})
	t.Run("who has no access does not log in", func(t *testing.T) {
		given(t, left()...).When(noteLogin(2)).ThenRefused(domain.NotEmployed)
		given(t, invitedBySMS(1, open)).When(noteLogin(0)).ThenRefused(domain.NotEmployed)
	})
}

func TestEndSessions(t *testing.T) {
	t.Run("given sessions, they are void, and access stays", func(t *testing.T) {
		given(t, employedByPublicLink()...).When(endSessions(1)).Then(sessionsEnded(2))
		state := after(with(employedByPublicLink(), one(sessionsEnded(2)))...)
		require.Equal(t, 2, state.Employment.Epoch)
		require.True(t, state.Employment.Active)
	})
	t.Run("given sessions that have ended already, it is quiet", func(t *testing.T) {
		given(t, with(employedByPublicLink(), one(sessionsEnded(2)))...).When(endSessions(1)).ThenNothing()
	})
	t.Run("given a dismissal afterwards, the epoch rises again", func(t *testing.T) {
		given(t, with(employedByPublicLink(), one(sessionsEnded(2)))...).When(dismiss()).Then(dismissed(3))
	})
	t.Run("who has no access has no sessions", func(t *testing.T) {
		given(t, left()...).When(endSessions(2)).ThenRefused(domain.NotEmployed)
		given(t, invitedBySMS(1, open)).When(endSessions(0)).ThenRefused(domain.NotEmployed)
	})
}
