package persistent

import (
	"fmt"

	"google.golang.org/grpc/codes"

	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// key names a group: groups of one name may exist on several streams.
type key struct{ stream, group string }

// String returns how EventStoreDB names a group: to clients, and in its streams.
func (k key) String() string { return k.stream + "::" + k.group }

func (k key) fail(code codes.Code, exception, message string, trailers ...string) *wire.Failure {
	return &wire.Failure{
		Code: code, Message: message, Exception: exception,
		Trailers: append([]string{"stream-name", k.stream, "group-name", k.group}, trailers...),
	}
}

func (k key) missing() *wire.Failure {
	return k.fail(codes.NotFound, "persistent-subscription-does-not-exist",
		fmt.Sprintf("Subscription group %s on stream %s does not exist.", k.group, k.stream))
}

func (k key) exists() *wire.Failure {
	return k.fail(codes.AlreadyExists, "persistent-subscription-exists",
		fmt.Sprintf("Subscription group %s on stream %s exists.", k.group, k.stream))
}

func (k key) failed(format string, args ...any) *wire.Failure {
	reason := fmt.Sprintf(format, args...)
	return k.fail(codes.Internal, "persistent-subscription-failed",
		fmt.Sprintf("Subscription group %s on stream %s failed: '%s'", k.group, k.stream, reason), "reason", reason)
}

func (k key) crowded() *wire.Failure {
	return k.fail(codes.FailedPrecondition, "maximum-subscribers-reached",
		fmt.Sprintf("Maximum subscriptions reached for subscription group %s on stream %s.", k.group, k.stream))
}

func (k key) dropped() *wire.Failure {
	return k.fail(codes.Canceled, "persistent-subscription-dropped",
		fmt.Sprintf("Subscription group %s on stream %s was dropped.", k.group, k.stream))
}
