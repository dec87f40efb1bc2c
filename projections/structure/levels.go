package structure

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Levels is some levels of the tree, with how many stand where, and without the people.
type Levels struct {
	// Above is the departments from the root down to the one asked for, without it.
	Above []*Unit
	// Top is the one asked for. Departments that are not unfolded are nil.
	Top *Unit
	// Position is how much of the log the tree reflects.
	Position domain.Position
}

// Tiers returns so many levels of departments below one; the zero department is the root.
// chosen is how many people have chosen each department, by its id: they are not read. Who
// was dismissed may still be the head. It refuses with domain.NotFound a department that is
// not there.
func Tiers(ctx context.Context, reader projections.Reader, account domain.AccountID, chosen map[string]int, under domain.DepartmentID, depth int) (Levels, error) {
	nodes, position, err := readDepartments(ctx, reader, account)
	if err != nil {
		return Levels{}, err
	}
	all := arrange(account, inOrderOfNames(nodes))
	for id, people := range chosen {
		var department domain.DepartmentID
		if department.UnmarshalText([]byte(id)) == nil { // as that of the dismissed is not
			all.living(department).Here += people
		}
	}
	all.root.count()
	if under.IsZero() {
		under = all.root.ID
	}
	top, lives := all.units[under]
	if !lives {
		return Levels{}, domain.Refuse(domain.NotFound, "there is no such department")
	}
	levels := Levels{Top: top.unfolded(depth), Position: position}
	for above := all.above[under]; above != nil; above = all.above[above.ID] {
		levels.Above = append(levels.Above, above)
	}
	slices.Reverse(levels.Above)
	return levels, nil
}

// readDepartments reads the rows of departments alone: rows are in the order of their keys,
// and others are behind those.
func readDepartments(ctx context.Context, reader projections.Reader, account domain.AccountID) (all []Node, first domain.Position, err error) {
	query := projections.Query{Account: account, Limit: projections.MaxLimit, After: projections.Place{Sort: departmentPrefix}}
	for {
		rows, position, err := reader.Find(ctx, View(), query)
		if err != nil {
			return nil, first, fmt.Errorf("read departments: %w", err)
		}
		if len(all) == 0 {
			first = position
		}
		others := slices.IndexFunc(rows, func(row projections.Row) bool { return !strings.HasPrefix(row.Sort, departmentPrefix) })
		more := others < 0 && len(rows) == query.Limit
		if others >= 0 {
			rows = rows[:others]
		}
		nodes, err := projections.As[Node](rows)
		if all = append(all, nodes...); err != nil || !more {
			return all, first, err
		}
		query.After = projections.PlaceOf(View(), query, rows[len(rows)-1])
	}
}

func (u *Unit) unfolded(depth int) *Unit {
	shown := *u
	shown.Departments = nil
	if depth <= 0 {
		return &shown
	}
	shown.Departments = make([]*Unit, len(u.Departments))
	for i, below := range u.Departments {
		shown.Departments[i] = below.unfolded(depth - 1)
	}
	return &shown
}
