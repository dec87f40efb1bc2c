// Package compare measures two targets beside each other and says how they
// compare. It knows nothing of what is measured.
//
// A Work is one comparison, a Target a name and a way to measure. Read work.go;
// run.go is the order of rounds, report.go what comes out.
package compare
