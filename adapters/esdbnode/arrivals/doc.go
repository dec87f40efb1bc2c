// Package arrivals reads along on the connections of a gRPC server. gRPC tells
// nobody how large a message is before all of it is there, although its first five
// bytes say so: this package does, so that whoever reads it can wait until there is
// room. It also bounds how many connections there are.
//
// Read connections.go first.
package arrivals
