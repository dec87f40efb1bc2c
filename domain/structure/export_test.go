package structure

// Folded is for the tests.
func Folded(name string) string { return folded(name) }
