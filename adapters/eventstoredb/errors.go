package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// errUnreadable says that trying again makes no sense of what the server sent.
var errUnreadable = errors.New("EventStoreDB sent what cannot be read")

// MaxAppend is how many bytes the events of one append may have: their data,
// their metadata, and two for each letter of their types. EventStoreDB's own limit
// is the same by default, and counts their data alone (tried with 23.10.6); what
// counts more than that fits every version.
const MaxAppend = 1 << 20

// TooLarge says that the events of one append have more bytes than are sent.
type TooLarge struct{ Size, Limit int }

func (t *TooLarge) Error() string {
	return fmt.Sprintf("%d bytes of events in one append, their metadata and types included; Usher sends EventStoreDB at most %d, which is what it takes of data", t.Size, t.Limit)
}

// codeOf is the client's code of an error, which may be wrapped.
func codeOf(err error) esdb.ErrorCode {
	wrapped, ok := errors.AsType[*esdb.Error](err)
	if !ok {
		return esdb.ErrorCodeUnknown
	}
	return wrapped.Code()
}

// transient says whether the same call may succeed later. Where that is an
// append, nobody knows yet whether it took place.
func transient(err error) bool {
	if _, conflict := errors.AsType[*domain.Conflict](err); conflict || errors.Is(err, errUnreadable) || errors.Is(err, journal.ErrClosed) {
		return false
	}
	switch codeOf(err) {
	case esdb.ErrorCodeWrongExpectedVersion, esdb.ErrorCodeStreamDeleted, esdb.ErrorCodeAccessDenied,
		esdb.ErrorCodeUnauthenticated, esdb.ErrorCodeUnsupportedFeature, esdb.ErrorCodeParsing,
		esdb.ErrorCodeResourceNotFound, esdb.ErrorCodeResourceAlreadyExists:
		return false
	}
	switch status.Code(err) {
	case codes.InvalidArgument, codes.FailedPrecondition, codes.OutOfRange, codes.ResourceExhausted,
		codes.Unauthenticated, codes.PermissionDenied, codes.Unimplemented:
		return false
	}
	return true
}

// broken says whether an error may be the connection's and not one call's.
func broken(err error) bool {
	switch codeOf(err) {
	case esdb.ErrorAborted, esdb.ErrorCodeNotLeader:
		return false
	}
	return transient(err)
}

// failed is the error that a caller gets for the last one of a call: it was
// ended by the caller, or by Close, or the log is unavailable, or it was
// refused.
func (s *Server) failed(caller context.Context, err error) error {
	switch {
	case s.connection.life.Err() != nil:
		return journal.ErrClosed
	case caller.Err() != nil && !errors.Is(err, caller.Err()):
		return fmt.Errorf("%w: %w: %w", journal.ErrUnavailable, caller.Err(), err)
	case full(err):
		return fmt.Errorf("%w: %w: %w", journal.ErrUnavailable, journal.ErrFull, err)
	case transient(err):
		return fmt.Errorf("%w: %w", journal.ErrUnavailable, err)
	case denied(err):
		return fmt.Errorf("%w: %w", journal.ErrDenied, err)
	}
	return err
}

// full says whether the server has no space on its disk: gRPC has the same code
// for messages that are too large.
func full(err error) bool {
	return status.Code(err) == codes.ResourceExhausted && strings.Contains(strings.ToLower(err.Error()), "no space left")
}

// denied says whether the server does not let the user do this.
func denied(err error) bool {
	switch codeOf(err) {
	case esdb.ErrorCodeAccessDenied, esdb.ErrorCodeUnauthenticated:
		return true
	}
	switch status.Code(err) {
	case codes.PermissionDenied, codes.Unauthenticated:
		return true
	}
	return false
}

// ended is why a call need not begin: its context has ended or the log is
// closed.
func (s *Server) ended(caller context.Context) error {
	if s.connection.life.Err() != nil {
		return journal.ErrClosed
	}
	return caller.Err()
}
