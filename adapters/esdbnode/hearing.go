package esdbnode

import (
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// A client that is answered while it still sends may take the answer for a
// connection that broke: EventStoreDB's Go client says no more than EOF then.
// So who is refused is heard out first, for a moment and some bytes.
const (
	hearing       = time.Second
	heardMessages = 1000
	ears          = 4 // how many who may not come in are heard at once
)

// hearOut reads what the client sends until it has sent all, or enough, and
// keeps nothing of it. The call must be answered then.
func hearOut(stream grpc.ServerStream, messages int) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range messages {
			if stream.RecvMsg(&wire.Incoming{}) != nil {
				return
			}
		}
	}()
	timer := time.NewTimer(hearing)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
}

// stillSends tells the methods whose clients may send when they are answered,
// and how many messages they send before they wait for an answer.
func stillSends(method string) (messages int, sends bool) {
	switch method {
	case streams.Streams_Append_FullMethodName:
		return heardMessages, true
	case streams.Streams_BatchAppend_FullMethodName, persistent.PersistentSubscriptions_Read_FullMethodName:
		return 1, true
	}
	return 0, false
}

// unimplemented answers what no service here does.
func unimplemented(_ any, stream grpc.ServerStream) error {
	hearOut(stream, 1)
	method, _ := grpc.MethodFromServerStream(stream)
	return &wire.Failure{Code: codes.Unimplemented, Message: "this node does not have " + strings.TrimPrefix(method, "/")}
}
