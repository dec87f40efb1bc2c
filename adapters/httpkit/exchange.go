package httpkit

import (
	"context"
	"hash"
	"net/http"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// Exchange is one request with what became known of it on its way, kept in its
// context. The log line and the figures are made of it.
type Exchange struct {
	ID    string // in the log, and in the answer's X-Request-Id
	Route string // the pattern; never the path, which can hold a token
	Code  domain.Code
	Fault error // behind an answer that says nothing of it

	Request *http.Request
	Network string    // that it came from; see SourceOf
	Digest  hash.Hash // of what came, where the request has an idempotency key
	Account domain.AccountID
	Caller  commands.Caller
	Token   string // of the caller's session
	// Applied is which of its preferences a request was answered by.
	Applied string
	// Rest ends the turn of a request that is answered only after a while; nil where it has none.
	Rest func()
}

type exchangeKey struct{}

func withExchange(r *http.Request, x *Exchange) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
}

// ExchangeOf returns the exchange that a context belongs to; every request has one.
func ExchangeOf(ctx context.Context) *Exchange {
	x, ok := ctx.Value(exchangeKey{}).(*Exchange)
	if !ok {
		return &Exchange{}
	}
	return x
}

// Note keeps what the log line says of a problem.
func (x *Exchange) Note(problem *Problem) {
	x.Code = problem.Code
	if problem.cause != nil {
		x.Fault = problem.cause
	}
}

// Inputs returns where refusals that name a field place it.
func (x *Exchange) Inputs() string {
	if x.Request != nil && x.Request.Method != http.MethodGet {
		return "body"
	}
	return "query"
}
