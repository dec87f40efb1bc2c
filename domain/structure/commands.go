package structure

import "github.com/usher-engine/usher/domain"

// Command is what can be asked of a company's structure.
//
//sumtype:decl
type Command interface{ structureCommand() }

type (
	// CreateDepartment puts a department below another, or below the root
	// where no parent is named.
	CreateDepartment struct {
		Account    domain.AccountID
		Department domain.DepartmentID
		Parent     domain.DepartmentID
		Name       string
	}

	// CreateWorkgroup begins a workgroup.
	CreateWorkgroup struct {
		Workgroup domain.WorkgroupID
		Name      string
	}
)

func (CreateDepartment) structureCommand() {}
func (CreateWorkgroup) structureCommand()  {}
