package eventlog

import "sync"

// How many are kept in memory: an entry is some 120 bytes.
const (
	manyStreams = 1 << 16
	manyTypes   = 1 << 12
)

// recent is a map that keeps the entries used last, between one and two times
// its limit.
type recent[Key comparable, Value any] struct {
	limit    int
	new, old map[Key]Value
}

func (r *recent[Key, Value]) get(key Key) (Value, bool) {
	value, ok := r.new[key]
	if ok {
		return value, true
	}
	if value, ok = r.old[key]; ok {
		r.put(key, value)
	}
	return value, ok
}

func (r *recent[Key, Value]) put(key Key, value Value) {
	if r.new == nil || len(r.new) >= r.limit {
		r.old, r.new = r.new, map[Key]Value{}
	}
	r.new[key] = value
}

func (r *recent[Key, Value]) clear() { r.new, r.old = nil, nil }

// names remembers the names that numbers stand for; in the log a number never
// changes its name.
type names struct {
	mutex sync.Mutex
	known recent[int64, string]
}

func newNames(limit int) *names { return &names{known: recent[int64, string]{limit: limit}} }
