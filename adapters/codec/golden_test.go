package codec_test

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

var update = flag.Bool("update", false, "write the golden files and docs/events.md")

func TestEveryEventHasTwoGoldenFiles(t *testing.T) {
	c, constants := newCodec(t), readDomain(t).constants
	for _, name := range c.Registry().Types() {
		for _, kind := range []string{"full", "minimal"} {
			t.Run(string(name)+" "+kind, func(t *testing.T) {
				sample := maker{constants: constants, minimal: kind == "minimal"}.event(t, c.Registry().Prototype(name))
				checkGolden(t, c, filepath.Join("testdata", "events", string(name)+"."+kind+".json"), sample)
			})
		}
	}
}

// checkGolden holds a file against the event that it must be. A file that cannot
// be read any more is never written anew: that is what golden files are for.
func checkGolden(t *testing.T, c *codec.Codec, file string, sample domain.Event) {
	t.Helper()
	golden, err := os.ReadFile(file)
	if *update && os.IsNotExist(err) {
		writeGolden(t, file, indented(t, sample))
		return
	}
	require.NoError(t, err, "run go test ./adapters/codec -update")
	event, err := c.ReadClear(sample.Type(), golden)
	require.NoError(t, err, "events of this shape are in logs: a breaking change needs a new wire name and an upcast")
	require.Equal(t, string(golden), indented(t, event), "it must be written as it was read")
	if *update {
		writeGolden(t, file, indented(t, sample))
		return
	}
	require.Equal(t, indented(t, sample), string(golden), "if the change only adds an optional member, run go test ./adapters/codec -update")
}

func TestGoldenFilesAreOfEventsThatAreKnown(t *testing.T) {
	registry := newCodec(t).Registry()
	files, err := filepath.Glob("testdata/*/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(filepath.Base(file), ".json"), ".full"), ".minimal")
		require.NotNil(t, registry.Prototype(domain.EventType(name)), "%s: wire names are never removed", file)
	}
}

// record is a whole record of a log, as a golden file has it.
type record struct {
	ID       uuid.UUID      `json:"id"`
	Stream   string         `json:"stream"`
	Type     string         `json:"type"`
	Data     jsontext.Value `json:"data"`
	Metadata jsontext.Value `json:"metadata"`
}

func TestSealedRecordsOfThePastStillOpen(t *testing.T) {
	c, constants := newCodec(t), readDomain(t).constants
	for _, prototype := range []domain.Event{account.Founded{}, person.Registered{}, person.RegistrationRejected{}, batch.Opened{}, person.Employed{}} {
		t.Run(string(prototype.Type()), func(t *testing.T) {
			sample := maker{constants: constants}.event(t, prototype)
			file := filepath.Join("testdata", "sealed", string(prototype.Type())+".json")
			golden, err := os.ReadFile(file)
			if *update && os.IsNotExist(err) {
				fresh := written(t, c, sample)
				golden = []byte(indented(t, record{ID: fresh.ID, Stream: fresh.Stream, Type: fresh.Type, Data: fresh.Data, Metadata: fresh.Metadata}))
				writeGolden(t, file, string(golden))
			}
			var stored record
			require.NoError(t, json.Unmarshal(golden, &stored), "run go test ./adapters/codec -update")

			recorded := read(t, c, journal.Record{
				Proposed: journal.Proposed{ID: stored.ID, Type: stored.Type, JSON: true, Data: stored.Data, Metadata: stored.Metadata},
				Stream:   stored.Stream,
			})

			require.Equal(t, beforeLaterMembers(sample), recorded.Event)
			require.Equal(t, metadata(), recorded.Metadata)
		})
	}
}

// beforeLaterMembers is an event without the members that came after its sealed
// record was written: they are zero there.
func beforeLaterMembers(event domain.Event) domain.Event {
	switch e := event.(type) {
	case account.Founded:
		e.Confirmed = nil
		return e
	case person.Registered:
		e.Confirmed = nil
		e.Seat, e.Department, e.Again = 0, domain.DepartmentID{}, false
		e.Inviter, e.Concern, e.InForce.ModerateInvited = domain.PersonID{}, person.NoConcern, false
		return e
	case person.Employed:
		e.Instead, e.Archived = domain.DepartmentID{}, nil
		return e
	}
	return event
}

func TestPersonalDataAreNotInTheLogInClear(t *testing.T) {
	c, constants := newCodec(t), readDomain(t).constants
	for _, name := range c.Registry().Types() {
		event := maker{constants: constants}.event(t, c.Registry().Prototype(name))
		stored := written(t, c, event)
		for _, personal := range []string{"grace@", "Grace", "Hopper", "Rear Admiral", "Join us", "not one of ours"} {
			require.NotContains(t, string(stored.Data), personal, "%s: personal data belong into its member \"personal\"", name)
			require.NotContains(t, string(stored.Metadata), personal)
		}
	}
}

func indented(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value, jsontext.WithIndent("  "))
	require.NoError(t, err)
	return string(text) + "\n"
}

func writeGolden(t testing.TB, file, text string) {
	t.Helper()
	before, err := os.ReadFile(file)
	if err == nil && bytes.Equal(before, []byte(text)) {
		return
	}
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), fs.FileMode(0o644)))
}
