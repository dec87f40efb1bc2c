package structure

import "github.com/usher-engine/usher/domain"

// Event is what can happen to a company's structure.
//
//sumtype:decl
type Event interface {
	domain.Event
	structureEvent()
}

const (
	DepartmentCreatedType domain.EventType = "structure.department_created"
	WorkgroupCreatedType  domain.EventType = "structure.workgroup_created"
)

type (
	// DepartmentCreated puts a department below another.
	DepartmentCreated struct {
		Department domain.DepartmentID `json:"department"`
		Parent     domain.DepartmentID `json:"parent"`
		Name       string              `json:"name"`
	}

	// WorkgroupCreated begins a workgroup.
	WorkgroupCreated struct {
		Workgroup domain.WorkgroupID `json:"workgroup"`
		Name      string             `json:"name"`
	}
)

func (DepartmentCreated) Type() domain.EventType { return DepartmentCreatedType }
func (WorkgroupCreated) Type() domain.EventType  { return WorkgroupCreatedType }

func (DepartmentCreated) About() domain.PersonID { return domain.Nobody() }
func (WorkgroupCreated) About() domain.PersonID  { return domain.Nobody() }

func (DepartmentCreated) structureEvent() {}
func (WorkgroupCreated) structureEvent()  {}
