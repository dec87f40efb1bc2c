package wire

import (
	"slices"

	"google.golang.org/grpc"
)

// Streamed returns a service all of whose methods are streams to gRPC. On the wire
// nothing changes, but gRPC reads the request of any other method before anybody
// can say whether its caller may come in.
func Streamed(service grpc.ServiceDesc) *grpc.ServiceDesc {
	return inStreams(service, grpc.ServerStream.RecvMsg)
}

// Unread returns the same for a service whose requests say nothing: they are not read.
func Unread(service grpc.ServiceDesc) *grpc.ServiceDesc {
	return inStreams(service, func(grpc.ServerStream, any) error { return nil })
}

func inStreams(service grpc.ServiceDesc, receive func(grpc.ServerStream, any) error) *grpc.ServiceDesc {
	service.Streams = slices.Clone(service.Streams)
	for _, method := range service.Methods {
		service.Streams = append(service.Streams, grpc.StreamDesc{
			StreamName:    method.MethodName,
			ServerStreams: true, // without which gRPC would not ask the interceptors
			Handler: func(server any, stream grpc.ServerStream) error {
				answer, err := method.Handler(server, stream.Context(), func(request any) error { return receive(stream, request) }, nil)
				if err != nil {
					return err
				}
				return stream.SendMsg(answer)
			},
		})
	}
	service.Methods = nil
	return &service
}
