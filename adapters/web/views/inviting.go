package views

import (
	"slices"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// Choice is a department or workgroup to choose.
type Choice struct{ ID, Name string }

// Placing is where people can be put, and where they are.
type Placing struct {
	Departments, Workgroups []Choice
	Department              string
	Chosen                  []string // workgroups
}

func (p Placing) isChosen(workgroup string) bool { return slices.Contains(p.Chosen, workgroup) }

// Carried reports what was chosen, for a form that only carries it on.
func (p Placing) carried() []Choice {
	var all []Choice
	if p.Department != "" {
		all = append(all, Choice{ID: p.Department, Name: "department"})
	}
	for _, one := range p.Chosen {
		all = append(all, Choice{ID: one, Name: "workgroup"})
	}
	return all
}

// isOpen reports whether there is something to see of where people will stand.
func (p Placing) isOpen(faults Faults) bool {
	return p.Department != "" || len(p.Chosen) > 0 || faults.Of("department") != "" || faults.Of("workgroup") != ""
}

// isolated is a name within a sentence, which may run the other way (Unicode UAX 9).
func isolated(name string) string { return "\u2068" + name + "\u2069" }

func isAuditor(f Frame) bool { return f.Role == domain.RoleAuditor }

// Confirms reports whether what is wrong can be confirmed by somebody who may do so much.
func Confirms(may func(commands.Action) bool, code domain.Code) bool {
	switch code { //nolint:exhaustive // because others are not confirmed
	case domain.ConfirmContact, domain.ConfirmName:
		return true
	case domain.ConfirmUnknownRange:
		return may(commands.ConfirmUnknownRanges)
	}
	return false
}

// FaultOf returns what is wrong with a field, and whether anything is.
func (f Faults) FaultOf(field string) (Fault, bool) {
	for _, one := range f {
		if one.Field == field {
			return one, true
		}
	}
	return Fault{}, false
}

func (in TextArea) describedBy(faults Faults) string {
	return Input{Name: in.Name, Hint: in.Hint}.describedBy(faults)
}

// hintedBy is the ids of what is said about a field that has a hint.
func hintedBy(field string, faults Faults) string {
	return Input{Name: field, Hint: field}.describedBy(faults)
}

func (in TextArea) direction() string {
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
