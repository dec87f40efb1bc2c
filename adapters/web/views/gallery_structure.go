package views

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	structureview "github.com/usher-engine/usher/projections/structure"
)

// numbered makes ids for examples, each its own.
type numbered struct{ last uint64 }

func (n *numbered) next() (id [16]byte) {
	n.last++
	binary.BigEndian.PutUint64(id[8:], n.last)
	return id
}

func (n *numbered) member(first, last, title string) structureview.Member {
	return structureview.Member{Person: domain.PersonID(n.next()), Name: projections.Name{First: first, Last: last}, JobTitle: title}
}

func (n *numbered) unit(name string, people []structureview.Member, below ...*structureview.Unit) *structureview.Unit {
	unit := &structureview.Unit{ID: domain.DepartmentID(n.next()), Name: name, People: people, Departments: below, Count: len(people)}
	for _, one := range below {
		unit.Count += one.Count
	}
	return unit
}

// bakery is a company with four levels, long names and names from right to left.
func bakery() (root *structureview.Unit, groups []*structureview.Group) {
	n := &numbered{}
	long := "Wolfeschlegelsteinhausenbergerdorff" + strings.Repeat("berger", 6)
	ada, chloe, noor := n.member("Ada", "Baker", "Owner"), n.member("Chloe", "Jones", "Baker"), n.member("نور", "الهدى", "خباز")
	var ovens []*structureview.Unit
	for i := range 6 {
		ovens = append(ovens, n.unit(fmt.Sprintf("Oven %d", i+1), []structureview.Member{n.member("Ben", "Miller", "Baker")}))
	}
	night := n.unit("Night bakery", []structureview.Member{noor}, ovens...)
	kitchen := n.unit("Kitchen", []structureview.Member{chloe, n.member(long, long, long)}, n.unit("Pastry", nil), night)
	kitchen.Head = chloe.Person
	root = n.unit("Sunrise Bakery", []structureview.Member{ada}, kitchen, n.unit("قسم المبيعات", []structureview.Member{n.member("Hugo", "", "Driver")}), n.unit(long, nil))
	root.Head = ada.Person
	early := &structureview.Group{ID: domain.WorkgroupID(n.next()), Name: "Early shift", People: []structureview.Member{chloe, noor}}
	return root, []*structureview.Group{early}
}

func structureExamples() []Example {
	root, groups := bakery()
	kitchen := root.Departments[0]
	night := kitchen.Departments[1]
	page := func(state string, chart *Chart) Example {
		return Example{Page: "structure", State: state, Title: texts.Texts.ChartTitle, Content: func(f Frame) templ.Component { return Structure(f, chart) }}
	}
	found, nobody := &Chart{Root: root}, &Chart{Root: root}
	found.Find("miller")
	nobody.Find("Zoe")
	return append([]Example{
		page("empty", &Chart{Root: &structureview.Unit{ID: root.ID, Name: root.Name, People: root.People, Count: 1}}),
		page("one", &Chart{Root: &structureview.Unit{ID: root.ID, Name: root.Name, Departments: []*structureview.Unit{night}, Count: night.Count}, All: true}),
		page("many", &Chart{Root: root}), page("found", found), page("nobody", nobody),
	}, append(departmentExamples(root, kitchen, night, groups), groupExamples(kitchen, groups)...)...)
}

func departmentExamples(root, kitchen, night *structureview.Unit, groups []*structureview.Group) []Example {
	page := func(state string, data func(Frame) DepartmentData) Example {
		return Example{Page: "department", State: state, Title: func(texts.Texts) string { return kitchen.Name }, Content: func(f Frame) templ.Component {
			return Department(f, data(f))
		}}
	}
	above := []*structureview.Unit{root}
	places := []Destination{{root.ID, root.Name}, {root.Departments[1].ID, root.Name + " / " + root.Departments[1].Name}}
	full := DepartmentData{Unit: kitchen, Above: above, Head: HeadName(kitchen, root), Near: []Near{{groups[0], 1}}, Elsewhere: places}
	seeking := full
	seeking.Edit, seeking.Sought = "people", "ben"
	seeking.Candidates = []Candidate{{Member: night.Departments[0].People[0], In: night.Departments[0]}, {Member: kitchen.People[0], In: kitchen, Already: true}}
	moved := full
	moved.Moved = &Moved{Person: kitchen.People[0].Person, Name: "Chloe Jones", From: root.ID, FromName: root.Name}
	return []Example{
		page("empty", func(Frame) DepartmentData {
			return DepartmentData{Unit: kitchen.Departments[0], Above: []*structureview.Unit{root, kitchen}, Elsewhere: places}
		}),
		page("many", func(Frame) DepartmentData { return full }),
		page("top", func(Frame) DepartmentData { return DepartmentData{Unit: root, Head: "Ada Baker", Edit: "new"} }),
		page("seeking", func(Frame) DepartmentData { return seeking }),
		page("moved", func(Frame) DepartmentData { return moved }),
		page("error", func(f Frame) DepartmentData {
			wrong := full
			wrong.Edit, wrong.Typed = "new", "Pastry"
			wrong.Faults = Faults{{Field: "new_name", Code: domain.NameTaken, Text: f.Refusal(domain.NameTaken, "the parent has a department of this name; choose another")}}
			return wrong
		}),
		{Page: "department", State: "delete", Title: func(t texts.Texts) string { return t.UnitDeleteTitle(kitchen.Name) }, Content: func(f Frame) templ.Component {
			return Dissolve(f, Dissolving{Unit: kitchen, Parent: root})
		}},
	}
}

func groupExamples(kitchen *structureview.Unit, groups []*structureview.Group) []Example {
	page := func(name, state, title string, content func(Frame) templ.Component) Example {
		return Example{Page: name, State: state, Title: func(texts.Texts) string { return title }, Content: content}
	}
	early := groups[0]
	wrong := func(f Frame) Faults {
		return Faults{{Field: "name", Code: domain.NameTaken, Text: f.Refusal(domain.NameTaken, "there is a workgroup of this name, perhaps an archived one; choose another")}}
	}
	return []Example{
		page("workgroups", "empty", "Workgroups", func(f Frame) templ.Component { return Groups(f, GroupsData{}) }),
		page("workgroups", "many", "Workgroups", func(f Frame) templ.Component { return Groups(f, GroupsData{Groups: groups, Archived: groups}) }),
		page("workgroups", "error", "Workgroups", func(f Frame) templ.Component {
			return Groups(f, GroupsData{Groups: groups, Typed: early.Name, Faults: wrong(f)})
		}),
		page("workgroup", "empty", early.Name, func(f Frame) templ.Component {
			return Group(f, GroupData{Group: &structureview.Group{ID: early.ID, Name: early.Name}, Left: &kitchen.People[0]})
		}),
		page("workgroup", "many", early.Name, func(f Frame) templ.Component {
			return Group(f, GroupData{Group: early, Edit: "members", Sought: "o", Candidates: []Candidate{{Member: kitchen.People[0], Already: true}, {Member: kitchen.People[1]}}})
		}),
		page("workgroup", "archived", early.Name, func(f Frame) templ.Component { return Group(f, GroupData{Group: early, Archived: true}) }),
		page("workgroup", "error", early.Name, func(f Frame) templ.Component {
			return Group(f, GroupData{Group: early, Edit: "name", Typed: "Late shift", Faults: wrong(f)})
		}),
	}
}
