// Package periodic does something again and again, each time that some time has
// passed. What must happen at a certain time is not for it: that is due by a
// deadline on record. Read periodic.go.
package periodic
