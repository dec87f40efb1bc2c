// Package outbox is the Messenger of an Usher without a gateway: it keeps every
// message for administrators to look at, and sends none.
//
// Texts are kept with {link} and {password} unfilled, beside what the secrets
// are derived from; whoever shows a message fills them in. No secret is stored.
// Where the messages lie is somebody else's business: see Shelf in outbox.go.
package outbox
