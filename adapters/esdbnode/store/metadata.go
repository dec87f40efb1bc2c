package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/usher-engine/usher/adapters/journal"
)

// deletedBefore is the "$tb" of a deleted stream.
const deletedBefore = math.MaxInt64

// Metadata is what a stream's metadata says that the store heeds. The zero value
// is that of a stream without metadata.
type Metadata struct {
	MaxCount       uint64        // how many events are left to read; 0: all
	MaxAge         time.Duration // how old an event may be; 0: of any age
	TruncateBefore uint64        // the first revision that is left to read
	ACL            *ACL          // nil where it has none
	Raw            []byte        // the JSON as it was written; nil where there is none
}

// Deleted reports whether the metadata deletes the stream, until it is made again.
func (m Metadata) Deleted() bool { return m.TruncateBefore == deletedBefore }

// floor is the first revision that is left to read of a stream that ends at last.
func (m Metadata) floor(last uint64) uint64 {
	floor := m.TruncateBefore
	if m.MaxCount > 0 && m.MaxCount <= last {
		floor = max(floor, last+1-m.MaxCount)
	}
	return floor
}

// oldest is when the oldest event that is left to read was written; zero where
// all ages are left.
func (m Metadata) oldest(now time.Time) time.Time {
	if m.MaxAge == 0 {
		return time.Time{}
	}
	return now.Add(-m.MaxAge)
}

// ofMetadataStreams is the metadata of all metadata streams: their last event is
// what counts.
func ofMetadataStreams() Metadata { return Metadata{MaxCount: 1} }

// ParseMetadata reads metadata as it stands in JSON. What is not an object of JSON, or has a number or
// an ACL that is none, is as if there were no metadata.
func ParseMetadata(raw []byte) Metadata {
	var members map[string]json.RawMessage
	if !utf8.Valid(raw) || json.Unmarshal(raw, &members) != nil {
		return Metadata{}
	}
	metadata := Metadata{Raw: raw}
	var seconds, caching uint64
	for name, into := range map[string]*uint64{
		"$maxCount":     &metadata.MaxCount,
		"$maxAge":       &seconds,
		"$tb":           &metadata.TruncateBefore,
		"$cacheControl": &caching,
	} {
		if value, there := members[name]; there {
			number, err := strconv.ParseInt(string(value), 10, 64)
			if err != nil {
				return Metadata{}
			}
			*into = uint64(max(number, 0))
		}
	}
	if value, there := members["$acl"]; there {
		acl, ok := ParseACL(value)
		if !ok {
			return Metadata{}
		}
		metadata.ACL = acl
	}
	metadata.MaxAge = time.Duration(min(seconds, uint64(math.MaxInt64/time.Second))) * time.Second
	return metadata
}

// Metadata returns a stream's metadata.
func (s *Store) Metadata(ctx context.Context, stream string) (Metadata, error) {
	if _, ok := originalStream(stream); ok {
		return ofMetadataStreams(), nil
	}
	record, ok, err := s.last(ctx, MetadataStream(stream))
	if err != nil {
		return Metadata{}, fmt.Errorf("read the metadata of %s: %w", stream, err)
	}
	if !ok {
		return Metadata{}, nil
	}
	return metadataIn(record), nil
}

// metadataIn is what a metadata stream says whose last event this is.
func metadataIn(last journal.Record) Metadata {
	if isTombstone(last) {
		return Metadata{}
	}
	return ParseMetadata(last.Data)
}

// deleteAll is the metadata of a deleted stream.
func deleteAll() []byte { return fmt.Appendf(nil, `{"$tb":%d}`, int64(deletedBefore)) }

// truncatedBefore is metadata with another "$tb", if it is an object; all else
// stays as it was written, in its order.
func truncatedBefore(raw []byte, revision uint64) ([]byte, bool) {
	if !utf8.Valid(raw) || !json.Valid(raw) {
		return nil, false
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, false
	}
	changed := []byte{'{'}
	for decoder.More() {
		var value json.RawMessage
		name, err := decoder.Token()
		if err != nil || decoder.Decode(&value) != nil {
			return nil, false
		}
		if name == "$tb" {
			continue
		}
		quoted, err := json.Marshal(name)
		if err != nil {
			return nil, false
		}
		changed = append(append(append(append(changed, quoted...), ':'), value...), ',')
	}
	return fmt.Appendf(changed, `"$tb":%d}`, revision), true
}
