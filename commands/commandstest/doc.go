// Package commandstest lets tests of use-cases read as sentences: a company New,
// with what else was Given; When this is asked; Then exactly these events are
// appended to exactly these streams, or this refusal, or nothing.
//
// The log and the vault are in memory, the read models plain scans of the log;
// texts and passwords are read as they are outside. Times and ids are always the
// same. Read world.go first.
package commandstest
