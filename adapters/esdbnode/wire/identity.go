package wire

import (
	"encoding/binary"
	"math"
	"unicode/utf8"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
)

// IDForm is how a client wants ids to be written.
type IDForm int

// The forms of an id: two numbers of 64 bits, or text with hyphens.
const (
	Structured IDForm = iota
	Text
)

// UUID writes an id.
func UUID(id uuid.UUID, form IDForm) *shared.UUID {
	if form == Text {
		return &shared.UUID{Value: &shared.UUID_String_{String_: id.String()}}
	}
	most, least := halves(id)
	return &shared.UUID{Value: &shared.UUID_Structured_{
		Structured: &shared.UUID_Structured{MostSignificantBits: most, LeastSignificantBits: least},
	}}
}

func halves(id uuid.UUID) (most, least int64) {
	return int64(binary.BigEndian.Uint64(id[:8])), int64(binary.BigEndian.Uint64(id[8:]))
}

// ParseUUID reads an id in either form. No id at all is the zero id, as a client
// that leaves zeros out would send it.
func ParseUUID(id *shared.UUID) (uuid.UUID, error) {
	switch value := id.GetValue().(type) {
	case *shared.UUID_String_:
		parsed, err := uuid.Parse(value.String_)
		if err != nil {
			return uuid.Nil, Invalid("'%s' is not a valid UUID", value.String_)
		}
		return parsed, nil
	case *shared.UUID_Structured_:
		var parsed uuid.UUID
		binary.BigEndian.PutUint64(parsed[:8], uint64(value.Structured.GetMostSignificantBits()))
		binary.BigEndian.PutUint64(parsed[8:], uint64(value.Structured.GetLeastSignificantBits()))
		return parsed, nil
	}
	return uuid.Nil, nil
}

// StreamIdentifier writes a stream's name.
func StreamIdentifier(stream string) *shared.StreamIdentifier {
	return &shared.StreamIdentifier{StreamName: []byte(stream)}
}

// StreamName reads a stream's name, which is UTF-8 and not empty.
func StreamName(identifier *shared.StreamIdentifier) (string, error) {
	name := identifier.GetStreamName()
	if len(name) == 0 {
		return "", Invalid("the stream has no name")
	}
	if !utf8.Valid(name) {
		return "", Invalid("the stream's name is not UTF-8")
	}
	return string(name), nil
}

// End is how the protocol's unsigned numbers say "the end", as a revision and as
// both parts of a position.
const End = math.MaxUint64

// Revision reads a revision of a request as EventStoreDB counts: End is -1.
func Revision(number uint64) (int64, error) {
	switch {
	case number == End:
		return -1, nil
	case number > math.MaxInt64:
		return 0, Unknown("the revision %d is too large", number)
	}
	return int64(number), nil
}

// Position reads a position of a request, End included.
func Position(commit, prepare uint64) (domain.Position, error) {
	position := domain.Position{Commit: commit, Prepare: prepare}
	switch {
	case commit == End && prepare == End:
		return position, nil
	case commit < prepare:
		return position, Unknown("The commit position cannot be less than the prepare position")
	case commit > math.MaxInt64:
		return position, Unknown("the position %d is too large", commit)
	}
	return position, nil
}
