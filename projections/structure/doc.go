// Package structure answers who stands where: Company structure (S43, S44), the
// tree of departments and the workgroups with their people.
//
// Departments, workgroups and people are rows of one table; people keep the
// department that was chosen, and where they stand is found when the tree is
// read (D3). Read structure.go first, then tree.go.
package structure
