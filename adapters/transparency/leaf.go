package transparency

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/usher-engine/usher/adapters/journal"
)

// Digest is the hash of a leaf.
type Digest [sha256.Size]byte

// leafTime has the 100 ns that every log keeps; what is finer is cut off.
const leafTime = "2006-01-02T15:04:05.0000000Z"

// Leaf returns what an event is in a tree: text of one line for each of its parts,
// which are hashed where they may be long. Its position is not in it, which each
// log gives anew. It is fixed for ever; a change is another first line.
//
//	usher event 1
//	stream person-3490abbb-7cf2-5f5b-9a4d-0d6a37c1a2b3
//	revision 3
//	id c2bd4690-7031-574d-81b6-f245c5fcf26f
//	type person.registration_approved
//	json true
//	time 2026-11-29T10:30:22.0295965Z
//	data <SHA-256 of the data, in hex>
//	metadata <SHA-256 of the metadata, in hex>
func Leaf(record *journal.Record) []byte { return appendLeaf(make([]byte, 0, leafSize), record) }

// leafSize is enough for a usual leaf.
const leafSize = 512

// HashLeaf returns the hash of an event's leaf as a tree's leaf (RFC 6962, section 2.1).
func HashLeaf(record *journal.Record) Digest {
	var usual [leafSize]byte // which begins with the leaf's prefix, a zero
	return sha256.Sum256(appendLeaf(usual[:1], record))
}

func appendLeaf(to []byte, record *journal.Record) []byte {
	to = appendName(append(to, "usher event 1\nstream "...), record.Stream)
	to = strconv.AppendUint(append(to, "\nrevision "...), record.Revision, 10)
	to = append(to, "\nid "...)
	to = append(to, record.ID.String()...)
	to = appendName(append(to, "\ntype "...), record.Type)
	to = strconv.AppendBool(append(to, "\njson "...), record.JSON)
	to = record.Time.UTC().AppendFormat(append(to, "\ntime "...), leafTime)
	to = appendDigest(append(to, "\ndata "...), record.Data)
	to = appendDigest(append(to, "\nmetadata "...), record.Metadata)
	return append(to, '\n')
}

func appendDigest(to, data []byte) []byte {
	digest := sha256.Sum256(data)
	return hex.AppendEncode(to, digest[:])
}

// appendName appends a name, in which all but letters, digits and -._~ is
// percent-encoded, byte by byte.
func appendName(to []byte, name string) []byte {
	const digits = "0123456789ABCDEF"
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_', c == '~':
			to = append(to, c)
		default:
			to = append(to, '%', digits[c>>4], digits[c&15])
		}
	}
	return to
}
