// Package person is everything about one contact in one account: being invited,
// registering, being let in, signing in, moving up, leaving and coming back.
//
// Whatever races for a contact meets in its one stream, so the rules that must
// never break are decided here. The state is four small machines: invitation,
// registration, employment and credential. Read state.go first, then decide.go for
// the way in; each subject after that has a file. The table of states and
// commands is docs/person-states.md, made from the tests.
package person
