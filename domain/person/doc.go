// Package person is everything about one contact in one account: being invited,
// registering, being let in, signing in, moving up, leaving and coming back.
//
// Whatever races for a contact meets in its one stream, so the rules that must
// never break are decided here. The state is four small machines: invitation,
// registration, employment and credential. Read state.go first, then inviting.go:
// each subject has a file with its commands, its events, its part of the state and
// its rules, and decide.go and evolve.go only say which. The table of states and
// commands is docs/person-states.md, made from the tests.
package person
