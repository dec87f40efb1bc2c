package commands

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/structure"
)

// places finds departments and workgroups by what people call them.
type places struct {
	texts       Texts
	account     domain.AccountID
	company     string // its name, as the root's
	structure   structure.State
	departments map[string][]domain.DepartmentID // by name
	workgroups  map[string]domain.WorkgroupID    // by name, those that are not archived
}

func (a *App) places(ctx context.Context, id domain.AccountID, company string) (places, error) {
	loaded, err := a.structures.Load(execution.Lagging(ctx), domain.StructureStream(id))
	found := places{
		texts: a.ports.Texts, account: id, company: company, structure: loaded.State,
		departments: map[string][]domain.DepartmentID{}, workgroups: map[string]domain.WorkgroupID{},
	}
	for department, is := range loaded.State.Departments.All() {
		name := found.fold(is.Name)
		found.departments[name] = append(found.departments[name], department)
	}
	for workgroup, name := range loaded.State.Workgroups.All() {
		if loaded.State.HasWorkgroup(workgroup) {
			found.workgroups[found.fold(name)] = workgroup
		}
	}
	return found, err
}

// fold is a name as the same names are alike; empty for what is none.
func (p places) fold(name string) string {
	tidy, err := p.texts.UnitName(name)
	if err != nil {
		return ""
	}
	return strings.ToLower(tidy)
}

var (
	spacedStep = regexp.MustCompile(`\s+[/>»→|\\]\s+`)
	anyStep    = regexp.MustCompile(`\s*[/>»→|\\]\s*`)
	firstStep  = regexp.MustCompile(`^\s*[/>»→|\\]\s*`)
)

// department finds a department by its id, its name, or a path that ends with it, such as
// "Sales / North". A path that begins with a stroke, or with the company, begins at the top.
func (p places) department(text string) (domain.DepartmentID, error) {
	if text == "" {
		return domain.DepartmentID{}, nil
	}
	var id domain.DepartmentID
	if id.UnmarshalText([]byte(text)) == nil && p.structure.HasDepartment(p.account, id) {
		return id, nil
	}
	start := firstStep.FindString(text)
	rest := strings.TrimSuffix(text[len(start):], "/")
	for _, path := range [][]string{{rest}, spacedStep.Split(rest, -1), anyStep.Split(rest, -1)} {
		switch found := p.along(path, start != ""); len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return domain.DepartmentID{}, domain.Refuse(domain.DepartmentAmbiguous,
				"several departments are called so: write the path, such as Sales / North, from the top where it begins with a stroke").In("department")
		}
	}
	if p.fold(rest) == p.fold(p.company) {
		return domain.RootDepartment(p.account), nil
	}
	return domain.DepartmentID{}, domain.Refuse(domain.DepartmentNotFound, "there is no such department: create it first, or correct the name or path").In("department")
}

// along is the departments at the end of a path.
func (p places) along(path []string, fromTop bool) []domain.DepartmentID {
	names := make([]string, len(path))
	for i, name := range path {
		if names[i] = p.fold(name); names[i] == "" {
			return nil
		}
	}
	found := p.below(names, fromTop)
	if len(found) == 0 && len(names) > 1 && names[0] == p.fold(p.company) {
		return p.below(names[1:], true)
	}
	return found
}

func (p places) below(names []string, fromTop bool) (found []domain.DepartmentID) {
	for _, id := range p.departments[names[len(names)-1]] {
		at, fits := id, true
		for i := len(names) - 2; i >= 0 && fits; i-- {
			at = p.structure.Departments.Of(at).Parent
			fits = p.fold(p.structure.Departments.Of(at).Name) == names[i]
		}
		if fits && (!fromTop || p.structure.Departments.Of(at).Parent == domain.RootDepartment(p.account)) {
			found = append(found, id)
		}
	}
	return found
}

var betweenWorkgroups = regexp.MustCompile(`\s*(?::::|[;,|\n])\s*`)

// workgroupsOf finds workgroups by their names, between commas or semicolons.
func (p places) workgroupsOf(text string) ([]domain.WorkgroupID, error) {
	if id, is := p.workgroups[p.fold(text)]; is {
		return []domain.WorkgroupID{id}, nil
	}
	var all []domain.WorkgroupID
	for _, name := range betweenWorkgroups.Split(text, -1) {
		if strings.TrimSpace(name) == "" {
			continue
		}
		id, is := p.workgroups[p.fold(name)]
		if !is {
			return nil, domain.Refuse(domain.WorkgroupNotFound, "there is no such workgroup: create it first, or correct the name").In("workgroups")
		}
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all, nil
}
