// Package employees answers who has access to an account, and what people are
// called.
//
// A person has a row from the first registration on; it is listed once the
// person is employed. Whether somebody can sign in is in part a matter of time,
// so it is judged when the row is read. Read employees.go first.
package employees
