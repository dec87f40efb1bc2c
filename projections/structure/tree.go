package structure

import (
	"cmp"
	"context"
	"slices"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Chart is a company's structure.
type Chart struct {
	Root       *Unit
	Workgroups []*Group
	Archived   []*Group // workgroups, with those who would be members again
	// Position is how much of the log the chart reflects; it may reflect more.
	Position domain.Position
}

// Unit is a department with those who stand in it and the departments below,
// each in order of name.
type Unit struct {
	ID          domain.DepartmentID
	Name        string
	Head        domain.PersonID // zero where nobody leads it
	People      []Member
	Departments []*Unit
	// Here is how many people stand in it, Count how many here and below, and Below how many
	// departments are below, at all levels.
	Here, Count, Below int
}

// Group is a workgroup with its people, in order of name.
type Group struct {
	ID     domain.WorkgroupID
	Name   string
	People []Member
}

// Member is somebody in a department or workgroup.
type Member struct {
	Person   domain.PersonID
	Name     projections.Name
	JobTitle string
}

// Tree returns an account's structure. Who was placed in a department that does not
// exist stands in the root, and so does a department whose parent does not.
func Tree(ctx context.Context, reader projections.Reader, account domain.AccountID) (Chart, error) {
	nodes, position, err := projections.All[Node](ctx, reader, View(), projections.Query{Account: account})
	if err != nil {
		return Chart{}, err
	}
	chart := build(account, nodes)
	chart.Position = position
	return chart, nil
}

func build(account domain.AccountID, nodes []Node) Chart {
	nodes = inOrderOfNames(nodes)
	departments := arrange(account, nodes)
	groups, employed := map[domain.WorkgroupID]*Group{}, map[domain.PersonID]bool{}
	chart := Chart{Root: departments.root}
	for _, node := range nodes {
		switch {
		case node.Placement != nil:
			employed[node.Placement.Person] = true
		case node.Workgroup != nil:
			group := &Group{ID: node.Workgroup.ID, Name: node.Workgroup.Name}
			groups[group.ID] = group
			if node.Workgroup.Archived {
				chart.Archived = append(chart.Archived, group)
			} else {
				chart.Workgroups = append(chart.Workgroups, group)
			}
		}
	}
	for _, node := range nodes {
		if node.Placement != nil {
			seat(node.Placement, departments.living(node.Placement.Department), groups)
		}
	}
	for _, unit := range departments.units {
		if !employed[unit.Head] {
			unit.Head = domain.PersonID{} // who was dismissed leads nothing
		}
	}
	chart.Root.count()
	sortGroups(chart.Workgroups)
	sortGroups(chart.Archived)
	return chart
}

// departments is those of an account.
type departments struct {
	root    *Unit
	units   map[domain.DepartmentID]*Unit
	deleted map[domain.DepartmentID]domain.DepartmentID // with what was above
	above   map[domain.DepartmentID]*Unit
}

// arrange puts departments below each other, each where it is among the nodes, which may
// be others, too.
func arrange(account domain.AccountID, nodes []Node) departments {
	root := &Unit{ID: domain.RootDepartment(account)}
	all := departments{
		root: root, units: map[domain.DepartmentID]*Unit{root.ID: root},
		deleted: map[domain.DepartmentID]domain.DepartmentID{}, above: map[domain.DepartmentID]*Unit{},
	}
	for _, node := range nodes {
		switch of := node.Department; {
		case of == nil:
		case of.ID == root.ID:
			root.Name, root.Head = of.Name, of.Head
		case of.Deleted:
			all.deleted[of.ID] = of.Parent
		default:
			all.units[of.ID] = &Unit{ID: of.ID, Name: of.Name, Head: of.Head}
		}
	}
	for _, node := range nodes {
		if node.Department == nil || node.Department.ID == root.ID || node.Department.Deleted {
			continue
		}
		unit, above := all.units[node.Department.ID], all.living(node.Department.Parent)
		above.Departments, all.above[unit.ID] = append(above.Departments, unit), above
	}
	return all
}

func (d departments) living(id domain.DepartmentID) *Unit {
	return living(d.units, d.deleted, id, d.root)
}

// living is a department, or the nearest above it that was not deleted.
func living(units map[domain.DepartmentID]*Unit, deleted map[domain.DepartmentID]domain.DepartmentID, id domain.DepartmentID, root *Unit) *Unit {
	for range len(deleted) + 1 {
		if unit, exists := units[id]; exists {
			return unit
		}
		id = deleted[id]
	}
	return root
}

func (u *Unit) count() {
	u.Count, u.Below = u.Here, len(u.Departments)
	for _, below := range u.Departments {
		below.count()
		u.Count, u.Below = u.Count+below.Count, u.Below+below.Below
	}
}

func seat(placement *Placement, unit *Unit, groups map[domain.WorkgroupID]*Group) {
	member := Member{Person: placement.Person, Name: placement.Name, JobTitle: placement.JobTitle}
	unit.People = append(unit.People, member)
	unit.Here++
	for i, id := range placement.Workgroups {
		group, exists := groups[id]
		if exists && !slices.Contains(placement.Workgroups[:i], id) {
			group.People = append(group.People, member)
		}
	}
}

// inOrderOfNames sorts once, so that whatever is appended in this order is in
// order everywhere.
func inOrderOfNames(nodes []Node) []Node {
	type named struct {
		name string
		node Node
	}
	sorted := make([]named, len(nodes))
	for i, node := range nodes {
		sorted[i].node = node
		switch {
		case node.Department != nil:
			sorted[i].name = projections.SortText(node.Department.Name)
		case node.Placement != nil:
			sorted[i].name = node.Placement.Name.Sort()
		}
	}
	slices.SortStableFunc(sorted, func(a, b named) int { return cmp.Compare(a.name, b.name) })
	for i := range sorted {
		nodes[i] = sorted[i].node
	}
	return nodes
}

func sortGroups(groups []*Group) {
	slices.SortStableFunc(groups, func(a, b *Group) int {
		return cmp.Compare(projections.SortText(a.Name), projections.SortText(b.Name))
	})
}
