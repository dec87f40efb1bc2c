package commandstest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// Vault is a vault in memory.
type Vault struct {
	// Fails is what all of it answers from now on; nil where it works.
	Fails error
	// FailsUses is what noting a use answers from now on, as where there is no space.
	FailsUses error

	mu          sync.Mutex
	dataKeys    map[domain.PersonID]bool
	credentials map[domain.CredentialID]string
	sessions    map[[32]byte]commands.Session
	networks    map[domain.PersonID]map[commands.Pseudonym]time.Time
	tokens      map[[32]byte]commands.APIToken
	requests    map[commands.IdempotencyKey]commands.IdempotencyRecord
	counters    map[commands.CounterKey]commands.Counter
	batches     batches
}

var _ commands.Vault = (*Vault)(nil)

// NewVault returns a vault that holds nothing but its keys, which are always the same.
func NewVault() *Vault {
	return &Vault{
		dataKeys: map[domain.PersonID]bool{}, credentials: map[domain.CredentialID]string{}, sessions: map[[32]byte]commands.Session{},
		networks: map[domain.PersonID]map[commands.Pseudonym]time.Time{}, tokens: map[[32]byte]commands.APIToken{}, requests: map[commands.IdempotencyKey]commands.IdempotencyRecord{},
		counters: map[commands.CounterKey]commands.Counter{}, batches: batches{all: map[domain.BatchID]*kept{}},
	}
}

// HasDataKey reports whether somebody's data key was made.
func (v *Vault) HasDataKey(id domain.PersonID) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.dataKeys[id]
}

// Used returns how much is used of all limits together.
func (v *Vault) Used() (used int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, counter := range v.counters {
		used += counter.Used
	}
	return used
}

func (v *Vault) Installation(context.Context) (uuid.UUID, error) { return uuid.UUID{1}, v.Fails }

func (v *Vault) LookupKey(_ context.Context, account domain.AccountID) ([]byte, error) {
	key := sha256.Sum256([]byte("lookup key of " + account.String()))
	return key[:], v.Fails
}

func (v *Vault) LinkKeys(context.Context) (map[byte][]byte, error) {
	key := sha256.Sum256([]byte("link key"))
	return map[byte][]byte{1: key[:]}, v.Fails
}

func (v *Vault) EnsureDataKeys(_ context.Context, people []domain.PersonID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, one := range people {
		v.dataKeys[one] = true
	}
	return v.Fails
}

func (v *Vault) SaveCredential(_ context.Context, id domain.CredentialID, hash string, _ time.Time) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, taken := v.credentials[id]; !taken {
		v.credentials[id] = hash
	}
	return v.Fails
}

func (v *Vault) Credential(_ context.Context, id domain.CredentialID) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.credentials[id], v.Fails
}

func (v *Vault) StartSession(_ context.Context, digest [32]byte, session commands.Session) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.sessions[digest] = session
	return v.Fails
}

func (v *Vault) FindSession(_ context.Context, digest [32]byte) (commands.Session, bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	session, found := v.sessions[digest]
	return session, found, v.Fails
}

func (v *Vault) SessionsOf(_ context.Context, person domain.PersonID, limit int) ([]commands.Session, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var all []commands.Session
	for _, session := range v.sessions {
		if session.Person == person {
			all = append(all, session)
		}
	}
	slices.SortFunc(all, func(a, b commands.Session) int {
		return cmp.Or(b.UsedAt.Compare(a.UsedAt), cmp.Compare(a.ID.String(), b.ID.String()))
	})
	return all[:min(limit, len(all))], v.Fails
}

func (v *Vault) UseSession(_ context.Context, digest [32]byte, at time.Time) error {
	if v.FailsUses != nil {
		return v.FailsUses
	}
	return v.changeSession(digest, func(s *commands.Session) { s.UsedAt = at })
}

func (v *Vault) KeepSession(_ context.Context, digest [32]byte, now, next domain.CredentialID) error {
	return v.changeSession(digest, func(s *commands.Session) { s.Credential, s.Next = now, next })
}

func (v *Vault) changeSession(digest [32]byte, change func(*commands.Session)) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if session, found := v.sessions[digest]; found {
		change(&session)
		v.sessions[digest] = session
	}
	return v.Fails
}

func (v *Vault) EndSession(_ context.Context, digest [32]byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.sessions, digest)
	return v.Fails
}

func (v *Vault) Ended(_ context.Context, digests iter.Seq[[32]byte], _ uint64) (ended [][32]byte, mark uint64, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for digest := range digests {
		if _, there := v.sessions[digest]; !there {
			ended = append(ended, digest)
		}
	}
	return ended, 0, v.Fails
}

func (v *Vault) EndSessionOf(_ context.Context, person domain.PersonID, id domain.SessionID) (bool, error) {
	return v.endSessions(func(_ [32]byte, s commands.Session) bool { return s.Person == person && s.ID == id }) > 0, v.Fails
}

func (v *Vault) EndVoidSessions(_ context.Context, person domain.PersonID, epoch int, credential domain.CredentialID) error {
	v.endSessions(func(_ [32]byte, s commands.Session) bool {
		return s.Person == person && (s.Epoch != epoch || s.Credential != credential && s.Next != credential)
	})
	return v.Fails
}

func (v *Vault) EndSessionsOf(_ context.Context, person domain.PersonID, kept [32]byte) error {
	v.endSessions(func(digest [32]byte, s commands.Session) bool { return s.Person == person && digest != kept })
	return v.Fails
}

func (v *Vault) endSessions(which func([32]byte, commands.Session) bool) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	before := len(v.sessions)
	maps.DeleteFunc(v.sessions, which)
	return before - len(v.sessions)
}

func (v *Vault) RememberNetwork(_ context.Context, person domain.PersonID, network commands.Pseudonym, at time.Time) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.networks[person] == nil {
		v.networks[person] = map[commands.Pseudonym]time.Time{}
	}
	v.networks[person][network] = at
	return v.Fails
}

func (v *Vault) NetworkSeen(_ context.Context, person domain.PersonID, network commands.Pseudonym) (time.Time, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.networks[person][network], v.Fails
}

func (v *Vault) SaveAPIToken(_ context.Context, digest [32]byte, token commands.APIToken) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, taken := v.tokens[digest]; taken {
		return fmt.Errorf("there is a token of this secret: %w", errors.ErrUnsupported)
	}
	v.tokens[digest] = token
	return v.Fails
}

func (v *Vault) FindAPIToken(_ context.Context, digest [32]byte) (commands.APIToken, bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	token, found := v.tokens[digest]
	return token, found, v.Fails
}

func (v *Vault) APITokensOf(_ context.Context, person domain.PersonID) ([]commands.APIToken, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var all []commands.APIToken
	for _, token := range v.tokens {
		if token.Person == person {
			all = append(all, token)
		}
	}
	slices.SortFunc(all, func(a, b commands.APIToken) int {
		return cmp.Or(a.MadeAt.Compare(b.MadeAt), cmp.Compare(a.ID.String(), b.ID.String()))
	})
	return all, v.Fails
}

func (v *Vault) UseAPIToken(_ context.Context, digest [32]byte, at time.Time) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if token, found := v.tokens[digest]; found {
		token.UsedAt = at
		v.tokens[digest] = token
	}
	return cmp.Or(v.FailsUses, v.Fails)
}

func (v *Vault) ForgetAPIToken(_ context.Context, id domain.TokenID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	maps.DeleteFunc(v.tokens, func(_ [32]byte, token commands.APIToken) bool { return token.ID == id })
	return v.Fails
}

func (v *Vault) BeginRequest(_ context.Context, key commands.IdempotencyKey, record commands.IdempotencyRecord) (commands.IdempotencyRecord, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if known, there := v.requests[key]; there {
		return known, v.Fails
	}
	v.requests[key] = record
	return record, v.Fails
}

func (v *Vault) KnowsRequest(_ context.Context, key commands.IdempotencyKey) (bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	_, there := v.requests[key]
	return there, v.Fails
}

func (v *Vault) FinishRequest(_ context.Context, key commands.IdempotencyKey, status int, answer []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if record, there := v.requests[key]; there && record.Status == 0 { // the first answer stays
		record.Status, record.Answer = status, answer
		v.requests[key] = record
	}
	return v.Fails
}

func (v *Vault) ForgetRequest(_ context.Context, key commands.IdempotencyKey, command domain.CommandID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if known, there := v.requests[key]; there && known.Status == 0 && known.Command == command {
		delete(v.requests, key)
	}
	return v.Fails
}

// Requests returns what is remembered of requests.
func (v *Vault) Requests() map[commands.IdempotencyKey]commands.IdempotencyRecord {
	v.mu.Lock()
	defer v.mu.Unlock()
	return maps.Clone(v.requests)
}

// Sweep forgets requests that have had their time.
func (v *Vault) Sweep(now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	maps.DeleteFunc(v.requests, func(_ commands.IdempotencyKey, record commands.IdempotencyRecord) bool {
		return record.At.Before(now.Add(-commands.RequestsAreKept))
	})
}

func (v *Vault) ChangeCounters(_ context.Context, keys []commands.CounterKey, change func(map[commands.CounterKey]commands.Counter)) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	shown := map[commands.CounterKey]commands.Counter{}
	for _, key := range keys {
		if counter, there := v.counters[key]; there {
			shown[key] = counter
		}
	}
	change(shown)
	maps.Copy(v.counters, shown)
	return v.Fails
}
