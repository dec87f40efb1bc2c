package commands

import (
	"context"
	"slices"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// gone is what is there no more of the departments and workgroups that were
// chosen for somebody, by whichever link the person comes.
func (a *App) gone(ctx context.Context, account domain.AccountID, somebody person.State, byJoinLink ...domain.DepartmentID) (person.Missing, error) {
	departments, workgroups := somebody.Chosen()
	departments = slices.DeleteFunc(append(departments, byJoinLink...), domain.DepartmentID.IsZero)
	if len(departments) == 0 && len(workgroups) == 0 {
		return person.Missing{}, nil
	}
	structure, err := a.structures.Load(ctx, domain.StructureStream(account))
	if err != nil {
		return person.Missing{}, err
	}
	gone := person.Missing{Departments: map[domain.DepartmentID]domain.DepartmentID{}}
	for _, id := range departments {
		if living := structure.State.Living(account, id); living != id {
			gone.Departments[id] = living
		}
	}
	for _, id := range workgroups {
		if !structure.State.HasWorkgroup(id) {
			gone.Workgroups = append(gone.Workgroups, id)
		}
	}
	return gone, nil
}

// placing is a command with which somebody may be let in, told what is gone of
// the places that were chosen.
func (a *App) placing(ctx context.Context, account domain.AccountID, somebody person.State, command person.Command) (person.Command, error) {
	var err error
	switch c := any(command).(type) { // only some let anybody in
	case person.RegisterByJoinLink:
		c.Missing, err = a.gone(ctx, account, somebody, c.Department)
		return c, err
	case person.Redeem:
		c.Missing, err = a.gone(ctx, account, somebody)
		return c, err
	case person.Prove:
		c.Missing, err = a.gone(ctx, account, somebody)
		return c, err
	case person.Approve:
		c.Missing, err = a.gone(ctx, account, somebody)
		return c, err
	}
	return command, nil
}
