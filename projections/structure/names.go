package structure

import (
	"context"
	"fmt"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Names returns what departments and workgroups are called, the deleted and archived
// among them by their last names. Ids may be zero, or there more than once.
func Names(ctx context.Context, reader projections.Reader, account domain.AccountID, departments []domain.DepartmentID, workgroups []domain.WorkgroupID,
) (projections.Places, error) {
	places := projections.Places{
		Root: domain.RootDepartment(account), Departments: map[domain.DepartmentID]string{}, Workgroups: map[domain.WorkgroupID]string{},
	}
	var keys []projections.Key
	for _, id := range departments {
		if !id.IsZero() {
			keys = append(keys, projections.Key{Account: account, ID: departmentKey(id)})
		}
	}
	for _, id := range workgroups {
		if !id.IsZero() {
			keys = append(keys, projections.Key{Account: account, ID: workgroupKey(id)})
		}
	}
	if len(keys) == 0 {
		return places, nil
	}
	rows, _, err := reader.Load(ctx, View(), keys)
	if err != nil {
		return projections.Places{}, fmt.Errorf("load what places are called: %w", err)
	}
	nodes, err := projections.As[Node](rows)
	for _, node := range nodes {
		switch {
		case node.Department != nil:
			places.Departments[node.Department.ID] = node.Department.Name
		case node.Workgroup != nil:
			places.Workgroups[node.Workgroup.ID] = node.Workgroup.Name
		}
	}
	return places, err
}

// departmentPrefix is what the keys of departments begin with, and those of others do not.
const departmentPrefix = "department/"

func departmentKey(id domain.DepartmentID) string { return departmentPrefix + id.String() }

func workgroupKey(id domain.WorkgroupID) string { return "workgroup/" + id.String() }
