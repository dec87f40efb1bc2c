// Package users is who may call a node that keeps users: EventStoreDB's service
// Users, and the check of the password that comes with a call.
//
// Users are in the node's log where EventStoreDB has them, a stream $user-NAME
// for each and their names in $users. Their passwords are hashed as this
// project's are. What they may do is package rights. Read users.go first.
package users
