package funnel

import (
	"fmt"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Row is one person's ways into the account. A way begins with an invitation, or with
// a registration that none asked for, and goes on whatever is sent again; somebody who
// is invited anew, or comes again, has another.
type Row struct {
	Ways []Way `json:"ways"`
	// In is the number, from 1, of the way by which the person came in last; zero where
	// that was none of them.
	In int `json:"in,omitzero"`
}

// Way is one way of one person, and when it came how far.
type Way struct {
	Kind Kind `json:"kind"`
	// Week is the one in which it began.
	Week       Week                `json:"week"`
	Inviter    domain.PersonID     `json:"inviter,omitzero"`
	Department domain.DepartmentID `json:"department,omitzero"` // as chosen; none means the root
	Invited    time.Time           `json:"invited,omitzero"`
	Opened     time.Time           `json:"opened,omitzero"`
	Registered time.Time           `json:"registered,omitzero"`
	Approved   time.Time           `json:"approved,omitzero"`
	FirstLogin time.Time           `json:"first_login,omitzero"`
	// Corrected says that its contact was mistyped, and that whoever was meant is
	// invited instead: it counts nowhere.
	Corrected bool `json:"corrected,omitzero"`

	Invitations   []int `json:"invitations,omitzero"`   // their numbers
	Registrations []int `json:"registrations,omitzero"` // their numbers
}

// Kind is by which way somebody comes.
type Kind string

const (
	SMS      Kind = "sms"
	Email    Kind = "email"
	Direct   Kind = "direct"
	JoinLink Kind = "join_link"
)

// Kinds returns all of them.
func Kinds() []Kind { return []Kind{SMS, Email, Direct, JoinLink} }

// Week is a week of ISO 8601 in UTC, as 2026-W05.
type Week string

// WeekOf returns the week of a time.
func WeekOf(at time.Time) Week {
	year, week := at.UTC().ISOWeek()
	return Week(fmt.Sprintf("%04d-W%02d", year, week))
}

// IsWeek reports whether there is this week.
func (w Week) IsWeek() bool {
	var year, week int
	if _, err := fmt.Sscanf(string(w), "%4d-W%2d", &year, &week); err != nil {
		return false
	}
	within := time.Date(year, time.January, 4+7*(week-1), 0, 0, 0, 0, time.UTC) // the 4th is in the first week
	return WeekOf(within) == w
}

// View returns the read model.
func View() projections.View {
	return projections.Definition[Row]{
		ViewName:    "funnel",
		ViewVersion: 1,
		Facets:      []string{tallied},
		Tallied:     []string{tallied},
		Keys:        keys,
		Row:         row,
		Index: func(key projections.Key, row *Row) projections.Index {
			var cells []string
			for _, way := range row.Ways {
				if !way.Corrected {
					cells = append(cells, cellOf(way).String())
				}
			}
			return projections.Index{Sort: key.ID, Facets: []string{projections.Several(cells...)}}
		},
	}.View()
}

// tallied is the facet with what each way counts as.
const tallied = "ways"
