package remembered

import (
	"maps"
	"sync"
)

// most is how many values a cache holds.
const most = 1 << 16

// Cache is a bounded cache of what never changes until it is forgotten. Its
// methods may be called from many goroutines.
type Cache[K comparable, V any] struct {
	mutex  sync.Mutex
	values map[K]V
	// age counts what was forgotten: whoever began to look something up before
	// may have seen what is no longer so.
	age int
}

// New is an empty cache.
func New[K comparable, V any]() *Cache[K, V] {
	return &Cache[K, V]{values: map[K]V{}}
}

// Recall is what is known of the keys, and which are not known. What is then
// looked up may be remembered with the age.
func (r *Cache[K, V]) Recall(keys []K) (known map[K]V, unknown []K, age int) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	known = make(map[K]V, len(keys))
	for _, key := range keys {
		if value, ok := r.values[key]; ok {
			known[key] = value
		} else {
			unknown = append(unknown, key)
		}
	}
	return known, unknown, r.age
}

// Remember takes what was looked up, unless something was forgotten since then.
func (r *Cache[K, V]) Remember(age int, values map[K]V) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if age != r.age || len(values) > most {
		return
	}
	if len(r.values)+len(values) > most {
		clear(r.values)
	}
	maps.Copy(r.values, values)
}

// Forget drops a value, and what others are looking up now.
func (r *Cache[K, V]) Forget(key K) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	delete(r.values, key)
	r.age++
}
