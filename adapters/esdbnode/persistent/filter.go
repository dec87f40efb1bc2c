package persistent

import (
	"slices"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"

	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// filter is a filter of $all as the configuration has it.
type filter struct {
	Context     string `json:"context"`
	Type        string `json:"type"`
	Data        string `json:"data"` // an expression, or prefixes with commas between
	IsAllStream bool   `json:"isAllStream"`
	// Prefixes are those of Data where one has a comma in it, which EventStoreDB
	// would read as two.
	Prefixes []string `json:"usherPrefixes,omitempty"`
}

const (
	ofStreams  = "streamid"
	ofTypes    = "eventtype"
	byRegex    = "regex"
	byPrefixes = "prefix"
)

// filterOf reads the filter of a request; nil where it has none.
func filterOf(options *persistent.CreateReq_AllOptions) (*filter, error) {
	requested := options.GetFilter()
	if requested == nil {
		return nil, nil
	}
	f := &filter{IsAllStream: true}
	var by *persistent.CreateReq_AllOptions_FilterOptions_Expression
	switch of := requested.GetFilter().(type) {
	case *persistent.CreateReq_AllOptions_FilterOptions_StreamIdentifier:
		f.Context, by = ofStreams, of.StreamIdentifier
	case *persistent.CreateReq_AllOptions_FilterOptions_EventType:
		f.Context, by = ofTypes, of.EventType
	default:
		return nil, wire.Invalid("'None' is not a valid filter")
	}
	if by.GetRegex() != "" {
		f.Type, f.Data = byRegex, by.GetRegex()
	} else {
		f.Type, f.Data = byPrefixes, strings.Join(by.GetPrefix(), ",")
		if slices.ContainsFunc(by.GetPrefix(), func(prefix string) bool { return strings.Contains(prefix, ",") }) {
			f.Prefixes = by.GetPrefix()
		}
	}
	_, err := f.compile()
	return f, err
}

// compile makes the filter that chooses; a nil one chooses all.
func (f *filter) compile() (*wire.Filter, error) {
	if f == nil {
		return nil, nil
	}
	subject := wire.EventType
	if f.Context == ofStreams {
		subject = wire.StreamID
	}
	if f.Type == byRegex {
		return wire.NewFilter(subject, f.Data, nil)
	}
	prefixes := f.Prefixes
	if prefixes == nil {
		prefixes = slices.DeleteFunc(strings.Split(f.Data, ","), func(prefix string) bool { return prefix == "" })
	}
	return wire.NewFilter(subject, "", prefixes)
}
