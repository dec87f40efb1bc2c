// Package turns lets no more than so many at once do something with the same key.
// Who waits holds nothing, and stops waiting with its context.
package turns
