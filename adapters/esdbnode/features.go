package esdbnode

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
)

// Version is the release of EventStoreDB that the node behaves as. It is three
// numbers: a client finds no server where it is anything else.
const Version = "23.10.0"

// features tells clients what the node can do.
type features struct {
	serverfeatures.UnimplementedServerFeaturesServer
	methods []*serverfeatures.SupportedMethod
}

// GetSupportedMethods implements serverfeatures.ServerFeaturesServer.
func (f *features) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	return &serverfeatures.SupportedMethods{EventStoreServerVersion: Version, Methods: f.methods}, nil
}

// supported lists what is registered, in the spelling that clients look for.
func supported(services map[string]grpc.ServiceInfo, readOnly bool) []*serverfeatures.SupportedMethod {
	var all []*serverfeatures.SupportedMethod
	for service, info := range services {
		for _, method := range info.Methods {
			if readOnly && service == streams.Streams_ServiceDesc.ServiceName && method.Name != "Read" {
				continue
			}
			all = append(all, &serverfeatures.SupportedMethod{
				ServiceName: strings.ToLower(service),
				MethodName:  strings.ToLower(method.Name),
				Features:    featuresOf(service, method.Name),
			})
		}
	}
	slices.SortFunc(all, func(a, b *serverfeatures.SupportedMethod) int {
		return cmp.Or(cmp.Compare(a.ServiceName, b.ServiceName), cmp.Compare(a.MethodName, b.MethodName))
	})
	return all
}

func featuresOf(service, method string) []string {
	switch {
	case strings.HasSuffix(service, ".PersistentSubscriptions"):
		return []string{"stream", "all"}
	case strings.HasSuffix(service, ".Streams") && method == "Read":
		return []string{"position", "events"}
	case strings.HasSuffix(service, ".Streams") && method == "BatchAppend":
		return []string{"deadline_duration"}
	}
	return nil
}
