package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// departmentForm carries out what a form of a department's page asks for, and leads on to
// where that shows. What is wrong with it is shown on the page, with that form open.
func (v *visit) departmentForm(edit, typed string, run func(ctx context.Context, request commands.Request, id domain.DepartmentID) (commands.Done, error), to func(domain.DepartmentID) string) error {
	id, err := pathID[domain.DepartmentID](v, "department")
	if err != nil {
		return err
	}
	var done commands.Done
	err = v.command("", func(ctx context.Context, request commands.Request) (err error) {
		done, err = run(ctx, request, id)
		return err
	})
	faults, err := v.faults(err)
	if err != nil {
		return err
	}
	if faults != nil {
		return v.showDepartment(http.StatusUnprocessableEntity, views.DepartmentData{Edit: edit, Typed: typed, Faults: faults})
	}
	return v.done(to(id), done.Position)
}

// atDepartment is the path of a department's page.
func (v *visit) atDepartment(id domain.DepartmentID) string { return v.at("structure", id.String()) }

// orRoot is a department as commands name it: the top of the company is nothing.
func (v *visit) orRoot(id domain.DepartmentID) domain.DepartmentID {
	if id == domain.RootDepartment(v.x.Account) {
		return domain.DepartmentID{}
	}
	return id
}

func (p *Pages) createDepartment(v *visit) error {
	name := v.field("new_name")
	return v.departmentForm("new", name, func(ctx context.Context, request commands.Request, id domain.DepartmentID) (commands.Done, error) {
		_, done, err := p.App.CreateDepartment(ctx, request, commands.CreateDepartment{Name: name, Parent: v.orRoot(id)})
		return done, aboutField(err, "name", "new_name")
	}, v.atDepartment)
}

func (p *Pages) renameDepartment(v *visit) error {
	name := v.field("name")
	return v.departmentForm("name", name, func(ctx context.Context, request commands.Request, id domain.DepartmentID) (commands.Done, error) {
		return p.App.RenameDepartment(ctx, request, id, name)
	}, v.atDepartment)
}

// moveDepartment moves a department, and leads to where it can be moved back.
func (p *Pages) moveDepartment(v *visit) error {
	chart, err := v.chart()
	if err != nil {
		return err
	}
	return v.departmentForm("parent", "", func(ctx context.Context, request commands.Request, id domain.DepartmentID) (commands.Done, error) {
		parent, err := fieldID[domain.DepartmentID](v, "parent_id")
		if err != nil {
			return commands.Done{}, err
		}
		return p.App.MoveDepartment(ctx, request, id, v.orRoot(parent))
	}, func(id domain.DepartmentID) string {
		if way := chart.way(id); len(way) > 1 {
			return v.atDepartment(id) + "?" + url.Values{"was": {way[len(way)-2].ID.String()}}.Encode()
		}
		return v.atDepartment(id)
	})
}

func (p *Pages) changeHead(v *visit) error {
	return v.departmentForm("people", "", func(ctx context.Context, request commands.Request, id domain.DepartmentID) (commands.Done, error) {
		head, err := fieldID[domain.PersonID](v, "person")
		if err != nil {
			return commands.Done{}, err
		}
		return p.App.ChangeHead(ctx, request, id, head)
	}, v.atDepartment)
}

// moveHere moves somebody to a department, and leads to where they can be moved back.
func (p *Pages) moveHere(v *visit) error {
	chart, err1 := v.chart()
	who, err2 := fieldID[domain.PersonID](v, "person")
	if err := cmp.Or(err1, err2); err != nil {
		return err
	}
	was, _ := chart.stands(who)
	return v.departmentForm("people", "", func(ctx context.Context, request commands.Request, id domain.DepartmentID) (commands.Done, error) {
		return p.App.Move(ctx, request, who, v.orRoot(id))
	}, func(id domain.DepartmentID) string {
		if was == nil || was.ID == id {
			return v.atDepartment(id)
		}
		return v.atDepartment(id) + "?" + url.Values{"moved": {who.String()}, "was": {was.ID.String()}}.Encode()
	})
}

// dissolve asks whether a department is to be deleted, and says what becomes of who
// stands there.
func (p *Pages) dissolve(v *visit) error { return v.showDissolve(http.StatusOK, nil) }

func (v *visit) showDissolve(status int, faults views.Faults) error {
	id, err1 := pathID[domain.DepartmentID](v, "department")
	chart, err2 := v.chart()
	if err := cmp.Or(err1, err2); err != nil {
		return err
	}
	way := chart.way(id)
	if len(way) < 2 || !v.me.May(commands.ChangeStructure) {
		return domain.Refuse(domain.NotFound, "there is no such department to delete")
	}
	data := views.Dissolving{Unit: way[len(way)-1], Parent: way[len(way)-2], Faults: faults}
	title := v.t.UnitDeleteTitle(data.Unit.Name)
	if len(faults) > 0 {
		title = v.t.ErrorPrefix() + title
	}
	return v.pageWith(status, title, views.Dissolve(v.frame(title), data))
}

func (p *Pages) deleteDepartment(v *visit) error {
	id, err1 := pathID[domain.DepartmentID](v, "department")
	chart, err2 := v.chart()
	if err := cmp.Or(err1, err2); err != nil {
		return err
	}
	var done commands.Done
	err := v.command("", func(ctx context.Context, request commands.Request) (err error) {
		done, err = p.App.DeleteDepartment(ctx, request, id)
		return err
	})
	faults, err := v.faults(err)
	if err != nil {
		return err
	}
	if faults != nil {
		return v.showDissolve(http.StatusUnprocessableEntity, faults)
	}
	if way := chart.way(id); len(way) > 1 {
		return v.done(v.atDepartment(way[len(way)-2].ID), done.Position)
	}
	return v.done(v.at("structure"), done.Position)
}
