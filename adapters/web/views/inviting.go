package views

import (
	"slices"

	"github.com/usher-engine/usher/domain"
)

// Place is a department or workgroup to choose.
type Place struct{ ID, Name string }

// Places is where people can be put, and where they are.
type Places struct {
	Departments, Workgroups []Place
	Department              string
	Chosen                  []string // workgroups
}

func (p Places) isChosen(workgroup string) bool { return slices.Contains(p.Chosen, workgroup) }

// Carried reports what was chosen, for a form that only carries it on.
func (p Places) carried() []Place {
	var all []Place
	if p.Department != "" {
		all = append(all, Place{ID: p.Department, Name: "department"})
	}
	for _, one := range p.Chosen {
		all = append(all, Place{ID: one, Name: "workgroup"})
	}
	return all
}

func isAuditor(f Frame) bool { return f.Role == domain.RoleAuditor }

// confirms reports whether what is wrong can be confirmed by whoever looks.
func confirms(f Frame, code domain.Code) bool {
	switch code {
	case domain.ConfirmContact, domain.ConfirmName:
		return true
	case domain.ConfirmUnknownRange:
		return MayChangeSettings(f.Role)
	}
	return false
}

// FaultOf is what is wrong with a field, and whether anything is.
func (f Faults) FaultOf(field string) (Fault, bool) {
	for _, one := range f {
		if one.Field == field {
			return one, true
		}
	}
	return Fault{}, false
}

func (in Area) describedBy(faults Faults) string {
	return Input{Name: in.Name, Hint: in.Hint}.describedBy(faults)
}

func (in Area) direction() string {
	if in.Direction != "" {
		return in.Direction
	}
	return "auto"
}

func asksBackDomains(code domain.Code) bool {
	return code == domain.PublicMailProvider || code == domain.ConfirmName
}

// confirmDomains is what is confirmed of domains that were asked back.
func confirmDomains(f Frame, code domain.Code) string {
	if code == domain.PublicMailProvider {
		return f.JoinLinkConfirmPublic()
	}
	return f.InviteYesRight()
}
