package structure

import (
	"context"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Living returns where people stand who were placed in departments: there, or in the
// nearest above that was not deleted. Departments that nobody knows are the root.
func Living(ctx context.Context, reader projections.Reader, account domain.AccountID, chosen ...domain.DepartmentID) (map[domain.DepartmentID]domain.DepartmentID, error) {
	units, deleted, root := map[domain.DepartmentID]*Unit{}, map[domain.DepartmentID]domain.DepartmentID{}, &Unit{ID: domain.RootDepartment(account)}
	for asked := chosen; len(asked) > 0; {
		var keys []projections.Key
		for _, id := range asked {
			keys = append(keys, projections.Key{Account: account, ID: departmentKey(id)})
		}
		rows, _, err := reader.Load(ctx, View(), keys)
		if err != nil {
			return nil, err
		}
		nodes, err := projections.As[Node](rows)
		if err != nil {
			return nil, err
		}
		asked = nil
		for _, node := range nodes {
			if !node.Department.Deleted {
				units[node.Department.ID] = &Unit{ID: node.Department.ID}
				continue
			}
			if _, known := deleted[node.Department.ID]; !known {
				deleted[node.Department.ID] = node.Department.Parent
				asked = append(asked, node.Department.Parent)
			}
		}
	}
	found := make(map[domain.DepartmentID]domain.DepartmentID, len(chosen))
	for _, id := range chosen {
		found[id] = living(units, deleted, id, root).ID
	}
	return found, nil
}

// Standing returns the departments whose people stand in one: the department itself
// and every deleted one from which people moved there, however many deletions
// later. It is empty, and not nil, where nobody can stand: in a department that
// is deleted, or that there never was.
func Standing(ctx context.Context, reader projections.Reader, account domain.AccountID, in domain.DepartmentID) ([]domain.DepartmentID, error) {
	standing := []domain.DepartmentID{}
	found, err := Living(ctx, reader, account, in)
	if err != nil || found[in] != in {
		return standing, err
	}
	deleted, _, err := projections.All[Node](ctx, reader, View(), projections.Query{
		Account: account, Facets: map[string]string{"deleted": deletedDepartment},
	})
	if err != nil {
		return nil, err
	}
	fell := map[domain.DepartmentID][]domain.DepartmentID{}
	for _, node := range deleted {
		fell[node.Department.Parent] = append(fell[node.Department.Parent], node.Department.ID)
	}
	standing = append(standing, in)
	for next := 0; next < len(standing); next++ {
		standing = append(standing, fell[standing[next]]...)
	}
	return standing, nil
}
