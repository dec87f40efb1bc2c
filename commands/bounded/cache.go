package bounded

import "sync"

// Cache is a bounded cache of what can be looked up again. What was used least
// recently makes room for what is new. Its methods take the same time however
// much it holds, and may be called from many goroutines.
//
// No value comes back after Forget returned: what was being looked up meanwhile
// is not remembered.
type Cache[K comparable, V any] struct {
	most  int
	newer func(V, V) bool // nil where the last one remembered stays

	mutex   sync.Mutex
	entries map[K]*entry[K, V]
	// ring is the entries in a circle: the one used last behind it, the one
	// used least recently before it.
	ring entry[K, V]
	age  Age
}

// Age tells a lookup that began before something was forgotten from one that
// began after it.
type Age uint64

type entry[K comparable, V any] struct {
	key          K
	value        V
	before, next *entry[K, V]
}

// New returns an empty cache of at most so many values, at least 1.
func New[K comparable, V any](most int) *Cache[K, V] {
	return NewKeeping[K, V](most, nil)
}

// NewKeeping returns a cache like New that never replaces a value by one that
// is not newer: for what grows while others still look up how it was.
func NewKeeping[K comparable, V any](most int, newer func(one, known V) bool) *Cache[K, V] {
	c := &Cache[K, V]{most: max(most, 1), newer: newer, entries: map[K]*entry[K, V]{}}
	c.ring.before, c.ring.next = &c.ring, &c.ring
	return c
}

// Recall returns what is known of the key, and false where nothing is. What is
// then looked up may be remembered with the age.
func (c *Cache[K, V]) Recall(key K) (value V, known bool, age Age) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	found, known := c.entries[key]
	if known {
		c.use(found)
		value = found.value
	}
	return value, known, c.age
}

// RecallAll returns what is known of the keys, and which are not known. What is
// then looked up may be remembered with the age.
func (c *Cache[K, V]) RecallAll(keys []K) (known map[K]V, unknown []K, age Age) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	known = make(map[K]V, len(keys))
	for _, key := range keys {
		if found, ok := c.entries[key]; ok {
			c.use(found)
			known[key] = found.value
		} else {
			unknown = append(unknown, key)
		}
	}
	return known, unknown, c.age
}

// Remember takes what was looked up, unless something was forgotten since then.
func (c *Cache[K, V]) Remember(age Age, key K, value V) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if age == c.age {
		c.put(key, value)
	}
}

// RememberAll takes what was looked up together, unless something was forgotten
// since then.
func (c *Cache[K, V]) RememberAll(age Age, values map[K]V) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if age != c.age {
		return
	}
	for key, value := range values {
		c.put(key, value)
	}
}

// Forget drops a value, and what others are looking up now.
func (c *Cache[K, V]) Forget(key K) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if found, ok := c.entries[key]; ok {
		c.drop(found)
	}
	c.age++
}

func (c *Cache[K, V]) put(key K, value V) {
	if found, ok := c.entries[key]; ok {
		c.use(found)
		if c.newer == nil || c.newer(value, found.value) {
			found.value = value
		}
		return
	}
	if len(c.entries) >= c.most {
		c.drop(c.ring.before)
	}
	added := &entry[K, V]{key: key, value: value}
	c.entries[key] = added
	c.link(added)
}

// use makes an entry the one used last.
func (c *Cache[K, V]) use(used *entry[K, V]) {
	if c.ring.next != used {
		used.unlink()
		c.link(used)
	}
}

func (c *Cache[K, V]) drop(one *entry[K, V]) {
	one.unlink()
	delete(c.entries, one.key)
}

func (c *Cache[K, V]) link(one *entry[K, V]) {
	one.before, one.next = &c.ring, c.ring.next
	one.before.next, one.next.before = one, one
}

func (e *entry[K, V]) unlink() {
	e.before.next, e.next.before = e.next, e.before
}
