package sqlite

import (
	"maps"
	"sync"
)

// mostRemembered bounds what one cache holds.
const mostRemembered = 1 << 16

// remembered is a bounded cache of what never changes until it is forgotten.
type remembered[K comparable, V any] struct {
	mutex  sync.Mutex
	values map[K]V
	// age counts what was forgotten: whoever began to look something up before
	// may have seen what is no longer so.
	age int
}

func newRemembered[K comparable, V any]() *remembered[K, V] {
	return &remembered[K, V]{values: map[K]V{}}
}

// recall is what is known of the keys, and which are not known. What is then
// looked up may be remembered with the age.
func (r *remembered[K, V]) recall(keys []K) (known map[K]V, unknown []K, age int) {
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

func (r *remembered[K, V]) remember(age int, values map[K]V) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if age != r.age || len(values) > mostRemembered {
		return
	}
	if len(r.values)+len(values) > mostRemembered {
		clear(r.values)
	}
	maps.Copy(r.values, values)
}

func (r *remembered[K, V]) forget(key K) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	delete(r.values, key)
	r.age++
}
