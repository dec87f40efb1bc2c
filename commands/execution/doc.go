// Package execution is the one path that all commands take: load, authorise,
// decide, prepare, append with the expected revision, and again after a conflict.
//
// It knows no aggregate and no rule, and nothing of limits but that somebody is
// asked what events cost. Read execute.go first; ports.go is what it needs.
package execution
