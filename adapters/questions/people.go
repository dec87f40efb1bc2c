package questions

import (
	"context"
	"maps"
	"slices"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	employeesview "github.com/usher-engine/usher/projections/employees"
	lineageview "github.com/usher-engine/usher/projections/lineage"
	structureview "github.com/usher-engine/usher/projections/structure"
)

// EmployeesQuery asks for employees, by last name. Filters that are zero do not matter.
type EmployeesQuery struct {
	Status employeesview.Status
	Role   domain.Role
	Access employeesview.Access
	// Department is where they stand, also where theirs was deleted and they moved there.
	Department domain.DepartmentID
	// Search looks in names, login and job title.
	Search projections.Search
	projections.Paging
}

// Colleague is an employee as of now.
type Colleague struct {
	employeesview.Employee
	// Stands is the department where the employee stands: the one that was chosen,
	// or the nearest above that was not deleted.
	Stands domain.DepartmentID
	// Places is what that and the workgroups are called, Names who dismissed them.
	Places projections.Places
	Names  projections.Names
	Access employeesview.Access
	// HistoryMissing says that the row stands as it was, as the person's stream is set aside.
	HistoryMissing bool
}

// Employees asks who has access, and who had.
func Employees() Question[EmployeesQuery, projections.Page[Colleague]] {
	return Question[EmployeesQuery, projections.Page[Colleague]]{
		Entry{"employees", commands.SeeColleagues, []projections.View{employeesview.View(), structureview.View()}}, employees,
	}
}

func employees(ctx context.Context, asker Asker, query EmployeesQuery) (projections.Page[Colleague], error) {
	var chosen []domain.DepartmentID // nil, so that the filter does not matter
	if !query.Department.IsZero() {
		var err error
		if chosen, err = structureview.Standing(ctx, asker.rows, asker.Account, query.Department); err != nil {
			return projections.Page[Colleague]{}, err
		}
	}
	search, err := asker.sought(ctx, query.Search)
	if err != nil {
		return projections.Page[Colleague]{}, err
	}
	found, err := employeesview.List(ctx, asker.rows, employeesview.Query{
		Account: asker.Account, Status: query.Status, Chosen: chosen, Role: query.Role,
		Access: query.Access, Now: asker.from.Now(), Search: search, Paging: query.Paging,
	})
	if err != nil {
		return projections.Page[Colleague]{}, err
	}
	asOfNow, err := asker.colleagues(ctx, found.Items...)
	if err != nil {
		return projections.Page[Colleague]{}, err
	}
	return projections.Each(found, asOfNow), nil
}

// Employee asks about one employee.
func Employee() Question[domain.PersonID, Colleague] {
	return Question[domain.PersonID, Colleague]{
		Entry{"employee", commands.SeeColleagues, []projections.View{employeesview.View(), structureview.View()}},
		func(ctx context.Context, asker Asker, who domain.PersonID) (Colleague, error) {
			found, err := employeesview.Get(ctx, asker.rows, asker.Account, who)
			if err != nil {
				return Colleague{}, err
			}
			asOfNow, err := asker.colleagues(ctx, found)
			if err != nil {
				return Colleague{}, err
			}
			return asOfNow(found), nil
		},
	}
}

// colleagues finds where people stand whose department may have been deleted meanwhile.
func (a Asker) colleagues(ctx context.Context, people ...employeesview.Employee) (func(employeesview.Employee) Colleague, error) {
	var chosen []domain.DepartmentID
	for _, one := range people {
		if !slices.Contains(chosen, one.Department) && !one.Department.IsZero() {
			chosen = append(chosen, one.Department)
		}
	}
	stands, err := structureview.Living(ctx, a.rows, a.Account, chosen...)
	if err != nil {
		return nil, err
	}
	var workgroups []domain.WorkgroupID
	var dismissers []domain.PersonID
	for _, one := range people {
		workgroups, dismissers = append(workgroups, one.Workgroups...), append(dismissers, one.DismissedBy)
	}
	places, err := structureview.Names(ctx, a.rows, a.Account, slices.Collect(maps.Values(stands)), workgroups)
	if err != nil {
		return nil, err
	}
	names, err := employeesview.People(ctx, a.rows, a.Account, dismissers...)
	now, aside := a.from.Now(), a.from.asides()
	return func(one employeesview.Employee) Colleague {
		return Colleague{Employee: one, Stands: stands[one.Department], Places: places, Names: names, Access: one.Access(now), HistoryMissing: aside(one.Slot)}
	}, err
}

// Structure asks who stands where.
func Structure() Question[struct{}, structureview.Chart] {
	return Question[struct{}, structureview.Chart]{
		Entry{"structure", commands.SeeColleagues, []projections.View{structureview.View()}},
		func(ctx context.Context, asker Asker, _ struct{}) (structureview.Chart, error) {
			return structureview.Tree(ctx, asker.rows, asker.Account)
		},
	}
}

// LevelsQuery asks for so many levels of departments below one; the zero department is the
// root.
type LevelsQuery struct {
	Under domain.DepartmentID
	Depth int
}

// Levels is departments with how many stand where, and what their heads are called.
type Levels struct {
	structureview.Levels
	Heads projections.Names // of those who are employed
}

// StructureLevels asks how many stand where, without the people. It refuses with
// domain.NotFound a department that is not there.
func StructureLevels() Question[LevelsQuery, Levels] {
	return Question[LevelsQuery, Levels]{
		Entry{"structure-levels", commands.SeeColleagues, []projections.View{structureview.View(), employeesview.View()}}, structureLevels,
	}
}

func structureLevels(ctx context.Context, asker Asker, query LevelsQuery) (Levels, error) {
	chosen, counted, err := employeesview.InDepartments(ctx, asker.rows, asker.Account)
	if err != nil {
		return Levels{}, err
	}
	found, err := structureview.Tiers(ctx, asker.rows, asker.Account, chosen, query.Under, query.Depth)
	if err != nil {
		return Levels{}, err
	}
	found.Position = earlier(found.Position, counted)
	people, err := employeesview.Some(ctx, asker.rows, asker.Account, headsIn(found.Top)...)
	heads := projections.Names{}
	for _, one := range people {
		if one.Status == employeesview.Active {
			heads[one.Person] = one.Called()
		}
	}
	return Levels{found, heads}, err
}

func headsIn(unit *structureview.Unit) []domain.PersonID {
	heads := []domain.PersonID{unit.Head}
	for _, below := range unit.Departments {
		heads = append(heads, headsIn(below)...)
	}
	return heads
}

// Admission is how somebody was let in, and by whom.
type Admission struct {
	lineageview.Descendant
	Name, ByName projections.Name
	Status       employeesview.Status // now
}

// Lineage asks who let in whom.
func Lineage() Question[lineageview.Query, projections.Page[Admission]] {
	return Question[lineageview.Query, projections.Page[Admission]]{
		Entry{"lineage", commands.SeeHistory, []projections.View{lineageview.View(), employeesview.View()}},
		func(ctx context.Context, asker Asker, query lineageview.Query) (projections.Page[Admission], error) {
			query.Account = asker.Account
			found, err := lineageview.List(ctx, asker.rows, query)
			if err != nil {
				return projections.Page[Admission]{}, err
			}
			people, err := asker.peopleIn(ctx, found.Items)
			return projections.Each(found, people.name), err
		},
	}
}

// Chain is how somebody came in.
type Chain struct {
	Items    []Admission
	Position domain.Position
}

// LineageOf asks by whom somebody came in, up to somebody whom nobody let in. It
// refuses with domain.NotFound who was never let in.
func LineageOf() Question[domain.PersonID, Chain] {
	return Question[domain.PersonID, Chain]{
		Entry{"lineage-of", commands.SeeHistory, []projections.View{lineageview.View(), employeesview.View()}}, lineageOf,
	}
}

func lineageOf(ctx context.Context, asker Asker, who domain.PersonID) (Chain, error) {
	found, position, err := lineageview.Chain(ctx, asker.rows, asker.Account, who)
	if err != nil {
		return Chain{}, err
	}
	if len(found) == 0 {
		return Chain{}, errNeverLetIn()
	}
	links := make([]lineageview.Descendant, len(found))
	for i, one := range found {
		links[i] = lineageview.Descendant{Admission: one, Depth: i + 1}
	}
	people, err := asker.peopleIn(ctx, links)
	return Chain{Items: projections.Each(projections.Page[lineageview.Descendant]{Items: links}, people.name).Items, Position: position}, err
}

func errNeverLetIn() error {
	return domain.Refuse(domain.NotFound, "nobody of this id was ever let in")
}

// cast is the people whom admissions name.
type cast map[domain.PersonID]employeesview.Employee

func (a Asker) peopleIn(ctx context.Context, admissions []lineageview.Descendant) (cast, error) {
	var ids []domain.PersonID
	for _, one := range admissions {
		ids = append(ids, one.Person, one.By)
	}
	found, err := employeesview.Some(ctx, a.rows, a.Account, ids...)
	people := make(cast, len(found))
	for _, one := range found {
		people[one.Person] = one
	}
	return people, err
}

func (c cast) name(one lineageview.Descendant) Admission {
	return Admission{Descendant: one, Name: c[one.Person].Called(), ByName: c[one.By].Called(), Status: c[one.Person].Status}
}
