// Package passwords hashes and compares passwords with argon2id, and judges new
// ones: long enough, not common, not made of the person's own words.
//
// Hashing is dear on purpose, so its work is bounded: a few at once, some
// waiting, the rest refused. The package keeps no password and no hash, and
// counts no attempts. Read passwords.go first, then judge.go.
package passwords
