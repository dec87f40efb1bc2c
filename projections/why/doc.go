// Package why tells on which grounds somebody has access: one sentence, and the
// events behind it.
//
// It is not a read model: it is folded from a person's events when somebody
// asks. Read why.go first.
package why
