package rights

import (
	"context"
	"slices"

	"google.golang.org/grpc"
)

// The groups that mean something to the node.
const (
	Admins     = "$admins" // may everything
	Operations = "$ops"
	Everybody  = "$all" // in a list of who may do something: all users
)

// Caller is whom a call comes from. The zero value is nobody in particular.
type Caller struct {
	Name   string
	Groups []string
}

// admin and ops are what they are whatever their groups say.

func (c Caller) isAdmin() bool { return c.Name == "admin" || slices.Contains(c.Groups, Admins) }

func (c Caller) operates() bool {
	return c.isAdmin() || c.Name == "ops" || slices.Contains(c.Groups, Operations)
}

func (c Caller) isAmong(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return name == Everybody || name == c.Name || slices.Contains(c.Groups, name)
	})
}

type callerKey struct{}

// With says whom a context's call comes from.
func With(ctx context.Context, caller Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, caller)
}

// Of returns whom a context's call comes from.
func Of(ctx context.Context) Caller {
	caller, _ := ctx.Value(callerKey{}).(Caller)
	return caller
}

// In returns a call as one that comes from somebody.
func In(stream grpc.ServerStream, caller Caller) grpc.ServerStream {
	return &known{stream, With(stream.Context(), caller)}
}

type known struct {
	grpc.ServerStream
	ctx context.Context
}

func (k *known) Context() context.Context { return k.ctx }
