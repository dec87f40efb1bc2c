// Package domain is the vocabulary of Usher: what happens to a person between
// the first invitation and the last day, told in pure functions and values.
//
// Nothing here reads a clock, draws a random number, logs or does I/O; time and
// ids come in with the command. The aggregates live in the folders below: doc,
// state, decide and evolve, and beside them commands and events, or a file for each
// subject with its own. Read decider.go first: it is the whole engine. Then
// person/doc.go.
//
// # Glossary
//
// The engine:
//
//   - event: something that happened, in the past tense; kept for ever.
//   - log: all events in their order; the one truth.
//   - stream: the events of one thing, in their order; rules are decided in one stream.
//   - aggregate: the rules of one kind of stream: account, person, structure, batch, operations.
//   - decider: an aggregate's two pure functions, Decide and Evolve, with the initial state.
//   - state: what the events so far amount to, as decisions see it.
//   - command: what somebody asks for; it leads to events, to a refusal, or to nothing where it is already so.
//   - refusal: why a command is not carried out: a stable code, and what to do.
//   - revision: an event's place in its stream. Expected revision: where a writer believes that the stream ends.
//   - conflict: the stream ended elsewhere; the command is decided again.
//   - position: an event's place in the log; opaque.
//   - causation: the command that caused an event. Correlation: the request that all of it goes back to.
//   - projection, view: rows folded from events, for questions; disposable.
//   - checkpoint: the position up to which a follower of the log has come.
//   - policy: whenever an event, then a command; the field's process manager.
//   - vault: what may not be in the log, or must be forgotten: keys, password hashes, sessions.
//
// A person's way:
//
//   - contact: an e-mail address or a phone number, normalised.
//   - slot: one contact in one account; the name of its person's stream, a pseudonym.
//   - tenure: one human being's time in a slot.
//   - epoch: a stretch of it in which sessions hold; a dismissal, a return or the end of all sessions begins the next.
//   - invitation: one personal link, numbered; open, or ended for a reason.
//   - join link: the one link that a whole company shares. Generation: which of them, as it is replaced.
//   - seat: one use of a join link that has a limit.
//   - registration: one form filled in behind a link, numbered.
//   - proof: the link mailed to an address was used, so the address is the registrant's own.
//   - approval: an administrator lets a registrant in. Concern: why one is needed.
//   - basis: why somebody has access.
//   - placement: the department and the workgroups that were chosen for somebody.
//   - login: the contact by which somebody signs in.
//   - claim: a hold on a contact as somebody's next login, until that is decided; the field's reservation.
//   - credential: with what somebody signs in; its hash is in the vault, under the id that the events name.
//   - appointment: one time that somebody was made an administrator, numbered.
//   - batch: one bulk invitation, which can be taken back as a whole.
package domain
