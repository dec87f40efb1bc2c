package wire

import (
	"fmt"
	"log/slog"
	"runtime/debug"

	"google.golang.org/grpc"
)

// Stream makes failures of what handlers return. What nobody foresaw, a panic
// among it, is logged, and the client is told no more than that it happened.
func Stream(logger *slog.Logger) grpc.StreamServerInterceptor {
	return func(server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		err := guarded(func() error { return handler(server, stream) })
		if failure := failureOf(stream.Context(), logger, info.FullMethod, err); failure != nil {
			stream.SetTrailer(failure.trailer())
			return failure
		}
		return nil
	}
}

// guarded keeps a panic of one call from ending the process, which serves others.
func guarded(call func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return call()
}
