package sqlite_test

import (
	"os"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// table is a view of which only the declaration matters.
type table struct {
	projections.View
	name    string
	version int
	facets  []string
}

func (t table) Name() string         { return t.name }
func (t table) Version() int         { return t.version }
func (t table) FacetNames() []string { return t.facets }

func people(count int) (some []domain.PersonID) {
	for n := range count {
		some = append(some, domain.PersonIDFor(domain.Slot(uuid.NameSpaceOID), n+1))
	}
	return some
}

// flip turns one bit of a file round.
func flip(t *testing.T, path string, offset int64) {
	t.Helper()
	bytes, err := os.ReadFile(path)
	require.NoError(t, err)
	bytes[offset] ^= 1
	require.NoError(t, os.WriteFile(path, bytes, 0o600))
}
