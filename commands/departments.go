package commands

import (
	"context"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/structure"
)

// CreateDepartment puts a department below Parent, or below the root where
// Parent is zero.
type CreateDepartment struct {
	Name   string
	Parent domain.DepartmentID
}

// CreateDepartment is for administrators.
func (a *App) CreateDepartment(ctx context.Context, request Request, c CreateDepartment) (domain.DepartmentID, Done, error) {
	id := domain.DepartmentID(request.Command.Derive("department"))
	name, err := a.Texts.CompanyName(c.Name)
	if err != nil {
		return id, Done{}, in("name", err)
	}
	done, err := a.changeStructure(ctx, request, structure.CreateDepartment{
		Account: request.Account, Department: id, Parent: c.Parent, Name: name,
	})
	return id, done, err
}

// CreateWorkgroup is for administrators.
func (a *App) CreateWorkgroup(ctx context.Context, request Request, name string) (domain.WorkgroupID, Done, error) {
	id := domain.WorkgroupID(request.Command.Derive("workgroup"))
	name, err := a.Texts.CompanyName(name)
	if err != nil {
		return id, Done{}, in("name", err)
	}
	done, err := a.changeStructure(ctx, request, structure.CreateWorkgroup{Workgroup: id, Name: name})
	return id, done, err
}

func (a *App) changeStructure(ctx context.Context, request Request, command structure.Command) (Done, error) {
	result, err := execute(ctx, a, call[structure.State, structure.Command, structure.Event]{
		aggregate: a.structures, stream: domain.StructureStream(request.Account), command: request.Command, request: request,
		authorise: a.permit(request, ChangeStructure),
		build:     func(context.Context, loaded[structure.State]) (structure.Command, error) { return command, nil },
	})
	return Done{Position: result.position}, err
}
