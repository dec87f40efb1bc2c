// Package pairing decides which vault and which read models belong to which log,
// and refuses what does not belong together: a vault has the keys of one log's
// events, and a position means something in one log only.
//
// It opens nothing and copies nothing. Read pairing.go first; follow.go and
// moved.go are about logs and vaults that go elsewhere.
package pairing
