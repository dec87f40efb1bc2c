// Package contacts reads what people type: e-mail addresses, phone numbers,
// names, texts, countries, and e-mail domains. Each method of Texts returns the
// one normal form, or a refusal that says what to do; what it returns, read
// again, stays as it is.
//
// It judges form alone. Whether a contact is known, reachable, or wanted here is
// decided elsewhere. A refusal never repeats what was typed, as that is personal.
// Read texts.go first.
package contacts
