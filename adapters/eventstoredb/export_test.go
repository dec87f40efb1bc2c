package eventstoredb

import (
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"

	"github.com/usher-engine/usher/adapters/journal"
)

// MostCalls is how many calls there are at once, besides subscriptions.
const MostCalls = mostCalls

// Stored is an event's metadata as EventStoreDB gets it.
func Stored(event journal.Proposed) ([]byte, error) { return withOriginal(event) }

// Restored is what comes back of it.
func Restored(stored []byte) ([]byte, time.Time, error) { return original(stored) }

// Heard is what follows from words of nodes: whom they make leader, whether that is
// sure, and whether there is a cluster.
func Heard(words map[string][]*gossip.MemberInfo) (leader string, sure, several bool) {
	heard := hearsay{named: map[string]string{}, members: map[string]bool{}}
	for from, members := range words {
		heard.add(word{from: from, members: members})
	}
	leader, sure = heard.leader()
	return leader, sure, heard.several()
}

// KnowsOthers says that a log's server is known to be one of several.
func KnowsOthers(log *Log) bool { return log.connection.cluster.led() }
