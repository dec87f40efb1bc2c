// Package once lets a request that comes again be answered as the first time: the
// same key and body give the same answer and no second event, for seven days.
//
// Which answers are kept, and how keys and bodies are hidden, is decided here;
// what a request is made of, and how its answer is written down, by the face that
// was asked. Read once.go.
package once
