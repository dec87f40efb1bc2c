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
	// Position is how much of the log the chart reflects; it may reflect more.
	Position domain.Position
}

// Unit is a department with those who stand in it and the departments below,
// each in order of name.
type Unit struct {
	ID          domain.DepartmentID
	Name        string
	People      []Member
	Departments []*Unit
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

// Tree is an account's structure. Who was placed in a department that does not
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
	root := &Unit{ID: domain.RootDepartment(account)}
	units := map[domain.DepartmentID]*Unit{root.ID: root}
	groups := map[domain.WorkgroupID]*Group{}
	chart := Chart{Root: root}
	for _, node := range nodes {
		switch {
		case node.Department != nil && node.Department.ID == root.ID:
			root.Name = node.Department.Name
		case node.Department != nil:
			units[node.Department.ID] = &Unit{ID: node.Department.ID, Name: node.Department.Name}
		case node.Workgroup != nil:
			group := &Group{ID: node.Workgroup.ID, Name: node.Workgroup.Name}
			groups[group.ID] = group
			chart.Workgroups = append(chart.Workgroups, group)
		}
	}
	for _, node := range inOrderOfNames(nodes) {
		switch {
		case node.Department != nil && node.Department.ID != root.ID:
			parent := living(units, node.Department.Parent, root)
			parent.Departments = append(parent.Departments, units[node.Department.ID])
		case node.Placement != nil:
			seat(node.Placement, units, groups, root)
		}
	}
	sortGroups(chart.Workgroups)
	return chart
}

func living(units map[domain.DepartmentID]*Unit, id domain.DepartmentID, root *Unit) *Unit {
	if unit, exists := units[id]; exists {
		return unit
	}
	return root
}

func seat(placement *Placement, units map[domain.DepartmentID]*Unit, groups map[domain.WorkgroupID]*Group, root *Unit) {
	member := Member{Person: placement.Person, Name: placement.Name, JobTitle: placement.JobTitle}
	unit := living(units, placement.Department, root)
	unit.People = append(unit.People, member)
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
			sorted[i].name = projections.SortText(node.Placement.Name.Last, node.Placement.Name.First)
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
