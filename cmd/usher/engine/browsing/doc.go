// Package browsing looks at the pages as people do: with a browser, a finger and a
// keyboard. It has tests only.
//
// browser_test.go has the browser, and what is noted of each page: what it logs, what it
// asks for elsewhere, what it does against its policy. gallery_test.go looks at each page
// in each of its states, walking_test.go goes through them, and judging_test.go judges what
// is seen.
package browsing
