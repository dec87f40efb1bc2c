package projections_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

func at(place uint64) domain.Position { return domain.Position{Commit: place, Prepare: place} }

func TestChronicle(t *testing.T) {
	ann, ben := domain.PersonID{1}, domain.PersonID{2}
	formerly := projections.NoLonger(nil, projections.Name{First: "Ann", Last: "Able"}, at(10))
	formerly = projections.NoLonger(formerly, projections.Name{First: "Anne", Last: "Able"}, at(20))
	people := projections.Chronicle{
		Now:      projections.Names{ann: {First: "Anne", Last: "Baker"}, ben: {First: "Ben"}},
		Formerly: map[domain.PersonID][]projections.Former{ann: formerly},
	}
	for place, want := range map[uint64]string{1: "Ann Able", 9: "Ann Able", 10: "Anne Able", 19: "Anne Able", 20: "Anne Baker", 99: "Anne Baker"} {
		t.Run(fmt.Sprintf("at %d it is %s", place, want), func(t *testing.T) {
			require.Equal(t, want, people.At(at(place)).Of(ann))
			require.Equal(t, "Ben", people.At(at(place)).Of(ben))
		})
	}
	t.Run("right before a change it is the name that was changed", func(t *testing.T) {
		require.Equal(t, "Ann Able", people.Before(at(10)).Of(ann))
		require.Equal(t, "Anne Able", people.Before(at(20)).Of(ann))
		require.Equal(t, "Anne Baker", people.Before(at(21)).Of(ann))
	})
	t.Run("who is not known is somebody", func(t *testing.T) {
		require.Equal(t, "somebody", people.At(at(1)).Of(domain.PersonID{3}))
	})
	t.Run("the latest hundred are kept", func(t *testing.T) {
		var many []projections.Former
		for i := range uint64(150) {
			many = projections.NoLonger(many, projections.Name{First: fmt.Sprint(i)}, at(i+1))
		}
		require.Len(t, many, 100)
		require.Equal(t, "50", many[0].Name.First)
		require.Equal(t, "149", many[99].Name.First)
	})
}
