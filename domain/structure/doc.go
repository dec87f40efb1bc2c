// Package structure is a company's tree of departments, and its workgroups.
//
// It decides that names and parents fit. Who works where is not here: a
// person's placement is in the person's own stream. Read events.go first.
package structure
