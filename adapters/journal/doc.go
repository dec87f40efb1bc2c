// Package journal is the raw shape of a log: bytes in, bytes out. Every log
// (embedded, EventStoreDB) implements Log; Store puts the codec on top and is
// the commands' EventStore.
//
// It knows no event and no technology. Read journal.go first.
package journal
