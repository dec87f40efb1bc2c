package web

import (
	"context"
	"slices"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	employeesview "github.com/usher-engine/usher/projections/employees"
	historyview "github.com/usher-engine/usher/projections/history"
	lineageview "github.com/usher-engine/usher/projections/lineage"
)

const (
	storyRows   = 20
	lineageRows = 100
)

// person is one person's page.
func (p *Pages) person(v *visit) error { return v.showPerson(views.PersonForm{}) }

func (v *visit) showPerson(form views.PersonForm) error {
	data, err := v.personData()
	if err != nil {
		return err
	}
	data.Form = form
	title := data.Name.String()
	if title == "" {
		title = v.t.PersonUnknown()
	}
	return v.formPage(title, form.Faults, func(f views.Frame) component { return views.Person(f, data) })
}

func (v *visit) personData() (data views.PersonData, err error) {
	id, err := v.pathPerson()
	if err != nil {
		return data, err
	}
	data = views.PersonData{
		Changes: v.me.May(commands.ChangeEmployees), Reads: v.me.May(commands.SeeHistory), Self: id == v.me.Person, Done: v.URL.Query().Get("done"),
	}
	data.MovedFrom, _ = idIf[domain.DepartmentID](v.URL.Query().Get("from"), "from") // or from nowhere
	data.Colleague, err = ask(v, questions.Employee(), id)
	switch {
	case err == nil:
		data.IsIn = true
	case domain.CodeOf(err) != domain.NotFound || !data.Reads:
		return data, err
	}
	data.Person, data.Shown = id, v.App.Spaced(data.Login)
	if data.Reads {
		if data.Record, err = v.recordOf(id, data.IsIn); err != nil {
			return data, err
		}
		if !data.IsIn && len(data.Record.Story) == 0 {
			return data, domain.Refuse(domain.NotFound, "")
		}
		if !data.IsIn {
			data.Name = data.Record.Names[id]
		}
	}
	if data.Changes && data.IsIn {
		if data.Places, err = v.places(); err != nil {
			return data, err
		}
		if data.Status == employeesview.Dismissed {
			data.OpenInvitations, err = v.Sources.OpenInvitations(v.Context(), v.x.Account, id)
		}
	}
	return data, err
}

// recordOf is what history says of a person.
func (v *visit) recordOf(id domain.PersonID, isIn bool) (record views.PersonRecord, err error) {
	told, err := ask(v, questions.History(), questions.HistoryQuery{Query: historyview.Query{
		Person: id, LatestFirst: true, Paging: projections.Paging{Limit: storyRows},
	}})
	if err != nil {
		return record, err
	}
	record.Story, record.Names, record.More = told.Items, told.Names, told.Next != ""
	if !isIn {
		return record, nil
	}
	why, err := ask(v, questions.Why(), id)
	if domain.CodeOf(err) == domain.NotFound {
		return record, nil
	}
	if err != nil {
		return record, err
	}
	record.Why = &why
	chain, err := ask(v, questions.LineageOf(), id)
	if err != nil {
		return record, err
	}
	record.Chain = chain.Items
	record.LetIn, err = ask(v, questions.Lineage(), lineageview.Query{By: id, Paging: projections.Paging{Limit: lineageRows}})
	return record, err
}

// change carries out one of the forms of a person's page, and shows it done; or the form
// again, with what is wrong with it.
func (v *visit) change(form views.PersonForm, do func(context.Context, commands.Request, domain.PersonID) (commands.Done, error)) error {
	id, err := v.pathPerson()
	if err != nil {
		return err
	}
	var done commands.Done
	err = v.command("", func(ctx context.Context, request commands.Request) (err error) {
		done, err = do(ctx, request, id)
		return err
	})
	if form.Faults, err = v.wrong(err); err != nil {
		return err
	}
	if form.Faults != nil {
		form.Confirm = v.asksBack(form.Faults)
		return v.showPerson(form)
	}
	return v.done(v.at("people", id.String())+"?done="+form.Of, done.Position)
}

func (p *Pages) move(v *visit) error {
	department, err := idIf[domain.DepartmentID](v.field("department"), "department")
	if err != nil {
		return err
	}
	id, err := v.pathPerson()
	if err != nil {
		return err
	}
	before, err := ask(v, questions.Employee(), id)
	if err != nil {
		return err
	}
	form := views.PersonForm{Of: "department", Department: department}
	var done commands.Done
	err = v.command("", func(ctx context.Context, request commands.Request) (err error) {
		done, err = v.App.Move(ctx, request, id, department)
		return err
	})
	if form.Faults, err = v.wrong(err); err != nil {
		return err
	}
	if form.Faults != nil {
		return v.showPerson(form)
	}
	return v.done(v.at("people", id.String())+"?done=department&from="+before.Stands.String(), done.Position)
}

func (p *Pages) changeTitle(v *visit) error {
	form := views.PersonForm{Of: "title", JobTitle: v.field("job_title")}
	return v.change(form, func(ctx context.Context, request commands.Request, id domain.PersonID) (commands.Done, error) {
		return v.App.ChangeJobTitle(ctx, request, id, form.JobTitle)
	})
}

func (p *Pages) changeName(v *visit) error {
	form := views.PersonForm{Of: "name", First: v.field("first_name"), Last: v.field("last_name")}
	return v.change(form, func(ctx context.Context, request commands.Request, id domain.PersonID) (commands.Done, error) {
		return v.App.ChangeName(ctx, request, id, commands.ChangeName{FirstName: &form.First, LastName: &form.Last, Confirmed: v.confirmed(form.First, form.Last)})
	})
}

func (p *Pages) changeRole(v *visit) error {
	form := views.PersonForm{Of: "role", Role: domain.Role(v.field("role"))}
	return v.change(form, func(ctx context.Context, request commands.Request, id domain.PersonID) (commands.Done, error) {
		return v.App.ChangeRole(ctx, request, id, form.Role)
	})
}

func (p *Pages) changeLogin(v *visit) error {
	form := views.PersonForm{Of: "login", Contact: v.field("login")}
	return v.change(form, func(ctx context.Context, request commands.Request, id domain.PersonID) (commands.Done, error) {
		return v.App.ChangeLoginOf(ctx, request, id, form.Contact, v.confirmed(form.Contact))
	})
}

// confirmed is what was typed, where it is said to be right though it looks wrong.
func (v *visit) confirmed(typed ...string) []string {
	if v.field("confirm") != "1" {
		return nil
	}
	return slices.DeleteFunc(typed, func(one string) bool { return one == "" })
}

func (p *Pages) sendPasswordLink(v *visit) error {
	return v.change(views.PersonForm{Of: "password-link"}, v.App.SendPasswordLink)
}

func (p *Pages) endSessions(v *visit) error {
	return v.change(views.PersonForm{Of: "end-sessions"}, v.App.EndSessionsOf)
}

func (p *Pages) rehire(v *visit) error {
	department, err := idIf[domain.DepartmentID](v.field("department"), "department")
	if err != nil {
		return err
	}
	return v.change(views.PersonForm{Of: "rehire", Department: department}, func(ctx context.Context, request commands.Request, id domain.PersonID) (commands.Done, error) {
		return v.App.Rehire(ctx, request, id, department)
	})
}

// takeTheirsBack takes back what somebody who was dismissed has left open.
func (p *Pages) takeTheirsBack(v *visit) error {
	return v.change(views.PersonForm{Of: "revoke"}, func(ctx context.Context, request commands.Request, id domain.PersonID) (commands.Done, error) {
		revoked, err := v.App.RevokeAllBy(ctx, request, id)
		return revoked.Done, err
	})
}

// askDismiss asks before somebody is dismissed.
func (p *Pages) askDismiss(v *visit) error { return v.showDismiss(nil) }

func (v *visit) showDismiss(faults views.Faults) error {
	if err := v.permit(commands.ChangeEmployees); err != nil {
		return err
	}
	id, err := v.pathPerson()
	if err != nil {
		return err
	}
	found, err := ask(v, questions.Employee(), id)
	if err != nil {
		return err
	}
	if found.Status == employeesview.Dismissed && faults == nil {
		return v.seeOther(v.at("people", id.String()))
	}
	data := views.DismissData{Person: id, Name: found.Name.String(), Faults: faults}
	return v.formPage(v.t.PersonDismissTitle(data.Name), faults, func(f views.Frame) component { return views.Dismiss(f, data) })
}

// permit refuses whoever may not do something, before they are asked for more.
func (v *visit) permit(action commands.Action) error {
	_, err := v.App.Permit(v.Context(), v.x.Caller, v.x.Account, action)
	return err
}

func (p *Pages) dismiss(v *visit) error {
	id, err := v.pathPerson()
	if err != nil {
		return err
	}
	var done commands.Done
	err = v.command("", func(ctx context.Context, request commands.Request) (err error) {
		done, err = v.App.Dismiss(ctx, request, id)
		return err
	})
	faults, err := v.wrong(err)
	if err != nil {
		return err
	}
	if faults != nil {
		return v.showDismiss(faults)
	}
	return v.done(v.at("people", id.String())+"?done=dismiss", done.Position)
}
