// Package person is everything about one contact in one account: being invited,
// registering, being let in, and having a password.
//
// Whatever races for a contact meets in its one stream, so the rules that must
// never break are decided here. The state is four small machines: invitation,
// registration, employment and credential. Read state.go first; the table of
// states and commands is docs/person-states.md, made from the tests.
package person
