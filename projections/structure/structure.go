package structure

import (
	"slices"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
)

// Node is a row: exactly one of its members is set.
type Node struct {
	Department *Department `json:"department,omitzero"`
	Workgroup  *Workgroup  `json:"workgroup,omitzero"`
	Placement  *Placement  `json:"placement,omitzero"`
}

// Department is a node of the tree; the root, named after the account, has no
// parent.
type Department struct {
	ID     domain.DepartmentID `json:"id"`
	Parent domain.DepartmentID `json:"parent,omitzero"`
	Name   string              `json:"name"`
	Head   domain.PersonID     `json:"head,omitzero"`
	// Deleted departments are known for those who still name them.
	Deleted bool `json:"deleted,omitzero"`
}

// Workgroup is a workgroup.
type Workgroup struct {
	ID       domain.WorkgroupID `json:"id"`
	Name     string             `json:"name"`
	Archived bool               `json:"archived,omitzero"`
}

// Placement is where a person stands.
type Placement struct {
	Person domain.PersonID `json:"person"`
	projections.Profile
	Department domain.DepartmentID  `json:"department,omitzero"` // as chosen; none means the root
	Workgroups []domain.WorkgroupID `json:"workgroups,omitempty"`
	Employed   bool                 `json:"employed,omitzero"` // only then listed
}

// View returns the read model.
func View() projections.View {
	return projections.Definition[Node]{
		ViewName:    "structure",
		ViewVersion: 4,
		Facets:      []string{"deleted"},
		Keys:        keys,
		Row:         row,
		Index:       index,
		Erase:       erase,
		KeyOf:       placementKey,
	}.View()
}

func keys(event domain.Recorded) []projections.Key {
	switch e := event.Event.(type) {
	case account.Founded, account.Renamed:
		return key(event, departmentKey(domain.RootDepartment(event.Metadata.Account)))
	case structure.DepartmentCreated:
		return key(event, departmentKey(e.Department))
	case structure.DepartmentRenamed:
		return key(event, departmentKey(e.Department))
	case structure.DepartmentMoved:
		return key(event, departmentKey(e.Department))
	case structure.DepartmentHeadChanged:
		return key(event, departmentKey(e.Department))
	case structure.DepartmentDeleted:
		return key(event, departmentKey(e.Department))
	case structure.WorkgroupCreated:
		return key(event, workgroupKey(e.Workgroup))
	case structure.WorkgroupRenamed:
		return key(event, workgroupKey(e.Workgroup))
	case structure.WorkgroupArchived:
		return key(event, workgroupKey(e.Workgroup))
	case structure.WorkgroupRestored:
		return key(event, workgroupKey(e.Workgroup))
	case person.Registered, person.RegistrationRejected, person.RegistrationSuperseded,
		person.RegisteredDirectly, person.FounderRegistered, person.Employed,
		person.Moved, person.JobTitleChanged, person.NameChanged, person.Dismissed,
		person.WorkgroupJoined, person.WorkgroupLeft:
		return key(event, placementKey(event.Metadata.Account, event.Event.About()).ID)
	}
	return nil
}

func key(event domain.Recorded, id string) []projections.Key {
	if event.Metadata.Account.IsZero() {
		return nil
	}
	return []projections.Key{{Account: event.Metadata.Account, ID: id}}
}

func row(key projections.Key, before *Node, event domain.Recorded) *Node {
	switch e := event.Event.(type) {
	case account.Founded:
		return &Node{Department: &Department{ID: domain.RootDepartment(key.Account), Name: e.Name}}
	case account.Renamed:
		return before.department(func(d *Department) { d.Name = e.Name })
	case structure.DepartmentCreated:
		return &Node{Department: &Department{ID: e.Department, Parent: e.Parent, Name: e.Name}}
	case structure.WorkgroupCreated:
		return &Node{Workgroup: &Workgroup{ID: e.Workgroup, Name: e.Name}}
	case structure.DepartmentRenamed:
		return before.department(func(d *Department) { d.Name = e.Name })
	case structure.DepartmentMoved:
		return before.department(func(d *Department) { d.Parent = e.Parent })
	case structure.DepartmentHeadChanged:
		return before.department(func(d *Department) { d.Head = e.Head })
	case structure.DepartmentDeleted:
		return before.department(func(d *Department) { d.Parent, d.Head, d.Deleted = e.Parent, domain.PersonID{}, true })
	case structure.WorkgroupRenamed:
		return before.workgroup(func(w *Workgroup) { w.Name = e.Name })
	case structure.WorkgroupArchived:
		return before.workgroup(func(w *Workgroup) { w.Archived = true })
	case structure.WorkgroupRestored:
		return before.workgroup(func(w *Workgroup) { w.Archived = false })
	}
	return place(before, event)
}

func (n *Node) department(change func(*Department)) *Node {
	if n == nil || n.Department == nil {
		return n
	}
	after := *n.Department
	change(&after)
	return &Node{Department: &after}
}

func (n *Node) workgroup(change func(*Workgroup)) *Node {
	if n == nil || n.Workgroup == nil {
		return n
	}
	after := *n.Workgroup
	change(&after)
	return &Node{Workgroup: &after}
}

func place(before *Node, event domain.Recorded) *Node {
	after := Placement{Person: event.Event.About()}
	if before != nil && before.Placement != nil {
		after = *before.Placement
	}
	after.Profile = after.After(event).WithoutLogin()
	switch e := event.Event.(type) {
	case person.Employed:
		after.Employed = true
		after.Department, after.Workgroups = e.Department, e.Workgroups
	case person.Moved:
		after.Department = e.Department
	case person.WorkgroupJoined:
		after.Workgroups = append(slices.Clip(after.Workgroups), e.Workgroup)
	case person.WorkgroupLeft:
		after.Workgroups = slices.DeleteFunc(slices.Clone(after.Workgroups), func(id domain.WorkgroupID) bool { return id == e.Workgroup })
	case person.Dismissed:
		after.Employed = false
		after.Department, after.Workgroups = domain.DepartmentID{}, nil
	}
	return after.node()
}

// node is the placement's row; nil where nothing is known of the person.
func (p Placement) node() *Node {
	if !p.Employed && p.IsEmpty() {
		return nil
	}
	return &Node{Placement: &p}
}

// erase leaves where somebody stands whose name nobody knows.
func erase(n Node) *Node {
	if n.Placement == nil {
		return &n
	}
	nameless := *n.Placement
	nameless.Profile = nameless.Erased()
	return nameless.node()
}

func placementKey(account domain.AccountID, id domain.PersonID) projections.Key {
	return projections.Key{Account: account, ID: "person/" + id.String()}
}

// deletedDepartment is the one value of the facet by which they are found.
const deletedDepartment = "department"

// index orders rows by key, so that none moves while a tree is being read.
func index(key projections.Key, n *Node) projections.Index {
	if n.Placement != nil && !n.Placement.Employed {
		return projections.Index{Facets: []string{""}}
	}
	deleted := ""
	if n.Department != nil && n.Department.Deleted {
		deleted = deletedDepartment
	}
	return projections.Index{Sort: key.ID, Facets: []string{deleted}}
}
