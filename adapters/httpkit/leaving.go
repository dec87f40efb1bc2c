package httpkit

import "context"

type leavingKey struct{}

// WithLeaving returns a context for requests of a server that is leaving when the
// other context ends.
func WithLeaving(ctx, serving context.Context) context.Context {
	return context.WithValue(ctx, leavingKey{}, serving)
}

// UntilLeaving returns a context for an answer that has no end of its own. It ends
// with the request's, and when the server begins to stop: whoever listens then
// connects to another one, while requests under way are still answered.
func UntilLeaving(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	serving, ok := ctx.Value(leavingKey{}).(context.Context)
	if !ok {
		return ctx, cancel
	}
	stop := context.AfterFunc(serving, cancel)
	return ctx, func() { stop(); cancel() }
}
