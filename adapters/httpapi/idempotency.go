package httpapi

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/go-json-experiment/json"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

const (
	maxKey = 255
	// usedForKeys and usedForBodies keep the two digests of a key apart.
	usedForKeys, usedForBodies = "usher idempotency key ", "usher idempotency body "
)

// scoped is an input that says in whose name its idempotency key counts,
// whatever the account. All others count in the name of whoever is signed in, in
// the account of the path.
type scoped interface {
	scope() string
}

// attempt is one try of a request that has an idempotency key; the zero value is
// a request that has none.
type attempt struct {
	key    commands.IdempotencyKey
	record commands.IdempotencyRecord
	given  bool
}

func (t attempt) answered() bool { return t.given && t.record.Status != 0 }

// begin remembers the request before anything is done, and gives it the command
// id that it had the first time.
//
// Neither the key nor what would help to guess a body is kept: bodies hold
// passwords. The digest of the body is keyed by the client's key, and of that
// only a digest is stored.
func (a *api) begin(ctx context.Context, x *exchange, request *commands.Request, input any) (attempt, error) {
	key, given, err := idempotencyKey(x.request.Header)
	if err != nil || !given {
		return attempt{}, err
	}
	try := attempt{given: true}
	if try.key.Account, try.key.Scope, err = a.scopeOf(ctx, x, input); err != nil {
		return attempt{}, err
	}
	hidden := sha256.Sum256([]byte(usedForKeys + key))
	try.key.Key = hex.EncodeToString(hidden[:])
	digest := digestOf(key, x)
	try.record, err = a.App.Vault.BeginRequest(ctx, try.key, commands.IdempotencyRecord{
		Digest: digest, Command: request.Command, At: a.Now(),
	})
	if err != nil {
		return attempt{}, fmt.Errorf("remember the request: %w", err)
	}
	if try.record.Digest != digest {
		return attempt{}, newProblem(domain.IdempotencyKeyReused, "another request was sent with this key; choose a new one",
			Fault{Location: "header.Idempotency-Key", Code: domain.IdempotencyKeyReused, Message: "use a key for one request only"})
	}
	request.Command = try.record.Command
	return try, nil
}

// secretive is an answer that holds what is shown only once; it is kept without.
type secretive interface{ withoutSecret() any }

// finish keeps the answer. A failure is logged only: the command is done, and
// done again under the same id it gives the same answer.
func (a *api) finish(ctx context.Context, try attempt, status int, body any) {
	if !try.given {
		return
	}
	if shown, ok := body.(secretive); ok {
		body = shown.withoutSecret()
	}
	text, err := marshal(body)
	if err == nil {
		err = a.App.Vault.FinishRequest(ctx, try.key, status, text)
	}
	if err != nil {
		a.Logger.ErrorContext(ctx, "an answer was not kept for its idempotency key",
			slog.String("request_id", exchangeOf(ctx).id), slog.Any("error", err))
	}
}

// replay gives the answer that was kept.
func replay[B any](try attempt) (*answer[B], error) {
	if try.record.Status >= http.StatusBadRequest {
		problem := &Problem{replayed: true}
		if err := json.Unmarshal(try.record.Answer, problem); err != nil {
			return nil, ProblemOf(fmt.Errorf("read a kept refusal: %w", err), "body")
		}
		return nil, problem
	}
	kept := &answer[B]{Replayed: "true"}
	if err := json.Unmarshal(try.record.Answer, &kept.Body); err != nil {
		return nil, ProblemOf(fmt.Errorf("read a kept answer: %w", err), "body")
	}
	return kept, nil
}

// scopeOf says in which account and in whose name a request's key counts.
func (a *api) scopeOf(ctx context.Context, x *exchange, input any) (domain.AccountID, string, error) {
	if s, ok := input.(scoped); ok {
		name, err := a.App.Pseudonym(ctx, x.account.String()+" "+s.scope()) // which can hold a login
		return domain.AccountID{}, name, err
	}
	if x.caller.Kind == domain.ActorOperator {
		return x.account, string(domain.ActorOperator), nil
	}
	if !x.caller.Token.IsZero() { // which may not see what a session is answered
		return x.account, x.caller.Person.String() + " by " + x.caller.Token.String(), nil
	}
	return x.account, x.caller.Person.String(), nil
}

// idempotencyKey is the request's key, if it has one.
func idempotencyKey(header http.Header) (string, bool, error) {
	keys := header.Values("Idempotency-Key")
	if len(keys) == 0 {
		return "", false, nil
	}
	valid := len(keys) == 1 && keys[0] != "" && len(keys[0]) <= maxKey
	for _, sign := range []byte(keys[0]) {
		valid = valid && sign > ' ' && sign < 0x7f
	}
	if !valid {
		const message = "a key has 1 to 255 visible ASCII characters, and is given once"
		return "", false, newProblem(domain.InvalidIdempotencyKey, message,
			Fault{Location: "header.Idempotency-Key", Code: domain.InvalidIdempotencyKey, Message: message})
	}
	return keys[0], true, nil
}

func digestOf(key string, x *exchange) [32]byte {
	mac := hmac.New(sha256.New, []byte(usedForBodies+key))
	fmt.Fprintf(mac, "%s %s\n", x.request.Method, x.request.URL.RequestURI())
	mac.Write(x.body)
	return [32]byte(mac.Sum(nil))
}
