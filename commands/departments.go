package commands

import (
	"context"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
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
	name, err := a.Texts.Label(c.Name)
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
	name, err := a.Texts.Label(name)
	if err != nil {
		return id, Done{}, in("name", err)
	}
	done, err := a.changeStructure(ctx, request, structure.CreateWorkgroup{Workgroup: id, Name: name})
	return id, done, err
}

// RenameDepartment gives a department another name.
func (a *App) RenameDepartment(ctx context.Context, request Request, id domain.DepartmentID, name string) (Done, error) {
	name, err := a.Texts.Label(name)
	if err != nil {
		return Done{}, in("name", err)
	}
	return a.changeStructure(ctx, request, structure.RenameDepartment{Account: request.Account, Department: id, Name: name})
}

// MoveDepartment puts a department below another one; zero is the root.
func (a *App) MoveDepartment(ctx context.Context, request Request, id, parent domain.DepartmentID) (Done, error) {
	if parent.IsZero() {
		parent = domain.RootDepartment(request.Account)
	}
	return a.changeStructure(ctx, request, structure.MoveDepartment{Account: request.Account, Department: id, Parent: parent})
}

// ChangeHead says which employee leads a department; zero is nobody.
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

// VacateHeads follows a dismissal: who is dismissed leads no department, nor does
// so again after a return. Doing it again changes nothing.
func (a *App) VacateHeads(ctx context.Context, event domain.Recorded, dismissed domain.PersonID) error {
	current, err := a.structures.load(ctx, a.Store, domain.StructureStream(event.Metadata.Account))
	if err != nil {
		return err
	}
	for id, head := range current.state.Heads.All() {
		if head.Person == dismissed {
			if err := a.VacateHead(ctx, event, id, dismissed); err != nil {
				return err
			}
		}
	}
	return nil
}

// VacateHead follows whatever may have left a department with a head who was
// dismissed since he was chosen. Doing it again changes nothing.
func (a *App) VacateHead(ctx context.Context, event domain.Recorded, id domain.DepartmentID, head domain.PersonID) error {
	slot, found, err := a.Directory.SlotOf(ctx, event.Metadata.Account, head, event.Position)
	if err != nil || !found {
		return err
	}
	somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
	if err != nil {
		return err
	}
	command := domain.FollowUp(event.ID, "vacate "+id.String())
	_, err = execute(ctx, a, call[structure.State, structure.Command, structure.Event]{
		aggregate: a.structures, stream: domain.StructureStream(event.Metadata.Account), command: command,
		request: Request{Command: command, Caller: Policy(), Account: event.Metadata.Account},
		build: func(context.Context, loaded[structure.State]) (structure.Command, error) {
			return structure.VacateHead{Department: id, Head: head, Before: somebody.state.Employment.Since()}, nil
		},
	})
	return err
}

// employedSince is the epoch in which somebody is employed; zero for nobody.
func (a *App) employedSince(ctx context.Context, account domain.AccountID, id domain.PersonID) (int, error) {
	if id.IsZero() {
		return 0, nil
	}
	_, somebody, err := a.employed(ctx, account, id, "only an employee leads a department")
	return somebody.state.Employment.Since(), err
}

// DeleteDepartment dissolves a department; what stands there moves to its parent.
func (a *App) DeleteDepartment(ctx context.Context, request Request, id domain.DepartmentID) (Done, error) {
	return a.changeStructure(ctx, request, structure.DeleteDepartment{Account: request.Account, Department: id})
}

// RenameWorkgroup gives a workgroup another name.
func (a *App) RenameWorkgroup(ctx context.Context, request Request, id domain.WorkgroupID, name string) (Done, error) {
	name, err := a.Texts.Label(name)
	if err != nil {
		return Done{}, in("name", err)
	}
	return a.changeStructure(ctx, request, structure.RenameWorkgroup{Workgroup: id, Name: name})
}

// ArchiveWorkgroup ends a workgroup: it takes no new members and is not listed.
func (a *App) ArchiveWorkgroup(ctx context.Context, request Request, id domain.WorkgroupID) (Done, error) {
	return a.changeStructure(ctx, request, structure.ArchiveWorkgroup{Workgroup: id})
}

// RestoreWorkgroup takes an archived workgroup up again, with its members.
func (a *App) RestoreWorkgroup(ctx context.Context, request Request, id domain.WorkgroupID) (Done, error) {
	return a.changeStructure(ctx, request, structure.RestoreWorkgroup{Workgroup: id})
}

// JoinWorkgroup makes an employee a member.
func (a *App) JoinWorkgroup(ctx context.Context, request Request, id domain.PersonID, workgroup domain.WorkgroupID) (Done, error) {
	result, err := a.changeEmployee(ctx, request, id, func(ctx context.Context, _ loaded[person.State]) (person.Command, error) {
		return person.JoinWorkgroup{Workgroup: workgroup}, a.checkPlacement(ctx, request.Account, domain.DepartmentID{}, []domain.WorkgroupID{workgroup})
	})
	return Done{Position: result.position}, err
}

// LeaveWorkgroup ends a membership.
func (a *App) LeaveWorkgroup(ctx context.Context, request Request, id domain.PersonID, workgroup domain.WorkgroupID) (Done, error) {
	result, err := a.changeEmployee(ctx, request, id, func(context.Context, loaded[person.State]) (person.Command, error) {
		return person.LeaveWorkgroup{Workgroup: workgroup}, nil
	})
	return Done{Position: result.position}, err
}

func (a *App) changeStructure(ctx context.Context, request Request, command structure.Command) (Done, error) {
	result, err := execute(ctx, a, call[structure.State, structure.Command, structure.Event]{
		aggregate: a.structures, stream: domain.StructureStream(request.Account), command: request.Command, request: request,
		authorise: a.permit(request, ChangeStructure),
		build:     func(context.Context, loaded[structure.State]) (structure.Command, error) { return command, nil },
	})
	return Done{Position: result.position}, err
}
