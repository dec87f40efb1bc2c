// Package questions is the table of all that can be asked of Usher: each question
// with who may ask it, the views that it reads, and its query, in the domain's
// words. It knows nothing of HTTP or JSON: faces map what they get and give.
//
// Ask, in question.go, is the one way to ask: it judges the permission, and waits
// for the position that the answer must reflect. Read question.go first.
package questions
