package execution

import (
	"context"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/domain"
)

type correlationKey struct{}

// Following returns a context in which commands that name no correlation of their
// own belong to the request that led to an event, and in which states may be those
// that are kept, once they reflect the event: whoever follows one comes at any time.
func Following(ctx context.Context, event domain.Recorded) context.Context {
	ctx = context.WithValue(ctx, laggingKey{}, lagging{event.Position})
	return context.WithValue(ctx, correlationKey{}, event.Metadata.Correlation)
}

// Within returns a context in which such commands belong to a request, which they
// make way for.
func Within(ctx context.Context, request access.Request) context.Context {
	return context.WithValue(ctx, correlationKey{}, joined(ctx, request).Correlation)
}

// joined is the request with its correlation: its own, that of what led to it, or
// else the command's id.
func joined(ctx context.Context, request access.Request) access.Request {
	if of, led := ctx.Value(correlationKey{}).(uuid.UUID); led && request.Correlation == uuid.Nil {
		request.Correlation = of
	}
	return request.Joined()
}
