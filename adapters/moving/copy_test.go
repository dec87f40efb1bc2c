package moving_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/moving"
	"github.com/usher-engine/usher/domain"
)

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// targets are the two ways in which a log takes a copy.
func targets(t *testing.T, test func(t *testing.T, open func() journal.Log)) {
	t.Helper()
	t.Run("into a log with transactions", func(t *testing.T) {
		test(t, func() journal.Log { return embedded(t) })
	})
	t.Run("into a log without", func(t *testing.T) {
		test(t, func() journal.Log { return plain{embedded(t)} })
	})
}

func TestCopyOfAnything(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		source, target := embedded(rt), embedded(rt)
		written(rt, source, seeded(rapid.Uint64().Draw(rt, "seed")), rapid.IntRange(0, 300).Draw(rt, "events"))
		var into journal.Log = target
		if rapid.Bool().Draw(rt, "without transactions") {
			into = plain{target}
		}
		receipt, err := moving.Copy(rt.Context(), source, into, moving.Options{})
		require.NoError(rt, err)
		records := everything(rt, source)
		require.Equal(rt, records, everything(rt, target))
		require.EqualValues(rt, len(records), receipt.Events)
		require.EqualValues(rt, len(records), receipt.Copied)

		again, err := moving.Copy(rt.Context(), source, into, moving.Options{})
		require.NoError(rt, err)
		require.Zero(rt, again.Copied)
		require.Equal(rt, receipt.Digest, again.Digest)
		verified, err := moving.Verify(rt.Context(), target, source, moving.Options{})
		require.NoError(rt, err)
		require.Equal(rt, receipt.Digest, verified.Digest)
	})
}

func TestCopy(t *testing.T) {
	targets(t, func(t *testing.T, open func() journal.Log) {
		t.Run("given a first part, it goes on behind it", func(t *testing.T) {
			source, target := embedded(t), open()
			random := seeded(1)
			written(t, source, random, 700)
			_, err := moving.Copy(t.Context(), source, target, moving.Options{})
			require.NoError(t, err)
			_, _, err = source.Append(t.Context(), "another", domain.NoStream{}, []journal.Proposed{event(random), event(random)})
			require.NoError(t, err)
			receipt, err := moving.Copy(t.Context(), source, target, moving.Options{})
			require.NoError(t, err)
			require.EqualValues(t, 2, receipt.Copied)
			require.EqualValues(t, 702, receipt.Events)
			require.Equal(t, everything(t, source), everything(t, target))
		})

		t.Run("given events as large as may be, they are copied", func(t *testing.T) {
			source, target := embedded(t), open()
			random := seeded(2)
			for i := range 5 {
				one := event(random)
				one.Data = bytes(random, 300_000*i)
				_, _, err := source.Append(t.Context(), "large", domain.Any{}, []journal.Proposed{one})
				require.NoError(t, err)
			}
			_, err := moving.Copy(t.Context(), source, target, moving.Options{})
			require.NoError(t, err)
			require.Equal(t, everything(t, source), everything(t, target))
		})
	})
}

func TestFailingCopiesGoOn(t *testing.T) {
	source := embedded(t)
	written(t, source, seeded(3), 1500)
	stops := func(t *testing.T, target journal.Log, stop func(after bool, appends int) journal.Log, most int) {
		t.Helper()
		for i := 0; ; i++ {
			require.Less(t, i, 1000, "it makes progress")
			_, err := moving.Copy(t.Context(), source, stop(i%2 == 0, 2+rand.IntN(most)), moving.Options{})
			if err == nil {
				break
			}
			require.ErrorIs(t, err, errInjected)
		}
		receipt, err := moving.Verify(t.Context(), source, target, moving.Options{})
		require.NoError(t, err)
		require.EqualValues(t, 1500, receipt.Events)
		require.Equal(t, everything(t, source), everything(t, target))
	}
	for range soak(1) {
		t.Run("given failures between transactions, before and after them", func(t *testing.T) {
			target := embedded(t)
			stops(t, target, func(after bool, updates int) journal.Log {
				return &faultyLocal{Local: target, left: updates, after: after}
			}, 2)
		})
		t.Run("given failures between appends, before and after them", func(t *testing.T) {
			target := embedded(t)
			stops(t, target, func(after bool, appends int) journal.Log {
				return &faulty{Log: target, left: appends, after: after}
			}, 300)
		})
	}
}

func TestAnAppendThatCameLateIsNoTrouble(t *testing.T) {
	source, target := embedded(t), embedded(t)
	written(t, source, seeded(13), 500)
	_, err := moving.Copy(t.Context(), source, &late{Log: target, left: 4}, moving.Options{})
	require.NoError(t, err)
	require.Equal(t, everything(t, source), everything(t, target))
}

func TestATargetWithOtherEventsIsRefused(t *testing.T) {
	refused := func(t *testing.T, change func(i int, proposed *journal.Proposed, stream *string)) *moving.Difference {
		t.Helper()
		source, target := embedded(t), embedded(t)
		random := seeded(4)
		for i := range 10 {
			one, stream := event(random), fmt.Sprint("person-", i)
			_, _, err := source.Append(t.Context(), stream, domain.NoStream{}, []journal.Proposed{one})
			require.NoError(t, err)
			records := everything(t, source)
			one.Original = records[i].Time
			change(i, &one, &stream)
			_, _, err = target.Append(t.Context(), stream, domain.Any{}, []journal.Proposed{one})
			require.NoError(t, err)
		}
		before := everything(t, target)
		_, err := moving.Copy(t.Context(), source, target, moving.Options{})
		var difference *moving.Difference
		require.ErrorAs(t, err, &difference)
		require.Equal(t, before, everything(t, target), "it is left as it is")
		return difference
	}
	for what, change := range map[string]func(one *journal.Proposed){
		"type":         func(one *journal.Proposed) { one.Type += "x" },
		"content type": func(one *journal.Proposed) { one.JSON = !one.JSON },
		"content":      func(one *journal.Proposed) { one.Data = append(one.Data, ' ') },
		"metadata":     func(one *journal.Proposed) { one.Metadata = append(one.Metadata, ' ') },
		"time":         func(one *journal.Proposed) { one.Original = one.Original.Add(100) },
	} {
		t.Run("given another "+what+", it names it and shows nothing of it", func(t *testing.T) {
			difference := refused(t, func(i int, one *journal.Proposed, _ *string) {
				if i == 6 {
					change(one)
				}
			})
			require.Equal(t, what, difference.What)
			require.EqualValues(t, 7, difference.Number)
			require.ErrorContains(t, difference, "event 7, 0 of person-6 with the id ")
		})
	}
	t.Run("given another event, it names both", func(t *testing.T) {
		difference := refused(t, func(i int, one *journal.Proposed, stream *string) {
			if i == 6 {
				one.ID, *stream = uuid.UUID{15: 1}, "person-x"
			}
		})
		require.EqualValues(t, 7, difference.Number)
		require.Equal(t, "0 of person-x with the id 00000000-0000-0000-0000-000000000001", difference.Target)
	})
	t.Run("given more events than the source has, it names the first", func(t *testing.T) {
		source, target := embedded(t), embedded(t)
		written(t, target, seeded(5), 1)
		_, err := moving.Copy(t.Context(), source, target, moving.Options{})
		require.ErrorContains(t, err, "the target has more than the source: event 1 is 0 of person-0")
	})
}

func TestVerify(t *testing.T) {
	t.Run("given times with more digits than EventStoreDB has, they are equal without them", func(t *testing.T) {
		source, target := embedded(t), embedded(t)
		written(t, source, seeded(12), 100)
		for record, err := range source.ReadAll(t.Context(), domain.Position{}) {
			require.NoError(t, err)
			record.Original = record.Time.Truncate(100)
			_, _, err := target.Append(t.Context(), record.Stream, domain.Any{}, []journal.Proposed{record.Proposed})
			require.NoError(t, err)
		}
		one, err := moving.Verify(t.Context(), source, target, moving.Options{})
		require.NoError(t, err)
		other, err := moving.Verify(t.Context(), target, source, moving.Options{})
		require.NoError(t, err)
		require.Equal(t, one.Digest, other.Digest)
	})
	t.Run("given a log that lacks the last event, it names it", func(t *testing.T) {
		source, target := embedded(t), embedded(t)
		written(t, source, seeded(6), 1)
		_, err := moving.Verify(t.Context(), source, target, moving.Options{})
		require.ErrorContains(t, err, "the target has less than the source: event 1 is 0 of person-0")
		require.Empty(t, everything(t, target))
	})
}

func TestASourceInUse(t *testing.T) {
	grow := func(t *testing.T, source journal.Log, random *rand.Rand, times int) (func(moving.Progress), *int) {
		t.Helper()
		grown := 0
		return func(progress moving.Progress) {
			if progress.Step == moving.Copying && grown < times {
				grown++
				_, _, err := source.Append(t.Context(), "late", domain.Any{}, []journal.Proposed{event(random)})
				require.NoError(t, err)
			}
		}, &grown
	}
	t.Run("given a source that grows for a while, what came is copied too", func(t *testing.T) {
		source, target, random := embedded(t), embedded(t), seeded(7)
		written(t, source, random, 1000)
		progress, grown := grow(t, source, random, 4)
		receipt, err := moving.Copy(t.Context(), source, target, moving.Options{Progress: progress})
		require.NoError(t, err)
		require.Equal(t, 4, *grown)
		require.EqualValues(t, 1004, receipt.Events)
		require.Equal(t, everything(t, source), everything(t, target))
	})
	t.Run("given a source that always grows, it says so", func(t *testing.T) {
		source, random := embedded(t), seeded(8)
		written(t, source, random, 10)
		progress, _ := grow(t, source, random, 1000)
		_, err := moving.Copy(t.Context(), source, embedded(t), moving.Options{Progress: progress})
		require.ErrorIs(t, err, moving.ErrGrowing)
	})
}

func TestASourceThatLacksEventsIsRefused(t *testing.T) {
	targets(t, func(t *testing.T, open func() journal.Log) {
		source, random := embedded(t), seeded(9)
		for range 3 {
			_, _, err := source.Append(t.Context(), "person-1", domain.Any{}, []journal.Proposed{event(random)})
			require.NoError(t, err)
		}
		_, err := moving.Copy(t.Context(), shortened{source, 2}, open(), moving.Options{})
		require.ErrorContains(t, err, "the source lacks events before it")
	})
}

func TestPlacesAreFoundInTheTarget(t *testing.T) {
	source, target, random := embedded(t), embedded(t), seeded(10)
	written(t, source, random, 1200)
	at := func(n uint64) domain.Position { return domain.Position{Commit: n, Prepare: n} }
	between := domain.Position{Commit: 600, Prepare: 601}
	receipt, err := moving.Copy(t.Context(), sparse{source}, target, moving.Options{
		Places: []domain.Position{at(12_000), {}, at(10), at(15), at(6000), at(6005), at(6005), at(99_999), between},
	})
	require.NoError(t, err)
	require.Equal(t, map[domain.Position]domain.Position{
		{}: {}, at(10): at(1), at(15): at(1), at(6000): at(600), at(6005): at(600), at(12_000): at(1200), at(99_999): at(1200), between: at(60),
	}, receipt.Places)
	require.Equal(t, at(10), receipt.First.Source)
	require.Equal(t, at(1), receipt.First.Target)
	require.Equal(t, at(12_000), receipt.Last.Source)
	require.Equal(t, at(1200), receipt.Last.Target)
}
