package httpapi

import (
	"context"
	"net/http"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// exchange is one request with what became known of it on its way, kept in its
// context. The log line and the figures are made of it.
type exchange struct {
	id    string // in the log, and in the answer's X-Request-Id
	route string // the pattern; never the path, which can hold a token
	code  domain.Code
	fault error // behind an answer that says nothing of it

	request *http.Request
	body    []byte // as it came
	account domain.AccountID
	caller  commands.Caller
	token   string // of the caller's session
}

type exchangeKey struct{}

func withExchange(r *http.Request, x *exchange) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
}

// exchangeOf is the exchange that a context belongs to; every request has one.
func exchangeOf(ctx context.Context) *exchange {
	x, ok := ctx.Value(exchangeKey{}).(*exchange)
	if !ok {
		return &exchange{}
	}
	return x
}

// note keeps what the log line says of a problem.
func (x *exchange) note(problem *Problem) {
	x.code = problem.Code
	if problem.cause != nil {
		x.fault = problem.cause
	}
}

// inputs is where refusals that name a field place it.
func (x *exchange) inputs() string {
	if x.request != nil && x.request.Method != http.MethodGet {
		return "body"
	}
	return "query"
}

// writeProblem answers outside of huma.
func writeProblem(w http.ResponseWriter, x *exchange, problem *Problem) {
	x.note(problem)
	text, err := marshal(problem)
	if err != nil {
		text = []byte("{}")
	}
	for name, values := range problem.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", problem.ContentType(""))
	w.WriteHeader(problem.Status)
	_, _ = w.Write(text)
}
