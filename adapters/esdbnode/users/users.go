package users

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"google.golang.org/grpc/codes"

	"github.com/usher-engine/usher/adapters/esdbnode/rights"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/adapters/passwords"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/bounded"
	"github.com/usher-engine/usher/domain"
)

// remembered is how many passwords are known to be right, so that not every call
// costs a hash.
const remembered = 1000

// Users are the users in a store. Its methods may be called from many goroutines.
type Users struct {
	store     *store.Store
	judge     *rights.Judge
	passwords *passwords.Passwords

	secret   [sha256.Size]byte
	verified *bounded.Cache[proof, string] // the hash that a password was compared with
}

// proof stands for a name and a password. Who does not know the secret cannot
// tell the password from it.
type proof [sha256.Size]byte

// Open finds the users of a store. Where admin and ops have no password yet, as in
// a store that kept no users before, they get the first one.
func Open(ctx context.Context, s *store.Store, judge *rights.Judge, first string) (*Users, error) {
	u := &Users{store: s, judge: judge, passwords: passwords.New(passwords.Cost{}), verified: bounded.New[proof, string](remembered)}
	rand.Read(u.secret[:]) // which never fails
	for _, name := range []string{"admin", "ops"} {
		if err := u.begin(ctx, name, first); err != nil {
			return nil, fmt.Errorf("give the user %s a password: %w", name, err)
		}
	}
	return u, nil
}

func (u *Users) begin(ctx context.Context, name, first string) error {
	found, err := u.find(ctx, name)
	if errors.As(err, new(*store.NotFound)) || err == nil && found.Hash != "" {
		return nil
	}
	if err != nil {
		return err
	}
	if first == "" {
		return errors.New("there is none")
	}
	if found.Hash, err = u.hash(ctx, first); err != nil {
		return err
	}
	return u.write(ctx, found, updated)
}

// Caller returns who calls with a name and a password, from a network. Who is wrong is
// refused, a user who does not exist like any other.
func (u *Users) Caller(ctx context.Context, network, name, password string) (rights.Caller, error) {
	found, err := u.find(ctx, name)
	if err != nil && !errors.As(err, new(*store.NotFound)) {
		return rights.Caller{}, err
	}
	proof := u.proof(name, password)
	hash, known, age := u.verified.Recall(proof)
	if !known || hash != found.Hash || found.Hash == "" {
		same, err := u.passwords.Verify(ctx, commands.HashFor{Network: network}, found.Hash, password)
		if err != nil {
			return rights.Caller{}, refused(err)
		}
		if !same {
			return rights.Caller{}, Unauthenticated()
		}
		u.verified.Remember(age, proof, found.Hash)
	}
	if found.Disabled {
		return rights.Caller{}, Unauthenticated()
	}
	return rights.Caller{Name: found.LoginName, Groups: found.Groups}, nil
}

// Unauthenticated refuses who is not who they say.
func Unauthenticated() error {
	return &wire.Failure{Code: codes.Unauthenticated, Message: "Unauthenticated"}
}

func (u *Users) proof(name, password string) (p proof) {
	mac := hmac.New(sha256.New, u.secret[:])
	fmt.Fprintf(mac, "%d:%s%s", len(name), name, password)
	mac.Sum(p[:0])
	return p
}

func (u *Users) hash(ctx context.Context, password string) (string, error) {
	hash, err := u.passwords.Hash(ctx, commands.HashFor{Known: true}, password)
	return hash, refused(err)
}

// refused is a refusal of a password as clients see it.
func refused(err error) error {
	refusal, ok := errors.AsType[*domain.Refusal](err)
	switch {
	case !ok:
		return err
	case refusal.Code == domain.TooBusy:
		return wire.Unavailable("Server Is Too Busy")
	}
	return wire.Invalid("%s", refusal.Message)
}
