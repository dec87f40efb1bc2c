package bounded_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/commands/bounded"
)

// pair is what the model knows, the one used last behind the others.
type pair struct{ key, value int }

// model is a cache as one would write it who has time.
type model struct {
	most  int
	newer func(one, known int) bool
	pairs []pair
	age   int
}

func (m *model) recall(key int) (value int, known bool) {
	i := slices.IndexFunc(m.pairs, func(p pair) bool { return p.key == key })
	if i < 0 {
		return 0, false
	}
	found := m.pairs[i]
	m.pairs = append(slices.Delete(m.pairs, i, i+1), found)
	return found.value, true
}

func (m *model) remember(age, key, value int) {
	if age != m.age {
		return
	}
	if known, is := m.recall(key); is {
		if m.newer == nil || m.newer(value, known) {
			m.pairs[len(m.pairs)-1].value = value
		}
		return
	}
	if len(m.pairs) == m.most {
		m.pairs = slices.Delete(m.pairs, 0, 1)
	}
	m.pairs = append(m.pairs, pair{key, value})
}

func (m *model) forget(key int) {
	m.pairs = slices.DeleteFunc(m.pairs, func(p pair) bool { return p.key == key })
	m.age++
}

func TestACacheIsWhatItsModelIs(t *testing.T) {
	higher := func(one, known int) bool { return one > known }
	rapid.Check(t, func(t *rapid.T) {
		expected := &model{most: rapid.IntRange(1, 6).Draw(t, "most")}
		cache := bounded.New[int, int](expected.most)
		if rapid.Bool().Draw(t, "keeps the newer") {
			expected.newer = higher
			cache = bounded.NewKeeping[int, int](expected.most, higher)
		}
		keys := rapid.IntRange(0, 9)
		_, _, age := cache.Recall(0)
		ages, modelAges := []bounded.Age{age}, []int{0}
		t.Repeat(map[string]func(*rapid.T){
			"recall": func(t *rapid.T) {
				key := keys.Draw(t, "key")
				value, known, age := cache.Recall(key)
				expectedValue, expectedKnown := expected.recall(key)
				require.Equal(t, expectedKnown, known)
				require.Equal(t, expectedValue, value)
				ages, modelAges = append(ages, age), append(modelAges, expected.age)
			},
			"recall many": func(t *rapid.T) {
				some := rapid.SliceOfN(keys, 0, 8).Draw(t, "keys")
				known, unknown, _ := cache.RecallAll(some)
				expectedKnown, expectedUnknown := map[int]int{}, []int(nil)
				for _, key := range some {
					if value, is := expected.recall(key); is {
						expectedKnown[key] = value
					} else {
						expectedUnknown = append(expectedUnknown, key)
					}
				}
				require.Equal(t, expectedKnown, known)
				require.Equal(t, expectedUnknown, unknown)
			},
			"remember": func(t *rapid.T) {
				key, value := keys.Draw(t, "key"), rapid.IntRange(0, 99).Draw(t, "value")
				at := rapid.IntRange(0, len(ages)-1).Draw(t, "looked up at")
				cache.Remember(ages[at], key, value)
				expected.remember(modelAges[at], key, value)
			},
			"remember in company": func(t *rapid.T) {
				key, value := keys.Draw(t, "key"), rapid.IntRange(0, 99).Draw(t, "value")
				at := rapid.IntRange(0, len(ages)-1).Draw(t, "looked up at")
				cache.RememberAll(ages[at], map[int]int{key: value})
				expected.remember(modelAges[at], key, value)
			},
			"forget": func(t *rapid.T) {
				key := keys.Draw(t, "key")
				cache.Forget(key)
				expected.forget(key)
			},
		})
	})
}

func TestMoreThanTheBoundIsNeverHeld(t *testing.T) {
	cache := bounded.New[int, int](3)
	many := map[int]int{}
	for i := range 100 {
		many[i] = i
	}
	_, _, age := cache.Recall(0)
	cache.RememberAll(age, many)
	known, unknown, _ := cache.RecallAll([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	require.LessOrEqual(t, len(known), 3)
	require.GreaterOrEqual(t, len(unknown), 7)
}

// What a lookup saw before the erasure must not be there after it, however the
// two meet.
func TestNobodyRecallsWhatWasForgotten(t *testing.T) {
	const rounds, readers = 500, 4
	cache := bounded.New[int, bool](8)
	for key := range rounds {
		var erased atomic.Bool // stands for the table that is looked up
		var all sync.WaitGroup
		for range readers {
			all.Go(func() {
				_, known, age := cache.Recall(key)
				if alive := !erased.Load(); !known && alive {
					cache.Remember(age, key, alive)
				}
			})
		}
		all.Go(func() {
			erased.Store(true)
			cache.Forget(key)
			_, known, _ := cache.Recall(key)
			require.False(t, known)
		})
		all.Wait()
		_, known, _ := cache.Recall(key)
		require.False(t, known, "it came back")
	}
}

func TestWhatIsHeldCostsNothingToRecall(t *testing.T) {
	cache := bounded.New[int, string](100)
	_, _, age := cache.Recall(1)
	cache.Remember(age, 1, "known")
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if _, known, _ := cache.Recall(1); !known {
			t.Error("it is forgotten")
		}
	}))
}
