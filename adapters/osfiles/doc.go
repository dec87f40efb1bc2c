// Package osfiles has what operating systems do each in a way of their own with
// files: whose they are, that one process alone has them, and that they are on
// the disk.
package osfiles
