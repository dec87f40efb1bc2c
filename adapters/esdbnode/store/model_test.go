package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// soak multiplies a number of runs by USHER_SOAK.
func soak(runs int) int {
	if factor, err := strconv.Atoi(os.Getenv("USHER_SOAK")); err == nil {
		return runs * factor
	}
	return runs
}

// TestModel compares the store, over one log, with plain lists that have the
// same done to them, in streams that are new for each run.
func TestModel(t *testing.T) {
	t.Parallel()
	f := open(t)
	run := 0
	for range soak(1) {
		rapid.Check(t, func(t *rapid.T) {
			run++
			m := &machine{fixture: f, prefix: fmt.Sprintf("run%d-", run), start: f.head(), streams: map[string]*plain{}}
			t.Repeat(map[string]func(*rapid.T){
				"":          m.compareStream,
				"append":    m.append,
				"describe":  m.describe,
				"delete":    m.delete,
				"tombstone": m.tombstone,
				"wait": func(t *rapid.T) {
					f.now = f.now.Add(time.Duration(rapid.IntRange(1, 5).Draw(t, "seconds")) * time.Second)
				},
			})
			m.compareAll(t)
		})
	}
}

// plain is a stream as a list.
type plain struct {
	events    []entry
	tombstone bool
	described bool
	settings  settings
}

type entry struct {
	name     string // of the id
	position uint64
	time     time.Time
}

// settings is what the last metadata says.
type settings struct {
	deleted                  bool
	maxCount, maxAge, before int
}

func (s settings) json() string {
	if s.deleted {
		return `{"$tb":9223372036854775807}`
	}
	return fmt.Sprintf(`{"$maxCount":%d,"$maxAge":%d,"$tb":%d}`, s.maxCount, s.maxAge, s.before)
}

// line is what $all has of an event.
type line struct {
	stream   string
	revision uint64
}

type machine struct {
	*fixture
	prefix  string
	start   domain.Position
	streams map[string]*plain
	all     []line
}

func (m *machine) draw(t *rapid.T) (string, *plain) {
	name := m.prefix + rapid.SampledFrom([]string{"a", "b"}).Draw(t, "stream")
	if m.streams[name] == nil {
		m.streams[name] = &plain{}
	}
	return name, m.streams[name]
}

func (m *machine) written(stream string, revision int) uint64 {
	m.all = append(m.all, line{stream, uint64(revision)})
	return m.start.Commit + uint64(len(m.all))
}

// metadata counts how often a stream's metadata was written, to number it.
func (m *machine) metadata(stream string) {
	count := 0
	for _, line := range m.all {
		if line.stream == "$$"+stream {
			count++
		}
	}
	m.written("$$"+stream, count)
}

func expectation(t *rapid.T) store.Expected {
	return rapid.SampledFrom([]store.Expected{store.Any, store.NoStream, store.StreamExists, 0, 1, 2, 3, 4, 5}).Draw(t, "expected")
}

// accepts is what the rules say of an expectation, ids aside.
func (p *plain) accepts(expected store.Expected) bool {
	switch expected {
	case store.Any:
		return true
	case store.StreamExists:
		return len(p.events) > 0 || p.described
	case store.NoStream:
		return len(p.events) == 0 || p.settings.deleted
	}
	return int(expected) == len(p.events)-1
}

func (p *plain) dead(expected store.Expected) bool {
	return p.tombstone || expected == store.StreamExists && p.settings.deleted
}

// repeats finds the events of an append among those that are there: the index
// of the last, whether the first is there, and whether all are.
func (p *plain) repeats(expected store.Expected, names string) (last int, first, all bool) {
	if names == "" {
		return 0, false, false
	}
	if expected == store.Any || expected == store.StreamExists {
		for i, name := range names {
			last = -1
			for j, event := range p.events {
				if event.name == string(name) {
					last = j
					break
				}
			}
			if last < 0 {
				return 0, i > 0, false
			}
		}
		return last, true, true
	}
	from := int(expected) + 1
	if from >= len(p.events) {
		return 0, false, false // nothing is behind it
	}
	for i, name := range names {
		if from+i >= len(p.events) || p.events[from+i].name != string(name) {
			return 0, i > 0, false
		}
	}
	return from + len(names) - 1, true, true
}

func (m *machine) append(t *rapid.T) {
	name, p := m.draw(t)
	expected := expectation(t)
	names := strings.Join(rapid.SliceOfN(rapid.SampledFrom(strings.Split("vwxyz", "")), 0, 3).Draw(t, "events"), "")
	appended, err := m.try(name, expected, names)

	last, first, all := p.repeats(expected, names)
	want := "ok"
	switch {
	case p.dead(expected):
		want = "deleted"
	case expected == store.StreamExists && !p.accepts(expected):
		want = "wrong version"
	case all:
	case first || !p.accepts(expected), expected == store.NoStream && len(p.events) > 0 && names == "":
		want = "wrong version"
	}
	require.Equal(t, want, outcome(err))
	switch {
	case want != "ok":
	case all:
		require.Equal(t, uint64(last+1), appended.Next)
		require.Equal(t, p.events[last].position, appended.Position.Commit)
	default:
		m.takes(t, name, p, names, appended)
	}
}

// takes adds what was appended.
func (m *machine) takes(t *rapid.T, name string, p *plain, names string, appended store.Appended) {
	before := len(p.events)
	for _, one := range names {
		position := m.written(name, len(p.events))
		p.events = append(p.events, entry{string(one), position, m.now})
	}
	require.Equal(t, uint64(len(p.events)), appended.Next)
	require.Equal(t, m.start.Commit+uint64(len(m.all)), appended.Position.Commit)
	if p.settings.deleted {
		p.settings = settings{before: before}
		m.metadata(name)
	}
}

func (m *machine) describe(t *rapid.T) {
	name, p := m.draw(t)
	wanted := settings{
		deleted:  rapid.IntRange(0, 9).Draw(t, "deleting") == 0,
		maxCount: rapid.IntRange(0, 4).Draw(t, "max count"),
		maxAge:   rapid.SampledFrom([]int{0, 0, 4, 12}).Draw(t, "max age"),
		before:   rapid.IntRange(0, 4).Draw(t, "truncate before"),
	}
	_, err := m.Append(m.t.Context(), "$$"+name, store.Any, []journal.Proposed{{ID: id(m.prefix + strconv.Itoa(len(m.all))), Type: "$metadata", Data: []byte(wanted.json())}})
	require.NoError(t, err)
	back := p.settings.deleted && !p.tombstone
	p.settings, p.described = wanted, true
	m.metadata(name)
	if back {
		p.settings.before, p.settings.deleted = len(p.events), false
		if wanted.deleted {
			p.settings = settings{before: len(p.events)}
		}
		m.metadata(name)
	}
}

func (m *machine) delete(t *rapid.T) {
	name, p := m.draw(t)
	expected := expectation(t)
	position, err := m.Delete(m.t.Context(), name, expected)
	switch {
	case p.dead(expected):
		require.Equal(t, "deleted", outcome(err))
	case !p.accepts(expected), len(p.events) == 0 && !p.described:
		require.Equal(t, "wrong version", outcome(err))
	default:
		require.NoError(t, err)
		p.settings, p.described = settings{deleted: true}, true
		m.metadata(name)
		require.Equal(t, m.start.Commit+uint64(len(m.all)), position.Commit)
	}
}

func (m *machine) tombstone(t *rapid.T) {
	if rapid.IntRange(0, 4).Draw(t, "seldom") > 0 {
		return
	}
	name, p := m.draw(t)
	expected := expectation(t)
	_, err := m.Tombstone(m.t.Context(), name, expected)
	switch {
	case p.dead(expected):
		require.Equal(t, "deleted", outcome(err))
	case !p.accepts(expected):
		require.Equal(t, "wrong version", outcome(err))
	default:
		require.NoError(t, err)
		p.tombstone = true
		m.written(name, store.TombstoneRevision)
	}
}

// left is what can be read of a stream, and how reading it ends.
func (p *plain) left(now time.Time) (revisions []uint64, end string) {
	switch {
	case p.tombstone:
		return nil, "deleted"
	case len(p.events) == 0 || p.settings.deleted:
		return nil, "not found"
	}
	for i, event := range p.events {
		tooMany := p.settings.maxCount > 0 && i < len(p.events)-p.settings.maxCount
		tooOld := p.settings.maxAge > 0 && now.Sub(event.time) > time.Duration(p.settings.maxAge)*time.Second
		if i >= p.settings.before && !tooMany && !tooOld {
			revisions = append(revisions, uint64(i))
		}
	}
	return revisions, "ok"
}

// compareStream reads a stream from somewhere, in one of the directions.
func (m *machine) compareStream(t *rapid.T) {
	name, p := m.draw(t)
	from := uint64(rapid.IntRange(0, 6).Draw(t, "from"))
	backwards := rapid.Bool().Draw(t, "backwards")
	revisions, end := p.left(m.now)
	var want []uint64
	for _, revision := range revisions {
		if backwards && revision <= from || !backwards && revision >= from {
			want = append(want, revision)
		}
	}
	if backwards {
		slices.Reverse(want)
	}
	got, err := m.revisions(name, from, backwards)
	require.Equal(t, end, outcome(err))
	require.Equal(t, want, got)
}

func (m *machine) compareAll(t *rapid.T) {
	place := func(record journal.Record) line { return line{record.Stream, record.Revision} }
	after := domain.Position{Commit: m.start.Commit + 1}
	forwards, err := collect(m.ReadAll(m.t.Context(), after, false), place)
	require.NoError(t, err)
	require.Equal(t, m.all, forwards)
	end := domain.Position{Commit: 1 << 62}
	count := 0
	for record, err := range m.ReadAll(m.t.Context(), end, true) {
		if require.NoError(t, err); count == len(m.all) {
			break
		}
		count++
		require.Equal(t, m.all[len(m.all)-count], place(record))
	}
	require.Equal(t, len(m.all), count)
}

// TestReopening sees that what was decided is in the file.
func TestReopening(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "node.db")
	reopened := func(use func(*fixture)) {
		log, err := eventlog.Open(t.Context(), path, eventlog.Options{Node: true})
		require.NoError(t, err)
		use(&fixture{Store: store.New(log, time.Now), t: t})
		require.NoError(t, log.Close())
	}
	reopened(func(f *fixture) { f.put("s", "abc"); f.put("s", "de"); f.put("gone", "a"); f.tombstone("gone") })
	reopened(func(f *fixture) {
		require.Equal(t, uint64(3), f.put("s", "abc").Next, "a repetition is known for ever")
		_, err := f.try("gone", store.Any, "b")
		require.Equal(t, "deleted", outcome(err))
	})
}
