// Package users is the messages and stubs of EventStoreDB's service Users,
// generated from users.proto. The other services' stubs are in the module of
// EventStoreDB's Go client, and must be taken from there: a process can have
// each of them but once.
package users

//go:generate protoc --go_out=. --go_opt=paths=source_relative --go-grpc_out=. --go-grpc_opt=paths=source_relative users.proto
