// Package assets is what the pages load beside themselves: the style sheet, the scripts
// and the icon. They are in the program, their names hold a digest of them, and they are
// compressed once.
//
// htmx.min.js and hx-sse.min.js are htmx 4.0.1 as published (https://htmx.org, Zero-Clause BSD); usher.js and
// usher.css are our own. Read assets.go.
package assets
