package wire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/adapters/journal"
)

// call is a stream of a server that only remembers its trailers.
type call struct {
	grpc.ServerStream
	trailer metadata.MD
}

func (*call) Context() context.Context         { return context.Background() }
func (c *call) SetTrailer(trailer metadata.MD) { c.trailer = trailer }

// failing is what a client sees of a handler that does something.
func failing(handler func() error) (answer *status.Status, trailer metadata.MD, logged string) {
	var log bytes.Buffer
	stream := &call{}
	err := wire.Stream(slog.New(slog.NewTextHandler(&log, nil)))(nil, stream, &grpc.StreamServerInfo{FullMethod: "/Read"},
		func(any, grpc.ServerStream) error { return handler() })
	return status.Convert(err), stream.trailer, log.String()
}

func TestAFailureIsACodeAndTrailers(t *testing.T) {
	for _, failure := range []struct {
		err      error
		code     codes.Code
		trailers map[string]string
	}{
		{wire.StreamDeleted("a"), codes.FailedPrecondition, map[string]string{"exception": "stream-deleted", "stream-name": "a"}},
		{fmt.Errorf("read: %w", &store.Deleted{Stream: "a"}), codes.FailedPrecondition, map[string]string{"exception": "stream-deleted", "stream-name": "a"}},
		{wire.WrongExpectedVersion("Delete", "a", -2, -1), codes.FailedPrecondition, map[string]string{
			"exception": "wrong-expected-version", "stream-name": "a", "expected-version": "-2", "actual-version": "-1",
		}},
		{&store.WrongVersion{Stream: "a", Expected: store.NoStream, Actual: store.Revision(4)}, codes.FailedPrecondition, map[string]string{
			"exception": "wrong-expected-version", "stream-name": "a", "expected-version": "-1", "actual-version": "4",
		}},
		{&store.TooLarge{Limit: 7}, codes.InvalidArgument, map[string]string{"exception": "maximum-append-size-exceeded", "maximum-append-size": "7"}},
		{wire.MissingMetadata("type"), codes.InvalidArgument, map[string]string{
			"exception": "missing-required-metadata-property", "required-metadata-properties": "type,content-type",
		}},
		{wire.AccessDenied("no"), codes.PermissionDenied, map[string]string{"exception": "access-denied"}},
		{&store.NotFound{Stream: "a"}, codes.NotFound, map[string]string{"exception": "stream-not-found", "stream-name": "a"}},
		{store.ErrInvalid, codes.InvalidArgument, nil},
		{journal.ErrClosed, codes.Unavailable, nil},
		{fmt.Errorf("read: %w", journal.ErrUnavailable), codes.Unavailable, nil},
		{context.Canceled, codes.Canceled, nil},
		{fmt.Errorf("read: %w", context.DeadlineExceeded), codes.DeadlineExceeded, nil},
		{status.Error(codes.Unimplemented, "no"), codes.Unimplemented, nil},
	} {
		answer, trailer, _ := failing(func() error { return failure.err })
		require.Equal(t, failure.code, answer.Code(), "%v", failure.err)
		require.Len(t, trailer, len(failure.trailers), "%v", failure.err)
		for name, value := range failure.trailers {
			require.Equal(t, []string{value}, trailer.Get(name), "%v", failure.err)
		}
	}
	t.Run("given a stream's name that no header can carry, it goes without those characters", func(t *testing.T) {
		_, trailer, _ := failing(func() error { return wire.StreamDeleted("a\r\nb-ü") })
		require.Equal(t, []string{"a??b-?"}, trailer.Get("stream-name"))
	})
}

func TestWhatNobodyForesaw(t *testing.T) {
	t.Run("given an error, the client learns that there was one, and the log which", func(t *testing.T) {
		answer, _, logged := failing(func() error { return errors.New("row 17 of /var/secret") })
		require.Equal(t, codes.Unknown, answer.Code())
		require.NotContains(t, answer.Message(), "secret")
		require.Contains(t, logged, "row 17")
	})
	t.Run("given a panic, it is one call that ends", func(t *testing.T) {
		answer, _, logged := failing(func() error { panic("oh") })
		require.Equal(t, codes.Unknown, answer.Code())
		require.Contains(t, logged, "panic: oh")
	})
	t.Run("given what a caller did wrong, nothing is logged", func(t *testing.T) {
		_, _, logged := failing(func() error { return wire.Invalid("no") })
		require.Empty(t, logged)
	})
}
