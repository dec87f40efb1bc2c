package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// commandLasts bounds a command, which goes on when its client has gone.
const commandLasts = 2 * time.Minute

// Keyed is the part of a command's input that makes it safe to send again.
type Keyed struct {
	Key string `header:"Idempotency-Key" doc:"Makes it safe to send this again: the same key with the same request gives the same answer, and nothing happens twice. 1 to 255 visible ASCII characters; remembered for seven days." example:"7c1f6b1e-invite-monday"`
}

// done is the answer to a command that has nothing else to say.
type done struct {
	Position string `json:"position" doc:"Where in the log the effect stands; give it to a list as Usher-Position to see the effect there." example:"42"`
}

// answer is a command's success.
type answer[B any] struct {
	Replayed string `header:"Idempotency-Replayed" doc:"\"true\" where this answer was given before, to the same request with the same key."`
	Body     B
}

// command registers a route that changes something. Its handler may be run again
// under the same command id, and then gives the same answer.
func command[I, B any](a *api, rt route, run func(context.Context, commands.Request, *I) (B, error)) {
	rt.codes = append(rt.codes, domain.InvalidIdempotencyKey, domain.IdempotencyKeyReused, domain.Contended)
	huma.Register(a.huma, a.operation(rt), func(ctx context.Context, in *I) (*answer[B], error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commandLasts)
		defer cancel()
		x := exchangeOf(ctx)
		request := commands.Request{Command: a.App.NewCommand(), Caller: x.caller, Account: x.account}
		seen, err := a.begin(ctx, x, &request, in)
		if err != nil {
			return nil, refuse(ctx, err)
		}
		if seen.answered() {
			return replay[B](seen)
		}
		body, err := run(ctx, request, in)
		if err != nil {
			problem := ProblemOf(err, "body")
			if isFinal(problem.Status) {
				a.finish(ctx, seen, problem.Status, problem)
			}
			return nil, problem
		}
		a.finish(ctx, seen, http.StatusOK, body)
		return &answer[B]{Body: body}, nil
	})
}

// isFinal reports whether asking again with the same key may give the same
// refusal. Who signs in, or waits, is answered anew.
func isFinal(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return status < http.StatusInternalServerError
}
