package journal

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
)

// Passing is an error that knows of itself whether it passes.
type Passing interface {
	error
	Passes() bool
}

// Away says of an error that a log, or a server that keeps something, was not
// there, went while it was asked, or had to give up what it did: asked again, it
// may answer.
func Away(err error) bool {
	for _, passing := range []error{ErrUnavailable, ErrDenied, ErrClosed, context.Canceled, context.DeadlineExceeded, io.ErrUnexpectedEOF} {
		if errors.Is(err, passing) {
			return true
		}
	}
	if own, ok := errors.AsType[Passing](err); ok && own.Passes() {
		return true
	}
	if coded, ok := errors.AsType[interface {
		error
		SQLState() string
	}](err); ok {
		// Connection, read-only, timeouts, conflicts, resources, locks, statements, shutdown, the server's disk;
		// and what was prepared at another connection (26000, 42P05).
		passing := []string{"08", "25006", "25P0", "26000", "40", "42P05", "53", "55P03", "57014", "57P0", "58030"}
		return slices.ContainsFunc(passing, func(class string) bool { return strings.HasPrefix(coded.SQLState(), class) })
	}
	if file, ok := errors.AsType[interface {
		error
		Away() bool
	}](err); ok {
		return file.Away()
	}
	_, network := errors.AsType[net.Error](err)
	return network
}

// Broken says of an error that what keeps something can be of use again only after
// a restart, if then.
func Broken(err error) bool {
	file, ok := errors.AsType[interface {
		error
		Broken() bool
	}](err)
	return ok && file.Broken()
}

// Full says of an error that what keeps something has no space for more: what
// was to be written was not, and can be once there is some.
func Full(err error) bool {
	if errors.Is(err, ErrFull) {
		return true
	}
	if file, ok := errors.AsType[interface {
		error
		NoSpace() bool
	}](err); ok {
		return file.NoSpace()
	}
	coded, ok := errors.AsType[interface {
		error
		SQLState() string
	}](err)
	return ok && coded.SQLState() == "53100" // disk_full
}
