package views

import "strings"

// describedBy is the ids of what is said about a field.
func (in Input) describedBy(faults Faults) string {
	var ids []string
	if in.Hint != "" {
		ids = append(ids, in.Name+"-hint")
	}
	if faults.Of(in.Name) != "" {
		ids = append(ids, in.Name+"-fault")
	}
	return strings.Join(ids, " ")
}
