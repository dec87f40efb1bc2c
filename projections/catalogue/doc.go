// Package catalogue is the table of contents of all read models: the one list
// that the projector, a rebuild and a verification run through.
package catalogue
