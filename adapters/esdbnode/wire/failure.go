package wire

import (
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Failure is an error as clients see it. A handler returns it, wrapped or not,
// and the interceptors turn it into a status and trailers.
type Failure struct {
	Code    codes.Code
	Message string
	// Exception is the trailer by which clients tell failures apart that share
	// a code; none where it is empty.
	Exception string
	// Trailers are names and values, in turn, of what else clients read.
	Trailers []string
}

func (f *Failure) Error() string { return f.Message }

// GRPCStatus lets gRPC find the code and the message.
func (f *Failure) GRPCStatus() *status.Status { return status.New(f.Code, f.Message) }

// trailer is the failure's trailers. Their values are text of one line in ASCII,
// because HTTP/2 carries nothing else; another character becomes a question mark.
func (f *Failure) trailer() metadata.MD {
	if f.Exception == "" {
		return nil
	}
	md := metadata.Pairs("exception", f.Exception)
	for i := 0; i+1 < len(f.Trailers); i += 2 {
		md.Append(f.Trailers[i], ascii(f.Trailers[i+1]))
	}
	return md
}

func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}

// Invalid refuses a request that makes no sense.
func Invalid(format string, args ...any) *Failure {
	return &Failure{Code: codes.InvalidArgument, Message: fmt.Sprintf(format, args...)}
}

// Unknown returns how EventStoreDB answers what it did not foresee.
func Unknown(format string, args ...any) *Failure {
	return &Failure{Code: codes.Unknown, Message: fmt.Sprintf(format, args...)}
}

// Unavailable asks the client to come back later.
func Unavailable(message string) *Failure {
	return &Failure{Code: codes.Unavailable, Message: message}
}

// Stopping ends a call that was under way when the node stops, as EventStoreDB does.
// Clients call again.
func Stopping() *Failure {
	return &Failure{Code: codes.Canceled, Message: "Server Is Shutting Down"}
}

// TimedOut says that a write took too long to arrive.
func TimedOut() *Failure {
	return &Failure{Code: codes.Aborted, Message: "Operation timed out: the request did not arrive in time"}
}

// NoSpace says that nothing can be written for now. Unavailable would have clients
// drop the connection, by which they can read.
func NoSpace() *Failure {
	return &Failure{Code: codes.ResourceExhausted, Message: "No space left on the node's disk; nothing was written."}
}

// AccessDenied refuses what this caller, or anybody, may not do here.
func AccessDenied(message string) *Failure {
	return &Failure{Code: codes.PermissionDenied, Message: message, Exception: "access-denied"}
}

// StreamDeleted says that a stream has a tombstone.
func StreamDeleted(stream string) *Failure {
	return &Failure{
		Code:      codes.FailedPrecondition,
		Message:   fmt.Sprintf("Event stream '%s' is deleted.", stream),
		Exception: "stream-deleted",
		Trailers:  []string{"stream-name", stream},
	}
}

// StreamNotFound says that there is no such stream. Reads say so by a message
// instead.
func StreamNotFound(stream string) *Failure {
	return &Failure{
		Code:      codes.NotFound,
		Message:   fmt.Sprintf("Event stream '%s' is not found.", stream),
		Exception: "stream-not-found",
		Trailers:  []string{"stream-name", stream},
	}
}

// WrongExpectedVersion says that a stream did not end where an operation
// ("Append", "Delete") expected it. Versions are EventStoreDB's: the last
// event's revision, or -1 for no stream, -2 for any, -4 for an existing one.
func WrongExpectedVersion(operation, stream string, expected, actual int64) *Failure {
	return &Failure{
		Code: codes.FailedPrecondition,
		Message: fmt.Sprintf("%s failed due to WrongExpectedVersion. Stream: %s, Expected version: %d, Actual version: %d",
			operation, stream, expected, actual),
		Exception: "wrong-expected-version",
		Trailers: []string{
			"stream-name", stream,
			"expected-version", strconv.FormatInt(expected, 10),
			"actual-version", strconv.FormatInt(actual, 10),
		},
	}
}

// AppendTooLarge says that the events of one append are more than limit bytes.
func AppendTooLarge(limit int) *Failure {
	return &Failure{
		Code:      codes.InvalidArgument,
		Message:   fmt.Sprintf("Maximum Append Size of %d Exceeded.", limit),
		Exception: "maximum-append-size-exceeded",
		Trailers:  []string{"maximum-append-size", strconv.Itoa(limit)},
	}
}

// MessageTooLarge says that one message is more than any may be.
func MessageTooLarge() *Failure {
	return &Failure{Code: codes.ResourceExhausted, Message: "Received message exceeds the maximum configured message size."}
}

// MissingMetadata says that a proposed event's metadata lacks a property.
func MissingMetadata(property string) *Failure {
	return &Failure{
		Code:      codes.InvalidArgument,
		Message:   fmt.Sprintf("Required Metadata Property '%s' is missing", property),
		Exception: "missing-required-metadata-property",
		Trailers:  []string{"required-metadata-properties", MetadataType + "," + MetadataContentType},
	}
}
