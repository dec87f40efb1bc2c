// Package invited answers whom an account has invited and who has not come yet:
// the section Employees > Invited (S24, S25, S33).
//
// A row goes when its invitation is redeemed or superseded, or its person is
// employed otherwise; one that ran out stays and says so. Read invited.go first.
package invited
