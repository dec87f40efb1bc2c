package wire_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/dlclark/regexp2"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/adapters/journal"
)

func chosen(t *testing.T, subject wire.Subject, regex string, prefixes []string, record journal.Record) bool {
	t.Helper()
	filter, err := wire.NewFilter(subject, regex, prefixes)
	require.NoError(t, err)
	chosen, err := filter.Matches(&record)
	require.NoError(t, err)
	again, err := filter.Matches(&record)
	require.NoError(t, err)
	require.Equal(t, chosen, again)
	return chosen
}

func TestAFilterChooses(t *testing.T) {
	t.Cleanup(regexp2.StopTimeoutClock)
	record := journal.Record{Proposed: journal.Proposed{Type: "person.invited"}, Stream: "person-1"}
	for _, filter := range []struct {
		subject  wire.Subject
		regex    string
		prefixes []string
		chosen   bool
	}{
		{wire.EventType, "", []string{"account.", "person."}, true},
		{wire.EventType, "", []string{"erson."}, false},
		{wire.StreamID, "", []string{"person-"}, true},
		{wire.StreamID, "", []string{"person."}, false},
		{wire.EventType, `^[^\$].*`, nil, true}, // the Go client's for "no system events"
		{wire.EventType, `^\$`, nil, false},
		{wire.EventType, `invited`, nil, true},                   // anywhere
		{wire.StreamID, `^(?!account)\w+-\d$`, nil, true},        // .NET's alone
		{wire.StreamID, `^(?<kind>\p{Ll}+)-1$`, nil, true},       // .NET's groups
		{wire.EventType, `^account`, []string{"person."}, false}, // the expression wins
		{wire.EventType, `^PERSON`, nil, false},                  // the case matters
		{wire.EventType, `(?i)^PERSON\.INVITED$`, nil, true},     // unless it does not
		{wire.EventType, "^person.invited$\n", nil, false},       // a line break is one
		{wire.EventType, `^.{14}$`, nil, true},
	} {
		require.Equal(t, filter.chosen, chosen(t, filter.subject, filter.regex, filter.prefixes, record), "%+v", filter)
	}
	t.Run("given no filter, it is everything", func(t *testing.T) {
		var none *wire.Filter
		all, err := none.Matches(&record)
		require.NoError(t, err)
		require.True(t, all)
	})
	t.Run("given more names than it remembers, it still knows", func(t *testing.T) {
		filter, err := wire.NewFilter(wire.StreamID, `[02468]$`, nil)
		require.NoError(t, err)
		for i := range 10_000 {
			even, err := filter.Matches(&journal.Record{Stream: strconv.Itoa(i % 5000)})
			require.NoError(t, err)
			require.Equal(t, i%2 == 0, even)
		}
	})
}

func TestAFilterIsRefused(t *testing.T) {
	t.Cleanup(regexp2.StopTimeoutClock)
	invalid := func(t *testing.T, err error) {
		t.Helper()
		var failure *wire.Failure
		require.ErrorAs(t, err, &failure)
		require.Equal(t, codes.InvalidArgument, failure.Code)
	}
	t.Run("given an expression that is none", func(t *testing.T) {
		_, err := wire.NewFilter(wire.EventType, "(", nil)
		invalid(t, err)
	})
	t.Run("given neither an expression nor a prefix", func(t *testing.T) {
		_, err := wire.NewFilter(wire.EventType, "", nil)
		invalid(t, err)
	})
	t.Run("given an expression that never ends", func(t *testing.T) {
		filter, err := wire.NewFilter(wire.EventType, `^(a+)+$`, nil)
		require.NoError(t, err)
		_, err = filter.Matches(&journal.Record{Proposed: journal.Proposed{Type: strings.Repeat("a", 60) + "b"}})
		invalid(t, err)
	})
}
