// Package commands is everything that can be asked of Usher: each use-case
// loads, authorises, decides and appends along one generic path.
//
// It knows no technology; what it needs from outside is declared in ports.go
// and built in adapters. app.go is the table of contents: read it first.
package commands
