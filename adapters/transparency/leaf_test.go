package transparency_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/transparency"
)

func approved() journal.Record {
	return journal.Record{
		Proposed: journal.Proposed{
			ID: uuid.MustParse("c2bd4690-7031-574d-81b6-f245c5fcf26f"), Type: "person.registration_approved", JSON: true,
			Data: []byte(`{"a":1}`), Metadata: []byte(`{"b":2}`),
		},
		Stream: "person-3490abbb-7cf2-5f5b-9a4d-0d6a37c1a2b3", Revision: 3,
		Time: time.Date(2026, 11, 29, 10, 30, 22, 29596599, time.UTC),
	}
}

// The texts and hashes here are fixed for ever: whoever changes one has other
// digests than all logs that were written.
func TestLeaf(t *testing.T) {
	odd := journal.Record{
		Proposed: journal.Proposed{Type: "a type/of\nodd names: ü%~._-"},
		Stream:   "$all streams", Revision: 18446744073709551615,
		Time: time.Date(2026, 1, 2, 3, 4, 5, 99, time.FixedZone("", 3600)),
	}
	for name, leaf := range map[string]struct {
		record     journal.Record
		text, hash string
	}{
		"a usual event": {approved(), `usher event 1
stream person-3490abbb-7cf2-5f5b-9a4d-0d6a37c1a2b3
revision 3
id c2bd4690-7031-574d-81b6-f245c5fcf26f
type person.registration_approved
json true
time 2026-11-29T10:30:22.0295965Z
data 015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862
metadata 0ab1a6d394cd30195f0642b67ae1180c375ffadf5dd7f39c390668b5fdb6da93
`, "229ba6e6c2d6a56e386c0deb7e73ecaf6f045776070d2cfd4319f4758a6fdd5a"},
		"an event of odd names and no bytes": {odd, `usher event 1
stream %24all%20streams
revision 18446744073709551615
id 00000000-0000-0000-0000-000000000000
type a%20type%2Fof%0Aodd%20names%3A%20%C3%BC%25~._-
json false
time 2026-01-02T02:04:05.0000000Z
data e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
metadata e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
`, "8ec31d6ff47ecdb6589e2d1fb49b6527201a3d9e27285fc73e07e6868b99947b"},
	} {
		t.Run("given "+name+", its leaf is as ever", func(t *testing.T) {
			require.Equal(t, leaf.text, string(transparency.Leaf(&leaf.record)))
			hash := transparency.HashLeaf(&leaf.record)
			require.Equal(t, leaf.hash, hex.EncodeToString(hash[:]))
			require.EqualValues(t, sha256.Sum256(append([]byte{0}, leaf.text...)), hash, "as RFC 6962 says")
		})
	}
}

func TestLeavesTellEventsApart(t *testing.T) {
	same := transparency.HashLeaf(new(approved()))
	for part, change := range map[string]func(*journal.Record){
		"stream":   func(r *journal.Record) { r.Stream += "1" },
		"revision": func(r *journal.Record) { r.Revision++ },
		"id":       func(r *journal.Record) { r.ID[15]++ },
		"type":     func(r *journal.Record) { r.Type += "d" },
		"json":     func(r *journal.Record) { r.JSON = false },
		"time":     func(r *journal.Record) { r.Time = r.Time.Add(100) },
		"data":     func(r *journal.Record) { r.Data = []byte(`{"a":2}`) },
		"metadata": func(r *journal.Record) { r.Metadata = nil },
	} {
		t.Run("given another "+part+", it is another leaf", func(t *testing.T) {
			record := approved()
			change(&record)
			require.NotEqual(t, same, transparency.HashLeaf(&record))
		})
	}
	for part, change := range map[string]func(*journal.Record){
		"position":                 func(r *journal.Record) { r.Position.Commit++ },
		"time by less than 100 ns": func(r *journal.Record) { r.Time = r.Time.Truncate(100) },
		"zone":                     func(r *journal.Record) { r.Time = r.Time.In(time.FixedZone("", 7200)) },
	} {
		t.Run("given another "+part+", it is the same leaf", func(t *testing.T) {
			record := approved()
			change(&record)
			require.Equal(t, same, transparency.HashLeaf(&record))
		})
	}
}

func ExampleLeaf() {
	record := approved()
	fmt.Printf("%.13s\n", transparency.Leaf(&record))
	// Output: usher event 1
}

func BenchmarkHashLeaf(b *testing.B) {
	record := approved()
	record.Data, record.Metadata = make([]byte, 310), make([]byte, 170)
	b.ReportAllocs()
	for b.Loop() {
		transparency.HashLeaf(&record)
	}
}
