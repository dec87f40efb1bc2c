package wire

import (
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// Message is a message that is encoded already. A handler gives it to SendMsg of
// its stream, on a server that has Codec.
type Message []byte

// Incoming is a message to be received, of which one wants to know the size. A
// handler gives it to RecvMsg of its stream, on a server that has Codec.
type Incoming struct {
	Message any // nil to throw away what comes
	Size    int // bytes on the wire; set by receiving
}

// Codec returns gRPC's codec for protobuf that sends a Message as it is, and
// receives an Incoming.
func Codec() encoding.CodecV2 { return codec{encoding.GetCodecV2(proto.Name)} }

type codec struct{ encoding.CodecV2 }

func (c codec) Marshal(message any) (mem.BufferSlice, error) {
	if encoded, ok := message.(Message); ok {
		return mem.BufferSlice{mem.SliceBuffer(encoded)}, nil
	}
	return c.CodecV2.Marshal(message)
}

func (c codec) Unmarshal(data mem.BufferSlice, message any) error {
	incoming, ok := message.(*Incoming)
	if !ok {
		return c.CodecV2.Unmarshal(data, message)
	}
	incoming.Size = data.Len()
	if incoming.Message == nil {
		return nil
	}
	return c.Unmarshal(data, incoming.Message)
}
