package group

import (
	"encoding/json"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/usher-engine/usher/adapters/journal"
)

// Strategy is how a group chooses the reader of a message, by EventStoreDB's
// names.
type Strategy string

// The strategies. The pinned ones give messages of one key to one reader while
// it is connected: of one stream, or with one $correlationId in their metadata.
const (
	DispatchToSingle    Strategy = "DispatchToSingle"
	RoundRobin          Strategy = "RoundRobin"
	Pinned              Strategy = "Pinned"
	PinnedByCorrelation Strategy = "PinnedByCorrelation"
)

// Known reports whether there is such a strategy.
func (s Strategy) Known() bool {
	switch s {
	case DispatchToSingle, RoundRobin, Pinned, PinnedByCorrelation:
		return true
	default:
		return false
	}
}

// strategy chooses readers. choose is called only while some reader has a free
// slot; it answers nil when the message must wait for a certain one.
type strategy interface {
	join(*reader)
	leave(*reader)
	choose(*item) *reader
	landed(*item)
}

func newStrategy(name Strategy) strategy {
	switch name {
	case Pinned:
		return &pinned{key: stream}
	case PinnedByCorrelation:
		return &pinned{key: correlation}
	case DispatchToSingle:
		return &rotation{single: true}
	case RoundRobin:
		return &rotation{}
	default:
		return &rotation{}
	}
}

// rotation takes readers in turn, each for one message, or for as many as it has
// slots.
type rotation struct {
	single  bool
	readers []*reader
}

func (s *rotation) join(r *reader)  { s.readers = append(s.readers, r) }
func (s *rotation) landed(*item)    {}
func (s *rotation) leave(r *reader) { s.readers = without(s.readers, r) }

func (s *rotation) choose(*item) *reader {
	for range s.readers {
		r := s.readers[0]
		if s.single && !r.full() {
			return r
		}
		copy(s.readers, s.readers[1:])
		s.readers[len(s.readers)-1] = r
		if !r.full() {
			return r
		}
	}
	return nil
}

func without(readers []*reader, r *reader) []*reader {
	return slices.DeleteFunc(readers, func(other *reader) bool { return other == r })
}

// pinned divides keys into buckets and buckets among readers.
type pinned struct {
	key     func(Message) string
	readers []*reader
	buckets [1024]bucket // as many as EventStoreDB has
	held    int          // buckets that have a reader
}

type bucket struct {
	reader   *reader
	inFlight int
}

func (s *pinned) choose(i *item) *reader {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(s.key(i.message)))
	i.bucket = int(hash.Sum32() % uint32(len(s.buckets)))
	b := &s.buckets[i.bucket]
	if b.reader == nil {
		s.give(b, slices.MinFunc(s.readers, func(a, b *reader) int { return a.buckets - b.buckets }))
	}
	if b.reader.full() {
		return nil
	}
	b.inFlight++
	return b.reader
}

func (s *pinned) landed(i *item) { s.buckets[i.bucket].inFlight-- }

func (s *pinned) give(b *bucket, r *reader) {
	b.reader = r
	r.buckets++
	s.held++
}

func (s *pinned) take(b *bucket) {
	b.reader.buckets--
	b.reader = nil
	s.held--
}

// join gives a new reader its share of the buckets, of those that have nothing
// in flight: the order within a key outweighs an even share.
func (s *pinned) join(r *reader) {
	s.readers = append(s.readers, r)
	share := (s.held + len(s.readers) - 1) / len(s.readers)
	for at := range s.buckets {
		b := &s.buckets[at]
		if b.reader != nil && b.reader != r && b.reader.buckets > share && b.inFlight == 0 {
			s.take(b)
			s.give(b, r)
		}
	}
}

func (s *pinned) leave(r *reader) {
	s.readers = without(s.readers, r)
	for at := range s.buckets {
		if s.buckets[at].reader == r {
			s.take(&s.buckets[at])
		}
	}
}

// stream is the stream that an event is from, also where only a link to it is
// known.
func stream(m Message) string {
	record := source(m)
	if record.Type != "$>" {
		return record.Stream
	}
	if _, name, ok := strings.Cut(string(record.Data), "@"); ok {
		return name
	}
	return string(record.Data)
}

func correlation(m Message) string {
	var metadata struct {
		ID *string `json:"$correlationId"`
	}
	if err := json.Unmarshal(source(m).Metadata, &metadata); err != nil || metadata.ID == nil {
		return stream(m)
	}
	return *metadata.ID
}

func source(m Message) *journal.Record {
	if m.Event != nil {
		return m.Event
	}
	return m.Link
}
