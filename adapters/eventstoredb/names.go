package eventstoredb

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/usher-engine/usher/domain"
)

// DefaultPrefix is what the streams of a new log begin with.
const DefaultPrefix = "usher."

// names are what Usher's streams are called at the server: a prefix before their
// own names. Only this package knows it. One who looks for whatever is an Usher's
// has several.
type names []string

// at is a stream's name at the server.
func (n names) at(stream string) string { return n[0] + stream }

// own is a stream's own name; false for others' streams, be they another Usher's.
func (n names) own(atServer string) (string, bool) {
	for _, prefix := range n {
		own, cut := strings.CutPrefix(atServer, prefix)
		if cut && domain.IsStream(domain.StreamName(own)) {
			return own, true
		}
	}
	return "", false
}

// filter has the server leave out what others write. It knows beginnings only, so
// that what comes is looked at by own. Before is what stands before the names: it makes
// others of them that the server keeps for each.
func (n names) filter(before ...string) *esdb.SubscriptionFilter {
	var beginnings []string
	for _, before := range before {
		for _, prefix := range n {
			for _, kind := range domain.StreamBeginnings() {
				beginnings = append(beginnings, before+prefix+kind)
			}
		}
	}
	return &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: beginnings}
}

// claim is the stream that a log with this prefix begins with, at the server.
func claim(prefix string) string { return prefix + "log" }

// CheckPrefix refuses what can be no prefix of streams. None is one, too.
func CheckPrefix(prefix string) error {
	if prefix == "" || prefixes().MatchString(prefix) {
		return nil
	}
	return fmt.Errorf("%q can be no prefix of streams: it has 2 to 31 small letters (a to z), digits and dots, begins with none of the dots and ends in one, as %s does", prefix, DefaultPrefix)
}

func prefixes() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9][a-z0-9.]{0,29}\.$`) }
