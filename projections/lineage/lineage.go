package lineage

import (
	"strconv"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// Admission is somebody being given access, once. Who returns is admitted again.
type Admission struct {
	Person domain.PersonID `json:"person"`
	At     time.Time       `json:"at"`
	// Position is the admission's place in the log.
	Position domain.Position `json:"position"`
	// By is who let the person in: the inviter, or else who approved; zero where
	// the join link or a domain rule did, and for the founder.
	By    domain.PersonID `json:"by,omitzero"`
	Basis person.Basis    `json:"basis"`
}

// View returns the read model. Its rows are never changed.
func View() projections.View {
	return projections.Definition[Admission]{
		ViewName:    "lineage",
		ViewVersion: 1,
		Facets:      []string{"person", "by", "batch", "generation"},
		Keys:        keys,
		Row:         row,
		Index:       index,
	}.View()
}

func keys(event domain.Recorded) []projections.Key {
	if _, admits := event.Event.(person.Employed); !admits || event.Metadata.Account.IsZero() {
		return nil
	}
	return []projections.Key{{Account: event.Metadata.Account, ID: event.Position.String()}}
}

func row(_ projections.Key, before *Admission, event domain.Recorded) *Admission {
	employed, admits := event.Event.(person.Employed)
	if !admits {
		return before
	}
	return &Admission{
		Person: employed.Person, At: event.Time, Position: event.Position,
		By: letInBy(employed.Basis), Basis: employed.Basis,
	}
}

func letInBy(basis person.Basis) domain.PersonID {
	if basis.Inviter.IsZero() {
		return basis.Approver
	}
	return basis.Inviter
}

func index(_ projections.Key, a *Admission) projections.Index {
	return projections.Index{
		Sort: projections.InLogOrder(a.Position),
		At:   a.At,
		Facets: []string{
			a.Person.String(), projections.Wanted(a.By), projections.Wanted(a.Basis.Batch), generation(a.Basis.Generation),
		},
	}
}

// generation is empty for those who did not come by the join link.
func generation(number uint64) string {
	if number == 0 {
		return ""
	}
	return strconv.FormatUint(number, 10)
}
