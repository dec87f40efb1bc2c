package domain

import (
	"fmt"
	"hash/maphash"
	"iter"
	"slices"
	"strings"
)

// Map is a map that never changes: With and Without answer another one, which
// shares all but a few nodes with it. So a state may be kept while its future
// is folded, however large it is. The zero Map is empty.
type Map[K comparable, V any] struct {
	root *mapNode[K, V]
	size int
}

// mapNode is of a tree in which each level looks at four more bits of a key's
// hash: it has either entries or branches.
type mapNode[K comparable, V any] struct {
	entries  []mapEntry[K, V]
	branches *[1 << mapBits]*mapNode[K, V]
}

type mapEntry[K comparable, V any] struct {
	key   K
	value V
}

const (
	mapBits    = 4
	mapLevels  = 64 / mapBits
	mapEntries = 8 // of a node, where the hash tells more apart
)

// mapSeed keeps whoever chooses keys from making them fall together.
var mapSeed = maphash.MakeSeed() //nolint:gochecknoglobals // one for the process, never changed

func branch[K comparable](key K, level int) uint64 {
	return maphash.Comparable(mapSeed, key) >> (level * mapBits) & (1<<mapBits - 1)
}

// Len returns how many keys there are.
func (m Map[K, V]) Len() int { return m.size }

// Get returns what is kept under a key, or nothing and false.
func (m Map[K, V]) Get(key K) (V, bool) {
	node := m.root
	for hash := maphash.Comparable(mapSeed, key); node != nil && node.branches != nil; hash >>= mapBits {
		node = node.branches[hash&(1<<mapBits-1)]
	}
	if i := node.find(key); i >= 0 {
		return node.entries[i].value, true
	}
	var none V
	return none, false
}

// Of returns what is kept under a key, or nothing.
func (m Map[K, V]) Of(key K) V {
	value, _ := m.Get(key)
	return value
}

// Has reports whether anything is kept under a key.
func (m Map[K, V]) Has(key K) bool {
	_, has := m.Get(key)
	return has
}

// All returns everything, in no particular order.
func (m Map[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) { m.root.all(yield) }
}

// With returns the map with a value under a key.
func (m Map[K, V]) With(key K, value V) Map[K, V] {
	if !m.Has(key) {
		m.size++
	}
	m.root = m.root.with(mapEntry[K, V]{key, value}, 0)
	return m
}

// Without returns the map with nothing under a key.
func (m Map[K, V]) Without(key K) Map[K, V] {
	if m.Has(key) {
		m.root = m.root.without(key, 0)
		m.size--
	}
	return m
}

// GoString returns the same for maps that hold the same.
func (m Map[K, V]) GoString() string {
	lines := make([]string, 0, m.size)
	for key, value := range m.All() {
		lines = append(lines, fmt.Sprintf("%#v: %#v", key, value))
	}
	slices.Sort(lines)
	return "{" + strings.Join(lines, ", ") + "}"
}

func (m Map[K, V]) String() string { return m.GoString() }

func (n *mapNode[K, V]) find(key K) int {
	if n == nil {
		return -1
	}
	return slices.IndexFunc(n.entries, func(e mapEntry[K, V]) bool { return e.key == key })
}

func (n *mapNode[K, V]) with(entry mapEntry[K, V], level int) *mapNode[K, V] {
	if n == nil {
		return &mapNode[K, V]{entries: []mapEntry[K, V]{entry}}
	}
	if n.branches != nil {
		branches, at := *n.branches, branch(entry.key, level)
		branches[at] = branches[at].with(entry, level+1)
		return &mapNode[K, V]{branches: &branches}
	}
	if i := n.find(entry.key); i >= 0 {
		entries := slices.Clone(n.entries)
		entries[i] = entry
		return &mapNode[K, V]{entries: entries}
	}
	entries := append(slices.Clip(n.entries), entry)
	if len(entries) <= mapEntries || level == mapLevels {
		return &mapNode[K, V]{entries: entries}
	}
	split := &mapNode[K, V]{branches: new([1 << mapBits]*mapNode[K, V])}
	for _, entry := range entries {
		at := branch(entry.key, level)
		split.branches[at] = split.branches[at].with(entry, level+1)
	}
	return split
}

// without is the node without a key that is in it.
func (n *mapNode[K, V]) without(key K, level int) *mapNode[K, V] {
	if n.branches != nil {
		branches, at := *n.branches, branch(key, level)
		branches[at] = branches[at].without(key, level+1)
		return &mapNode[K, V]{branches: &branches}
	}
	if len(n.entries) == 1 {
		return nil
	}
	i := n.find(key)
	return &mapNode[K, V]{entries: slices.Delete(slices.Clone(n.entries), i, i+1)}
}

func (n *mapNode[K, V]) all(yield func(K, V) bool) bool {
	if n == nil {
		return true
	}
	for _, entry := range n.entries {
		if !yield(entry.key, entry.value) {
			return false
		}
	}
	if n.branches == nil {
		return true
	}
	for _, below := range n.branches {
		if !below.all(yield) {
			return false
		}
	}
	return true
}
