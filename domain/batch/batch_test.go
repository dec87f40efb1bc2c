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

func TestStop(t *testing.T) {
	boris := domain.PersonID{2}
	command := batch.Stop{Batch: mailing, By: boris}
	stopped := batch.Stopped{Batch: mailing, By: boris}
	t.Run("given an open batch, it is stopped", func(t *testing.T) {
		given(t, opened(4)).When(command).Then(stopped)
	})
	t.Run("given a stopped batch, it is quiet", func(t *testing.T) {
		given(t, opened(4), stopped).When(command).ThenNothing()
	})
	t.Run("given a batch whose rows were all tried, it is quiet", func(t *testing.T) {
		given(t, opened(4), batch.Closed{Batch: mailing, Invited: 4}).When(command).ThenNothing()
	})
	t.Run("given a revoked batch, of which nobody is invited any more, it is quiet", func(t *testing.T) {
		given(t, opened(4), batch.Revoked{Batch: mailing, By: boris}).When(command).ThenNothing()
	})
	t.Run("given a stopped batch, it can be revoked, and closed with the rows that were left", func(t *testing.T) {
		given(t, opened(4), stopped).When(batch.Revoke{Batch: mailing, By: boris}).Then(batch.Revoked{Batch: mailing, By: boris})
		given(t, opened(4), stopped).When(batch.Close{Batch: mailing, Invited: 1, Untried: 3}).Then(batch.Closed{Batch: mailing, Invited: 1, Untried: 3})
	})
	t.Run("it refuses where nothing was opened", func(t *testing.T) {
		given(t).When(command).ThenRefused(domain.NotFound)
	})
}

func TestABatchGoesOnWhileSomebodyMayBeInvited(t *testing.T) {
	fold := func(events ...batch.Event) batch.State { return batch.Decider().Fold(batch.State{}, events...) }
	if fold().GoesOn() || !fold(opened(2)).GoesOn() {
		t.Fatal("from when it is opened")
	}
	for _, end := range []batch.Event{batch.Closed{}, batch.Revoked{}, batch.Stopped{}} {
		if fold(opened(2), end).GoesOn() {
			t.Fatalf("it goes on after %s", end.Type())
		}
	}
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
				if event.Type() != batch.RevokedType && event.Type() != batch.StoppedType {
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
	switch rapid.IntRange(0, 4).Draw(t, "command") {
	case 2:
		return batch.Stop{Batch: mailing}
	case 0:
		return batch.Revoke{Batch: mailing}
	case 1:
		return batch.Close{Batch: mailing, Invited: domaintest.AnyNumber(t, 3), Refused: domaintest.AnyNumber(t, 3)}
	}
	return open(domaintest.AnyNumber(t, batch.MaxRows))
}

func anyEvent(t *rapid.T) batch.Event {
	switch rapid.IntRange(0, 4).Draw(t, "event") {
	case 2:
		return batch.Stopped{Batch: mailing}
	case 0:
		return batch.Revoked{Batch: mailing}
	case 1:
		return batch.Closed{Invited: domaintest.AnyNumber(t, 3), Refused: domaintest.AnyNumber(t, 3)}
	}
	return opened(domaintest.AnyNumber(t, 3))
}
