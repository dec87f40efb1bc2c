package commands

import (
	"context"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
)

// CreateDepartment is a department to be below Parent, or below the root where
// Parent is zero.
type CreateDepartment struct {
	Name   string
	Parent domain.DepartmentID
}

// CreateDepartment puts a new department into the structure and returns its id, which
// is the same for the same command. It refuses with invalid_name,
// department_not_found, name_taken or structure_limit. All of the structure is for
// administrators.
func (a *App) CreateDepartment(ctx context.Context, request Request, c CreateDepartment) (domain.DepartmentID, Done, error) {
	id := domain.DepartmentID(request.Command.Derive("department"))
	name, err := a.ports.Texts.UnitName(c.Name)
	if err != nil {
		return id, Done{}, in("name", err)
	}
	done, err := a.changeStructure(ctx, request, structure.CreateDepartment{
		Account: request.Account, Department: id, Parent: c.Parent, Name: name,
	})
	return id, done, err
}

// CreateWorkgroup begins a workgroup and returns its id, which is the same for the
// same command. It refuses with invalid_name or name_taken.
func (a *App) CreateWorkgroup(ctx context.Context, request Request, name string) (domain.WorkgroupID, Done, error) {
	id := domain.WorkgroupID(request.Command.Derive("workgroup"))
	name, err := a.ports.Texts.UnitName(name)
	if err != nil {
		return id, Done{}, in("name", err)
	}
	done, err := a.changeStructure(ctx, request, structure.CreateWorkgroup{Workgroup: id, Name: name})
	return id, done, err
}

// RenameDepartment gives a department another name. It refuses with invalid_name,
// not_found, not_the_root or name_taken.
func (a *App) RenameDepartment(ctx context.Context, request Request, id domain.DepartmentID, name string) (Done, error) {
	name, err := a.ports.Texts.UnitName(name)
	if err != nil {
		return Done{}, in("name", err)
	}
	return a.changeStructure(ctx, request, structure.RenameDepartment{Account: request.Account, Department: id, Name: name})
}

// MoveDepartment puts a department below another one; zero is the root. It refuses
// with not_found, not_the_root, department_not_found, department_cycle, name_taken or
// structure_limit.
func (a *App) MoveDepartment(ctx context.Context, request Request, id, parent domain.DepartmentID) (Done, error) {
	if parent.IsZero() {
		parent = domain.RootDepartment(request.Account)
	}
	return a.changeStructure(ctx, request, structure.MoveDepartment{Account: request.Account, Department: id, Parent: parent})
}

// ChangeHead says which employee leads a department; zero is nobody. It refuses with
// not_found or not_employed.
func (a *App) ChangeHead(ctx context.Context, request Request, id domain.DepartmentID, head domain.PersonID) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeStructure); err != nil {
		return Done{}, err
	}
	epoch, err := a.employedSince(ctx, request.Account, head)
	if err != nil {
		return Done{}, in("person", err)
	}
	return a.changeStructure(ctx, request, structure.ChangeHead{Account: request.Account, Department: id, Head: head, Epoch: epoch})
}

// VacateHeads follows a dismissal: who is dismissed leads no department, and leads
// none again after a return. Doing it again changes nothing.
func (a *App) VacateHeads(ctx context.Context, event domain.Recorded, dismissed domain.PersonID) (done Done, err error) {
	current, err := a.structures.Load(ctx, domain.StructureStream(event.Metadata.Account))
	if err != nil {
		return Done{}, err
	}
	done.Position = current.Position // whoever leads nothing any more left by then
	for id, head := range current.State.Heads.All() {
		if head.Person == dismissed {
			if done, err = a.VacateHead(ctx, event, id, dismissed); err != nil {
				return done, err
			}
		}
	}
	return done, nil
}

// VacateHead follows whatever may have left a department with a head who was
// dismissed since they were chosen. Doing it again changes nothing.
func (a *App) VacateHead(ctx context.Context, event domain.Recorded, id domain.DepartmentID, head domain.PersonID) (Done, error) {
	slot, found, err := a.ports.Finders.SlotOf(ctx, event.Metadata.Account, head, event.Position)
	if err != nil || !found {
		return Done{}, err
	}
	somebody, err := a.people.Load(ctx, domain.PersonStream(slot))
	if err != nil {
		return Done{}, err
	}
	command := domain.FollowUp(event.ID, "vacate "+id.String())
	result, err := a.structures.Execute(ctx, structureCall{
		Name: "structure.vacate_head", Stream: domain.StructureStream(event.Metadata.Account),
		Request: Request{Command: command, Caller: Policy(), Account: event.Metadata.Account},
		Build: func(context.Context, loadedStructure) (structure.Command, error) {
			return structure.VacateHead{Department: id, Head: head, Before: somebody.State.Employment.Since()}, nil
		},
	})
	return Done{Position: result.Position}, err
}

// employedSince is the epoch in which somebody is employed; zero for nobody.
func (a *App) employedSince(ctx context.Context, account domain.AccountID, id domain.PersonID) (int, error) {
	if id.IsZero() {
		return 0, nil
	}
	_, somebody, err := a.employed(ctx, account, id, "only an employee leads a department")
	return somebody.State.Employment.Since(), err
}

// DeleteDepartment dissolves a department; what stands there moves to its parent. It
// refuses with not_found, not_the_root or name_taken.
func (a *App) DeleteDepartment(ctx context.Context, request Request, id domain.DepartmentID) (Done, error) {
	return a.changeStructure(ctx, request, structure.DeleteDepartment{Account: request.Account, Department: id})
}

// RenameWorkgroup gives a workgroup another name. It refuses with invalid_name,
// not_found or name_taken.
func (a *App) RenameWorkgroup(ctx context.Context, request Request, id domain.WorkgroupID, name string) (Done, error) {
	name, err := a.ports.Texts.UnitName(name)
	if err != nil {
		return Done{}, in("name", err)
	}
	return a.changeStructure(ctx, request, structure.RenameWorkgroup{Workgroup: id, Name: name})
}

// ArchiveWorkgroup ends a workgroup: it takes no new members and is not listed. It
// refuses with not_found.
func (a *App) ArchiveWorkgroup(ctx context.Context, request Request, id domain.WorkgroupID) (Done, error) {
	return a.changeStructure(ctx, request, structure.ArchiveWorkgroup{Workgroup: id})
}

// RestoreWorkgroup takes an archived workgroup up again, with its members. It refuses
// with not_found.
func (a *App) RestoreWorkgroup(ctx context.Context, request Request, id domain.WorkgroupID) (Done, error) {
	return a.changeStructure(ctx, request, structure.RestoreWorkgroup{Workgroup: id})
}

// JoinWorkgroup makes an employee a member. It refuses with not_found,
// workgroup_not_found or not_employed.
func (a *App) JoinWorkgroup(ctx context.Context, request Request, id domain.PersonID, workgroup domain.WorkgroupID) (Done, error) {
	result, err := a.changeEmployee(ctx, request, id, "person.join_workgroup", func(ctx context.Context, _ loadedPerson) (person.Command, error) {
		return person.JoinWorkgroup{Workgroup: workgroup}, a.checkPlacement(ctx, request.Account, domain.DepartmentID{}, []domain.WorkgroupID{workgroup})
	})
	return Done{Position: result.Position}, err
}

// LeaveWorkgroup ends a membership. It refuses with not_found or not_employed.
func (a *App) LeaveWorkgroup(ctx context.Context, request Request, id domain.PersonID, workgroup domain.WorkgroupID) (Done, error) {
	result, err := a.changeEmployee(ctx, request, id, "person.leave_workgroup", func(context.Context, loadedPerson) (person.Command, error) {
		return person.LeaveWorkgroup{Workgroup: workgroup}, nil
	})
	return Done{Position: result.Position}, err
}

func (a *App) changeStructure(ctx context.Context, request Request, command structure.Command) (Done, error) {
	result, err := a.structures.Execute(ctx, structureCall{
		Name: execution.NameOf(command), Stream: domain.StructureStream(request.Account), Request: request,
		Authorise: a.guard.Authorise(request, ChangeStructure),
		Build:     func(context.Context, loadedStructure) (structure.Command, error) { return command, nil },
	})
	return Done{Position: result.Position}, err
}
