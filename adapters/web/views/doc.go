// Package views is how the pages look: components that make HTML of what they are given.
// They ask nothing and decide nothing but what whoever is signed in is shown.
//
// The .templ files are the source; the files beside them, whose names end in _templ.go,
// are made by make generate. Read frame.go and layout.templ first, then parts.templ,
// what pages share, and home.templ for a page.
package views
