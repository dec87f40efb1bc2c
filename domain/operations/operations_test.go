package operations_test

import (
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/domaintest"
	"github.com/usher-engine/usher/domain/operations"
)

func skip(follower string, event byte) operations.SkipEvent {
	return operations.SkipEvent{
		Follower: follower, Event: uuid.UUID{event}, Kind: "person.unheard_of", Cause: "unknown type", Grounds: "written by a test",
	}
}

func TestSkipEvent(t *testing.T) {
	decider := operations.Decider()
	skipped := operations.EventSkipped(skip("employees", 1))
	t.Run("given an event that a view cannot take, it is skipped for this view", func(t *testing.T) {
		domaintest.Given(t, decider).When(skip("employees", 1)).Then(skipped)
	})
	t.Run("given one that was skipped, it is quiet", func(t *testing.T) {
		domaintest.Given[operations.State, operations.Command, operations.Event](t, decider, skipped).When(skip("employees", 1)).ThenNothing()
	})
	t.Run("given one that was skipped for another view, it is skipped for this one too", func(t *testing.T) {
		domaintest.Given[operations.State, operations.Command, operations.Event](t, decider, skipped).
			When(skip("invited", 1)).Then(operations.EventSkipped(skip("invited", 1)))
	})
	t.Run("it refuses without a reason", func(t *testing.T) {
		command := skip("employees", 1)
		command.Grounds = ""
		domaintest.Given(t, decider).When(command).ThenRefused(domain.InvalidRequest)
	})
}

func TestLaws(t *testing.T) {
	domaintest.Laws[operations.State, operations.Command, operations.Event]{
		Decider: operations.Decider(),
		Command: func(t *rapid.T, _ operations.State) operations.Command {
			return skip("employees", byte(domaintest.AnyNumber(t, 3)))
		},
		Event: func(t *rapid.T) operations.Event {
			return operations.EventSkipped(skip("employees", byte(domaintest.AnyNumber(t, 3))))
		},
	}.Hold(t)
}
