package sqlite_test

import (
	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// table is a view of which only the declaration matters.
type table struct {
	projections.View
	name    string
	version int
	facets  []string
	counted []string
}

func (t table) Name() string         { return t.name }
func (t table) Version() int         { return t.version }
func (t table) FacetNames() []string { return t.facets }
func (t table) Counted() []string    { return t.counted }
func (t table) Tallied() []string    { return nil }

func people(count int) (some []domain.PersonID) {
	for n := range count {
		some = append(some, domain.PersonIDFor(domain.Slot(uuid.NameSpaceOID), n+1))
	}
	return some
}
