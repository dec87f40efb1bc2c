package links_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
)

func TestCode(t *testing.T) {
	owner, slot := links.Owner{Account: domain.AccountID(uuid.New()), Tenure: 1}, domain.Slot(uuid.New())
	code := keys().Code(slot, 3, owner)

	t.Run("has eight digits", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			require.Regexp(t, "^[0-9]{8}$", keys().Code(slot, rapid.IntRange(1, 1<<30).Draw(t, "number"), owner))
		})
	})
	t.Run("is good for one person, tenure and number", func(t *testing.T) {
		require.True(t, keys().IsCode(code, slot, 3, owner))
		require.False(t, keys().IsCode(code, slot, 4, owner))
		require.False(t, keys().IsCode(code, domain.Slot(uuid.New()), 3, owner))
		require.False(t, keys().IsCode(code, slot, 3, links.Owner{Account: owner.Account, Tenure: 2}))
		require.False(t, keys().IsCode(code, slot, 3, links.Owner{Account: domain.AccountID(uuid.New()), Tenure: 1}))
	})
	t.Run("stays good while its key is kept, and not after", func(t *testing.T) {
		old := links.Keys{1: keys()[1]}.Code(slot, 3, owner)
		require.True(t, keys().IsCode(old, slot, 3, owner))
		require.False(t, links.Keys{2: keys()[2]}.IsCode(old, slot, 3, owner))
	})
	t.Run("is nothing else than its digits", func(t *testing.T) {
		for _, typed := range []string{"", code[:7], code + "0", " " + code, "00000000" + code} {
			require.False(t, keys().IsCode(typed, slot, 3, owner), "%q", typed)
		}
	})
}
