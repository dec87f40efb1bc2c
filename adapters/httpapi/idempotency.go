package httpapi

import (
	"context"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"net/http"

	"github.com/go-json-experiment/json"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/once"
	"github.com/usher-engine/usher/domain"
)

// scoped is an input that says in whose name its idempotency key counts,
// whatever the account. All others count in the name of whoever is signed in, in
// the account of the path.
type scoped interface {
	scope() string
}

// discreet is an answer that holds what must not be kept: a secret that is shown only
// once, or somebody's contact. It is kept as this.
type discreet interface{ toKeep() any }

// begin remembers a request that has a key, and gives it the command id that it
// had the first time; nil for a request that has none.
func (a *api) begin(ctx context.Context, x *httpkit.Exchange, request *commands.Request, input any) (*once.Attempt, error) {
	if x.Digest == nil {
		return nil, nil //nolint:nilnil // because a request without a key is not remembered
	}
	asked := once.Request{Key: keyOf(x.Request), Digest: [32]byte(x.Digest.Sum(nil)), Command: request.Command, Public: x.Caller.Kind == ""}
	var err error
	if asked.Account, asked.Scope, err = a.scopeOf(ctx, x, input); err != nil {
		return nil, err
	}
	try, err := a.once.Begin(ctx, asked)
	if err != nil {
		return nil, aboutKey(err)
	}
	request.New = try.Command == request.Command
	request.Command = try.Command
	return &try, nil
}

// keyOf is the request's key; of several, none is the key.
func keyOf(r *http.Request) string {
	if keys := r.Header.Values("Idempotency-Key"); len(keys) == 1 {
		return keys[0]
	}
	return ""
}

// digestOf begins the digest of a request that has a key; nil for one that has none.
func digestOf(r *http.Request) hash.Hash {
	if len(r.Header.Values("Idempotency-Key")) == 0 {
		return nil
	}
	digest := once.Digest(keyOf(r))
	_, _ = io.WriteString(digest, r.Method+" "+r.URL.RequestURI()+"\n") // a hash takes everything
	return digest
}

// aboutKey says of a refused key where it is.
func aboutKey(err error) error {
	problem := httpkit.ProblemOf(err, "header")
	message := problem.Detail
	if problem.Code == domain.IdempotencyKeyReused {
		message = "use a key for one request only"
	} else if problem.Code != domain.InvalidIdempotencyKey {
		return err
	}
	problem.Errors = []httpkit.Fault{{Location: "header.Idempotency-Key", Code: problem.Code, Message: message}}
	return problem
}

// finish keeps what a request came to, if it has a key. A failure is logged only:
// the command is done.
func (a *api) finish(ctx context.Context, try *once.Attempt, refused domain.Code, status int, body any) {
	if try == nil {
		return
	}
	if shown, ok := body.(discreet); ok {
		body = shown.toKeep()
	}
	text, err := marshal(body)
	if err == nil {
		err = try.Finish(ctx, once.Answer{Refused: refused, Status: status, Text: text})
	}
	if err != nil {
		a.Logger.ErrorContext(ctx, "an answer was not kept for its idempotency key",
			slog.String("request_id", httpkit.ExchangeOf(ctx).ID), slog.Any("error", err))
	}
}

// replay gives the answer that was kept, which again reads and makes whole.
func replay[B any](kept once.Answer, again func([]byte) (B, error)) (*answer[B], error) {
	if kept.Status >= http.StatusBadRequest {
		problem := &httpkit.Problem{}
		if err := json.Unmarshal(kept.Text, problem); err != nil {
			return nil, httpkit.ProblemOf(fmt.Errorf("read a kept refusal: %w", err), "body")
		}
		return nil, problem.Again()
	}
	body, err := again(kept.Text)
	if err != nil {
		return nil, httpkit.ProblemOf(fmt.Errorf("read a kept answer: %w", err), "body")
	}
	return &answer[B]{Replayed: "true", Body: body}, nil
}

// asKept reads an answer that is kept whole.
func asKept[B any](text []byte) (body B, err error) {
	err = json.Unmarshal(text, &body)
	return body, err
}

// scopeOf says in which account and in whose name a request's key counts.
func (a *api) scopeOf(ctx context.Context, x *httpkit.Exchange, input any) (domain.AccountID, string, error) {
	if s, ok := input.(scoped); ok {
		name, err := a.App.Pseudonym(ctx, x.Account.String()+" "+s.scope()) // which can hold a login
		return domain.AccountID{}, name, err
	}
	if x.Caller.Kind == domain.ActorOperator {
		return x.Account, string(domain.ActorOperator), nil
	}
	if !x.Caller.Token.IsZero() { // which may not see what a session is answered
		return x.Account, x.Caller.Person.String() + " by " + x.Caller.Token.String(), nil
	}
	return x.Account, x.Caller.Person.String(), nil
}
