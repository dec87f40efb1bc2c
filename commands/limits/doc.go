// Package limits says how much of something is allowed, and counts it.
//
// arithmetic.go is pure: what a use takes of which limits, and what is left.
// messages.go is which message takes what; counting.go joins what is counted at the
// same time; metering.go counts the messages of commands and attempts.go guesses.
// What an account allows itself is in account.Limits.
package limits
