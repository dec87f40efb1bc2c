package commands_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/operations"
)

func skipping(c commands.SkipEvent) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.SkipEvent(context.Background(), r, c)
		return err
	}
}

func TestSkipEvent(t *testing.T) {
	w := commandstest.New(t)
	skip := commands.SkipEvent{Follower: "chat", Event: uuid.UUID{7}, Kind: "person.employed", Cause: "it does not fit", Grounds: " nobody needs it "}
	o := w.As(commands.Operator()).When(skipping(skip))
	o.Then(commandstest.Events(domain.OperationsStream(), operations.EventSkipped{
		Follower: "chat", Event: uuid.UUID{7}, Kind: "person.employed", Cause: "it does not fit", Grounds: "nobody needs it",
	}))
	w.Again(o.Request).When(skipping(skip)).ThenNothing()
	w.As(commands.Operator()).When(skipping(skip)).ThenNothing()

	skipped, err := w.App.Skipped(t.Context(), "chat")
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]bool{{7}: true}, skipped)
	others, err := w.App.Skipped(t.Context(), "activity")
	require.NoError(t, err)
	require.Empty(t, others)
}

func TestSkipEventIsRefused(t *testing.T) {
	w := commandstest.New(t)
	skip := commands.SkipEvent{Follower: "chat", Event: uuid.UUID{7}, Grounds: "nobody needs it"}
	w.When(skipping(skip)).ThenRefused(domain.NotPermitted)
	w.As(commands.LinkHolder()).When(skipping(skip)).ThenRefused(domain.NotSignedIn)
	w.As(commands.Policy()).When(skipping(skip)).ThenRefused(domain.NotSignedIn)
	skip.Grounds = " "
	require.Equal(t, "reason", w.As(commands.Operator()).When(skipping(skip)).ThenRefused(domain.InvalidRequest).Field)
	skip.Grounds = strings.Repeat("x", 10_000)
	require.Equal(t, "reason", w.As(commands.Operator()).When(skipping(skip)).ThenRefused(domain.InvalidReason).Field)
}
