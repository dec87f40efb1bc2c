package eventlog

import (
	"errors"
	"fmt"
	"sync"

	"github.com/usher-engine/usher/adapters/sqlitedb"
)

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

// names tells readers what the numbers of streams or types stand for; in the
// log a number never changes its name. Each number has one slot to be
// remembered in, which suits numbers that are used in the order of their making.
type names struct {
	sql   string // yields the numbers and names between two numbers
	mutex sync.Mutex
	slots []named
}

type named struct {
	number int64 // 0 in an empty slot
	name   string
}

func newNames(sql string, size int) *names {
	return &names{sql: sql, slots: make([]named, size)}
}

func (n *names) slot(number int64) *named { return &n.slots[uint64(number)%uint64(len(n.slots))] }

// resolve tells the names of the numbers.
func (n *names) resolve(conn *sqlitedb.Conn, numbers []int64, tell func(i int, name string)) error {
	var unknown []int
	n.mutex.Lock()
	for i, number := range numbers {
		if slot := n.slot(number); slot.number == number {
			tell(i, slot.name)
		} else {
			unknown = append(unknown, i)
		}
	}
	n.mutex.Unlock()
	if len(unknown) == 0 {
		return nil
	}
	return n.learn(conn, numbers, unknown, tell)
}

// learn finds names out: those of a range at once where the numbers are close
// together. The file is not read under the mutex, so that readers do not wait
// for each other's disk.
func (n *names) learn(conn *sqlitedb.Conn, numbers []int64, unknown []int, tell func(i int, name string)) error {
	first, last := numbers[unknown[0]], numbers[unknown[0]]
	for _, i := range unknown {
		first, last = min(first, numbers[i]), max(last, numbers[i])
	}
	near := last-first < 4*int64(len(unknown))
	found := map[int64]string{}
	if near {
		if err := n.find(conn, first, last, found); err != nil {
			return err
		}
	}
	for _, i := range unknown {
		number := numbers[i]
		if _, ok := found[number]; !ok && !near {
			if err := n.find(conn, number, number, found); err != nil {
				return err
			}
		}
		name, ok := found[number]
		if !ok {
			return fmt.Errorf("number %d has no name", number)
		}
		tell(i, name)
	}
	n.mutex.Lock()
	defer n.mutex.Unlock()
	for number, name := range found {
		*n.slot(number) = named{number, name}
	}
	return nil
}

// find reads the names between two numbers, into one string for all.
func (n *names) find(conn *sqlitedb.Conn, first, last int64, found map[int64]string) error {
	rows, err := conn.Statement(n.sql)
	if err != nil {
		return err
	}
	if err := errors.Join(rows.BindInt64(1, first), rows.BindInt64(2, last)); err != nil {
		return err
	}
	var text []byte
	var numbers []int64
	var ends []int
	for rows.Step() {
		text = append(text, rows.ColumnRawText(1)...)
		numbers, ends = append(numbers, rows.ColumnInt64(0)), append(ends, len(text))
	}
	all, start := string(text), 0
	for i, number := range numbers {
		found[number] = all[start:ends[i]]
		start = ends[i]
	}
	return errors.Join(rows.Err(), rows.Reset())
}
