// Package deadlines answers what runs out when, in all accounts: open invitations
// (D4), and claims on contacts as logins. It is asked by Usher itself, once a
// second, and by nobody else.
//
// That something is due ends nothing: the event that follows does. Read
// deadlines.go.
package deadlines
