// Package telemetry tells operators what Usher does: of each command, be it a
// policy's, one line in the log, one observation in a histogram and one span.
//
// It knows names, ids, codes and durations, and nothing that people typed. Read
// commands.go first; spans.go says where spans go.
package telemetry
