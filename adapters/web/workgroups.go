package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	structureview "github.com/usher-engine/usher/projections/structure"
)

// workgroups is the list of workgroups.
func (p *Pages) workgroups(v *visit) error { return v.showWorkgroups(http.StatusOK, "", nil) }

func (v *visit) showWorkgroups(status int, typed string, faults views.Faults) error {
	chart, err := v.chart()
	if err != nil {
		return err
	}
	title := v.t.GroupsTitle()
	if len(faults) > 0 {
		title = v.t.ErrorPrefix() + title
	}
	data := views.GroupsData{Groups: chart.Workgroups, Archived: chart.Archived, Typed: typed, Faults: faults}
	return v.pageWith(status, title, views.Groups(v.frame(title), data))
}

func (p *Pages) createWorkgroup(v *visit) error {
	var id domain.WorkgroupID
	var done commands.Done
	err := v.command("", func(ctx context.Context, request commands.Request) (err error) {
		id, done, err = p.App.CreateWorkgroup(ctx, request, v.field("name"))
		return err
	})
	faults, err := v.faults(err)
	if err != nil {
		return err
	}
	if faults != nil {
		return v.showWorkgroups(http.StatusUnprocessableEntity, v.field("name"), faults)
	}
	return v.done(v.atWorkgroup(id), done.Position)
}

// atWorkgroup is the path of a workgroup's page.
func (v *visit) atWorkgroup(id domain.WorkgroupID) string { return v.at("workgroups", id.String()) }

// workgroup is the page of a workgroup.
func (p *Pages) workgroup(v *visit) error {
	query := v.URL.Query()
	return v.showWorkgroup(http.StatusOK, views.GroupData{Edit: query.Get("edit"), Sought: strings.TrimSpace(query.Get("find"))})
}

// showWorkgroup shows a workgroup with what is known of its form.
func (v *visit) showWorkgroup(status int, data views.GroupData) error {
	id, err1 := pathID[domain.WorkgroupID](v, "workgroup")
	chart, err2 := v.chart()
	if err := cmp.Or(err1, err2); err != nil {
		return err
	}
	isIt := func(one *structureview.Group) bool { return one.ID == id }
	if i := slices.IndexFunc(chart.Workgroups, isIt); i >= 0 {
		data.Group = chart.Workgroups[i]
	} else if i := slices.IndexFunc(chart.Archived, isIt); i >= 0 {
		data.Group, data.Archived = chart.Archived[i], true
	} else {
		return domain.Refuse(domain.NotFound, "there is no such workgroup")
	}
	isMember := func(who domain.PersonID) bool {
		return slices.ContainsFunc(data.People, func(one structureview.Member) bool { return one.Person == who })
	}
	var err error
	if data.Candidates, err = v.candidates(chart, data.Sought, isMember); err != nil {
		return err
	}
	var left domain.PersonID
	if left.UnmarshalText([]byte(v.URL.Query().Get("left"))) == nil && !isMember(left) && v.me.May(commands.ChangeStructure) && !data.Archived {
		if in, who := chart.stands(left); in != nil {
			data.Left = &who
		}
	}
	title := data.Name
	if len(data.Faults) > 0 {
		title = v.t.ErrorPrefix() + title
	}
	return v.pageWith(status, title, views.Group(v.frame(title), data))
}

// workgroupForm carries out what a form of a workgroup's page asks for.
func (v *visit) workgroupForm(edit string, query url.Values, run func(ctx context.Context, request commands.Request, id domain.WorkgroupID) (commands.Done, error)) error {
	id, err := pathID[domain.WorkgroupID](v, "workgroup")
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
		return v.showWorkgroup(http.StatusUnprocessableEntity, views.GroupData{Edit: edit, Typed: v.field("name"), Faults: faults})
	}
	return v.done(v.atWorkgroup(id)+"?"+query.Encode(), done.Position)
}

func (p *Pages) renameWorkgroup(v *visit) error {
	return v.workgroupForm("name", nil, func(ctx context.Context, request commands.Request, id domain.WorkgroupID) (commands.Done, error) {
		return p.App.RenameWorkgroup(ctx, request, id, v.field("name"))
	})
}

func (p *Pages) joinWorkgroup(v *visit) error {
	return v.workgroupForm("members", nil, func(ctx context.Context, request commands.Request, id domain.WorkgroupID) (commands.Done, error) {
		who, err := fieldID[domain.PersonID](v, "person")
		if err != nil {
			return commands.Done{}, err
		}
		return p.App.JoinWorkgroup(ctx, request, who, id)
	})
}

// leaveWorkgroup ends a membership, and leads to where it can be taken up again.
func (p *Pages) leaveWorkgroup(v *visit) error {
	return v.workgroupForm("members", url.Values{"left": {v.field("person")}}, func(ctx context.Context, request commands.Request, id domain.WorkgroupID) (commands.Done, error) {
		who, err := fieldID[domain.PersonID](v, "person")
		if err != nil {
			return commands.Done{}, err
		}
		return p.App.LeaveWorkgroup(ctx, request, who, id)
	})
}

func (p *Pages) archiveWorkgroup(v *visit) error {
	return v.workgroupForm("", nil, p.App.ArchiveWorkgroup)
}

func (p *Pages) restoreWorkgroup(v *visit) error {
	return v.workgroupForm("", nil, p.App.RestoreWorkgroup)
}
