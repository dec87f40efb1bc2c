package passwords

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// Longest is the greatest number of code points in a password, after Unicode
// normalisation. There is no truncation below it.
const Longest = 256

const (
	saltLength = 16 // bytes
	keyLength  = 32 // bytes
)

// Cost is how dear a hash is, and how many are worked at. Fields that are zero
// take the value of Default.
type Cost struct {
	Passes    uint32 // over the memory
	MemoryKiB uint32
	Threads   uint8 // that one hash uses
	AtOnce    int   // hashes in the works; they share the memory AtOnce * MemoryKiB
	Waiting   int   // hashes that wait for their turn; more are refused
}

// Default is OWASP's setting for argon2id, with one hash for each core at once. Of a crowd
// as many wait as it has connections: whoever is sent away comes again at once, and costs
// more than whoever waits.
func Default() Cost {
	return Cost{Passes: 2, MemoryKiB: 19 * 1024, Threads: 1, AtOnce: runtime.GOMAXPROCS(0), Waiting: 1024}
}

// Passwords implements commands.Passwords. It is safe for concurrent use.
type Passwords struct {
	settings settings // of new hashes
	queue    *queue
}

var _ commands.Passwords = (*Passwords)(nil)

// New makes a hasher of this cost.
func New(cost Cost) *Passwords {
	standard := Default()
	return &Passwords{
		settings: settings{
			passes:    or(cost.Passes, standard.Passes),
			memoryKiB: or(cost.MemoryKiB, standard.MemoryKiB),
			threads:   or(cost.Threads, standard.Threads),
		},
		queue: newQueue(or(cost.AtOnce, standard.AtOnce), or(cost.Waiting, standard.Waiting)),
	}
}

func or[number comparable](given, standard number) number {
	var zero number
	if given == zero {
		return standard
	}
	return given
}

// Hash returns a password's hash as a PHC string with a fresh salt. It refuses
// with domain.PasswordInvalid, domain.PasswordTooLong or domain.TooBusy, and
// fails with the context's error where that ends before the turn comes.
func (p *Passwords) Hash(ctx context.Context, who commands.HashFor, password string) (string, error) {
	normal, err := normalise(password)
	if err != nil {
		return "", err
	}
	made := record{settings: p.settings, salt: make([]byte, saltLength)}
	rand.Read(made.salt) // which never fails
	made.key, err = p.derive(ctx, who, made, normal)
	if err != nil {
		return "", err
	}
	return made.String(), nil
}

// Verify reports whether a password is the one that was hashed, however its
// characters are composed. Where there is no hash, or one that cannot be read,
// it does the same work and the answer is false. It refuses with
// domain.TooBusy, and fails with the context's error where that ends before the
// turn comes.
func (p *Passwords) Verify(ctx context.Context, who commands.HashFor, hash, password string) (bool, error) {
	kept, known := parseRecord(hash)
	if !known {
		kept = record{settings: p.settings, salt: make([]byte, saltLength), key: make([]byte, keyLength)}
	}
	normal, refusal := normalise(password)
	key, err := p.derive(ctx, who, kept, normal)
	if err != nil {
		return false, err
	}
	same := subtle.ConstantTimeCompare(key, kept.key) == 1
	return same && known && refusal == nil, nil
}

// NeedsRehash reports whether a hash is cheaper than new ones are, or cannot be
// read.
func (p *Passwords) NeedsRehash(hash string) bool {
	kept, known := parseRecord(hash)
	return !known || kept.passes < p.settings.passes || kept.memoryKiB < p.settings.memoryKiB ||
		kept.threads < p.settings.threads || len(kept.salt) < saltLength
}

func (p *Passwords) derive(ctx context.Context, who commands.HashFor, r record, password string) ([]byte, error) {
	leave, err := p.queue.enter(ctx, who)
	if err != nil {
		return nil, err
	}
	defer leave()
	return argon2.IDKey([]byte(password), r.salt, r.passes, r.memoryKiB, r.threads, keyLength), nil
}

// rawBytesPerCharacter bounds what is looked at for one code point of the
// normal form: decomposed Hangul needs nine bytes.
const rawBytesPerCharacter = 9

// normalise composes a password, so that one typed on another keyboard is the
// same.
func normalise(password string) (string, error) {
	if len(password) > Longest*rawBytesPerCharacter {
		return "", refuseTooLong()
	}
	if !utf8.ValidString(password) || strings.ContainsRune(password, 0) {
		return "", domain.Refuse(domain.PasswordInvalid, "the password has characters that cannot be typed: choose another")
	}
	normal := norm.NFC.String(password)
	if utf8.RuneCountInString(normal) > Longest {
		return "", refuseTooLong()
	}
	return normal, nil
}

func refuseTooLong() *domain.Refusal {
	return domain.Refuse(domain.PasswordTooLong, fmt.Sprintf("a password has at most %d characters", Longest))
}
