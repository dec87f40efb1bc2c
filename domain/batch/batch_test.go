package batch_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/domaintest"
)

var (
	mailing = domain.BatchID{1}
	anna    = domain.PersonID{2}
)

func given(t *testing.T, events ...batch.Event) domaintest.Scenario[batch.State, batch.Command, batch.Event] {
	t.Helper()
	return domaintest.Given(t, batch.Decider(), events...)
}

func open(size int) batch.Open {
	return batch.Open{
		Batch: mailing, Channel: batch.Email, Inviter: anna, Size: size, Plan: "standard", Language: "en",
		Department: domain.DepartmentID{3}, Workgroups: []domain.WorkgroupID{{4}, {5}}, Message: "Come in: {link}",
	}
}

func opened(size int) batch.Opened {
	return batch.Opened{
		Batch: mailing, Channel: batch.Email, Inviter: anna, Size: size, Plan: "standard", Language: "en",
		Department: domain.DepartmentID{3}, Workgroups: []domain.WorkgroupID{{4}, {5}}, Personal: batch.Text{Message: "Come in: {link}"},
	}
}

func TestOpen(t *testing.T) {
	t.Run("given nothing, it fixes what all invitations have in common", func(t *testing.T) {
		given(t).When(open(2)).Then(opened(2))
	})
	t.Run("one row is enough, and ten thousand are not too many", func(t *testing.T) {
		given(t).When(open(1)).Then(opened(1))
		given(t).When(open(batch.MaxRows)).Then(opened(10_000))
	})
	t.Run("it refuses a batch of nobody", func(t *testing.T) {
		given(t).When(open(0)).ThenRefused(domain.NothingToInvite)
		given(t).When(open(-1)).ThenRefused(domain.NothingToInvite)
	})
	t.Run("it refuses one row too many", func(t *testing.T) {
		given(t).When(open(batch.MaxRows + 1)).ThenRefused(domain.TooManyRows)
	})
	t.Run("given an open batch, it is quiet", func(t *testing.T) {
		given(t, opened(2)).When(open(2)).ThenNothing()
	})
	t.Run("given a closed batch, it does not open it again", func(t *testing.T) {
		given(t, opened(2), batch.Closed{Batch: mailing, Invited: 2}).When(open(2)).ThenNothing()
	})
}

func TestClose(t *testing.T) {
	counts := batch.Close{Batch: mailing, Invited: 3, Refused: 1}
	t.Run("given an open batch, it records the counts", func(t *testing.T) {
		given(t, opened(4)).When(counts).Then(batch.Closed{Batch: mailing, Invited: 3, Refused: 1})
	})
	t.Run("given a closed batch, it is quiet and the first counts stand", func(t *testing.T) {
		given(t, opened(4), batch.Closed{Batch: mailing, Invited: 4}).When(counts).ThenNothing()
	})
	t.Run("it refuses where nothing was opened", func(t *testing.T) {
		given(t).When(counts).ThenRefused(domain.NotFound)
	})
}

func TestRevoke(t *testing.T) {
	boris := domain.PersonID{2}
	command := batch.Revoke{Batch: mailing, By: boris}
	t.Run("given an open batch, it is revoked", func(t *testing.T) {
		given(t, opened(4)).When(command).Then(batch.Revoked{Batch: mailing, By: boris})
	})
	t.Run("given a revoked batch, it is quiet", func(t *testing.T) {
		given(t, opened(4), batch.Revoked{Batch: mailing, By: boris}).When(command).ThenNothing()
	})
	t.Run("it refuses where nothing was opened", func(t *testing.T) {
		given(t).When(command).ThenRefused(domain.NotFound)
	})
}

func TestLaws(t *testing.T) {
	domaintest.Laws[batch.State, batch.Command, batch.Event]{
		Decider: batch.Decider(), Command: anyCommand, Event: anyEvent,
	}.Hold(t)
}

func TestABatchOpensOnceAndClosesOnceAfterwards(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		var types []domain.EventType
		for _, told := range domaintest.Tell(t, batch.Decider(), anyCommand) {
			for _, event := range told.Events {
				if event.Type() != batch.RevokedType {
					types = append(types, event.Type())
				}
			}
		}
		for i, want := range []domain.EventType{batch.OpenedType, batch.ClosedType} {
			if len(types) > i && types[i] != want || len(types) > 2 {
				t.Fatalf("happened: %v", types)
			}
		}
	})
}

func anyCommand(t *rapid.T, _ batch.State) batch.Command {
	switch rapid.IntRange(0, 3).Draw(t, "command") {
	case 0:
		return batch.Revoke{Batch: mailing}
	case 1:
		return batch.Close{Batch: mailing, Invited: domaintest.AnyNumber(t, 3), Refused: domaintest.AnyNumber(t, 3)}
	}
	return open(domaintest.AnyNumber(t, batch.MaxRows))
}

func anyEvent(t *rapid.T) batch.Event {
	switch rapid.IntRange(0, 3).Draw(t, "event") {
	case 0:
		return batch.Revoked{Batch: mailing}
	case 1:
		return batch.Closed{Invited: domaintest.AnyNumber(t, 3), Refused: domaintest.AnyNumber(t, 3)}
	}
	return opened(domaintest.AnyNumber(t, 3))
}
