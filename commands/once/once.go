package once

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

const (
	maxKey = 255
	// usedForKeys and usedForBodies keep the two digests of a key apart.
	usedForKeys, usedForBodies = "usher idempotency key ", "usher idempotency body "
)

// Once remembers requests and what they were answered.
type Once struct {
	records commands.IdempotencyRecords
	now     func() time.Time
}

// New returns one that remembers in the records.
func New(records commands.IdempotencyRecords, now func() time.Time) *Once {
	return &Once{records: records, now: now}
}

// Request is what was sent with a key.
type Request struct {
	// Account and Scope say in whose name the key counts: the same key of
	// somebody else is another key.
	Account domain.AccountID
	Scope   string
	Key     string
	// Digest is what Digest made of all that makes it this request and no other.
	Digest [32]byte
	// Command is the id under which it is carried out, unless it was before.
	Command domain.CommandID
	// Public says that anybody can send it: nothing is kept of one that is refused.
	Public bool
}

// Answer is what a request came to, as the face that was asked has it.
type Answer struct {
	// Refused is why it was refused; empty where it was carried out.
	Refused domain.Code
	// Status is the face's own, and never 0; Text is the answer itself.
	Status int
	Text   []byte
}

// Attempt is one try of a request.
type Attempt struct {
	// Command is the id that the request had the first time: carried out under it
	// again, a command appends nothing a second time.
	Command domain.CommandID

	once   *Once
	public bool
	key    commands.IdempotencyKey
	record commands.IdempotencyRecord
}

// Begin remembers the request before anything is done. It refuses a key that is
// none with domain.InvalidIdempotencyKey, and one that was sent with another
// request with domain.IdempotencyKeyReused.
//
// Neither the key nor what would help to guess a body is kept: bodies hold
// passwords. The request's digest is keyed by the client's key, and of that only a
// digest is stored.
func (o *Once) Begin(ctx context.Context, r Request) (Attempt, error) {
	if err := check(r.Key); err != nil {
		return Attempt{}, err
	}
	try := Attempt{once: o, public: r.Public, key: hidden(r.Account, r.Scope, r.Key)}
	var err error
	try.record, err = o.records.BeginRequest(ctx, try.key, commands.IdempotencyRecord{Digest: r.Digest, Command: r.Command, At: o.now()})
	if err != nil {
		return Attempt{}, fmt.Errorf("remember the request: %w", err)
	}
	if try.record.Digest != r.Digest {
		return Attempt{}, domain.Refuse(domain.IdempotencyKeyReused, "another request was sent with this key; choose a new one")
	}
	try.Command = try.record.Command
	return try, nil
}

// Knows reports whether a request was sent with the key before. What is no key was
// never sent.
func (o *Once) Knows(ctx context.Context, account domain.AccountID, scope, key string) (bool, error) {
	if err := check(key); err != nil {
		return false, nil //nolint:nilerr // because what is no key was never sent
	}
	known, err := o.records.KnowsRequest(ctx, hidden(account, scope, key))
	if err != nil {
		return false, fmt.Errorf("look for the request: %w", err)
	}
	return known, nil
}

// Answered returns the answer that was kept; false where there is none yet. What
// it was refused for is in its text alone.
func (t Attempt) Answered() (Answer, bool) {
	return Answer{Status: t.record.Status, Text: t.record.Answer}, t.record.Status != 0
}

// Finish keeps the answer, if it is final. The command is done whether or not
// that succeeds: sent again, it gives the same answer under the same id.
//
// A public request that was refused is forgotten instead: it has left nothing, and comes
// again as another. So nobody fills the vault with what was refused to them.
func (t Attempt) Finish(ctx context.Context, answer Answer) error {
	if t.public && leavesNothing(answer.Refused) {
		if err := t.once.records.ForgetRequest(ctx, t.key, t.record.Command); err != nil {
			return fmt.Errorf("forget the request: %w", err)
		}
		return nil
	}
	if !IsFinal(answer.Refused) {
		return nil
	}
	if t.public {
		if kept, err := t.once.records.BeginRequest(ctx, t.key, t.record); err != nil || kept.Digest != t.record.Digest {
			return err // one of several at once was refused, and another request came by the same key
		}
	}
	if err := t.once.records.FinishRequest(ctx, t.key, answer.Status, answer.Text); err != nil {
		return fmt.Errorf("keep the answer: %w", err)
	}
	return nil
}

// leavesNothing reports whether a request that was refused so has surely come to nothing.
func leavesNothing(refused domain.Code) bool {
	return refused != "" && !refused.Passes()
}

// IsFinal reports whether a request that was refused so, or not at all, is given
// the same answer when it comes again. Who signs in, waits, is
// asked back, or meets a fault that passes is answered anew.
func IsFinal(refused domain.Code) bool {
	return !refused.Passes() && !slices.Contains([]domain.Code{
		domain.NotSignedIn, domain.LoginFailed, domain.ResetFailed,
		domain.ConfirmContact, domain.ConfirmUnknownRange, domain.ConfirmName,
		domain.ContactLimit, domain.InviterLimit, domain.AccountLimit, domain.CountryLimit, domain.NumberBlockLimit, domain.InstallationLimit,
		domain.TooManyAttempts, domain.TooBusy, domain.BulkBusy, domain.TooManyStreams,
	}, refused)
}

// check refuses what is no key.
func check(key string) error {
	valid := key != "" && len(key) <= maxKey
	for _, sign := range []byte(key) {
		valid = valid && sign > ' ' && sign < 0x7f
	}
	if !valid {
		return domain.Refuse(domain.InvalidIdempotencyKey, "a key has 1 to 255 visible ASCII characters, and is given once")
	}
	return nil
}

// hidden is a key as the records have it.
func hidden(account domain.AccountID, scope, key string) commands.IdempotencyKey {
	digest := sha256.Sum256([]byte(usedForKeys + key))
	return commands.IdempotencyKey{Account: account, Scope: scope, Key: hex.EncodeToString(digest[:])}
}

// Digest begins the digest of a request that is sent with a key. To be written to it
// is whatever makes it this request and no other, its body as it comes.
func Digest(key string) hash.Hash {
	return hmac.New(sha256.New, []byte(usedForBodies+key))
}
