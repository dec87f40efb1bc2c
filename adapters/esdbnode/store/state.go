package store

import "github.com/usher-engine/usher/adapters/journal"

// state is what the rules want to know of a stream.
type state struct {
	next        uint64 // the revision of the event to come
	tombstoned  bool
	softDeleted bool // by its metadata
	described   bool // has metadata, or had it
}

func look(tx journal.Transaction, stream string) (state, error) {
	var state state
	last, ok, err := lastOf(tx, stream)
	if err != nil {
		return state, err
	}
	if ok {
		state.next, state.tombstoned = last.Revision+1, isTombstone(last)
	}
	if original, isMetadata := originalStream(stream); isMetadata {
		above, err := look(tx, original)
		state.tombstoned = state.tombstoned || above.tombstoned
		return state, err
	}
	metadata, err := metadataOf(tx, stream)
	if err != nil {
		return state, err
	}
	next, err := tx.End(MetadataStream(stream))
	state.softDeleted, state.described = metadata.Deleted(), next > 0
	return state, err
}

func lastOf(tx journal.Transaction, stream string) (journal.Record, bool, error) {
	next, err := tx.End(stream)
	if err != nil || next == 0 {
		return journal.Record{}, false, err
	}
	return tx.Event(stream, next-1)
}

func metadataOf(tx journal.Transaction, stream string) (Metadata, error) {
	if _, ok := originalStream(stream); ok {
		return ofMetadataStreams(), nil
	}
	record, ok, err := lastOf(tx, MetadataStream(stream))
	if err != nil || !ok || isTombstone(record) {
		return Metadata{}, err
	}
	return parseMetadata(record.Data), nil
}
