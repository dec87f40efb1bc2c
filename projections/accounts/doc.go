// Package accounts lists the companies of an installation, for whoever runs it: what
// each is called and subscribes to, since when, whether it is closed, and how many
// have access.
//
// All rows stand in one list, which belongs to no company.
package accounts
