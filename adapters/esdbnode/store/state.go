package store

import "github.com/usher-engine/usher/adapters/journal"

// state is what the rules want to know of a stream.
type state struct {
	next        uint64 // the revision of the event to come
	tombstoned  bool
	softDeleted bool // by its metadata
	described   bool // has metadata, or had it
}

// look finds out. A metadata stream has no metadata that matters.
func look(tx journal.Transaction, stream string) (state, error) {
	var state state
	last, ok, err := lastOf(tx, stream)
	if err != nil {
		return state, err
	}
	if ok {
		state.next, state.tombstoned = last.Revision+1, isTombstone(last)
	}
	if _, ok := originalStream(stream); ok {
		return state, nil
	}
	record, described, err := lastOf(tx, MetadataStream(stream))
	state.softDeleted, state.described = metadataIn(record).Deleted(), described
	return state, err
}

func lastOf(tx journal.Transaction, stream string) (journal.Record, bool, error) {
	next, err := tx.End(stream)
	if err != nil || next == 0 {
		return journal.Record{}, false, err
	}
	return tx.Event(stream, next-1)
}
