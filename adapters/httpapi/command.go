package httpapi

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/usher-engine/usher/adapters/httpkit"
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
	huma.Register(a.huma, a.operation(ofCommand(rt)), func(ctx context.Context, in *I) (*answer[B], error) {
		return carryOut(ctx, a, in, func(ctx context.Context, request commands.Request) (B, error) { return run(ctx, request, in) }, asKept[B])
	})
}

// ofCommand is a route with what all commands have in common.
func ofCommand(rt route) route {
	rt.codes = append(rt.codes, domain.InvalidIdempotencyKey, domain.IdempotencyKeyReused, domain.Contended)
	return rt
}

// carryOut runs a command, or gives the answer that it gave before, which again reads.
func carryOut[B any](ctx context.Context, a *api, in any,
	run func(context.Context, commands.Request) (B, error), again func([]byte) (B, error),
) (*answer[B], error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commandLasts)
	defer cancel()
	x := httpkit.ExchangeOf(ctx)
	request := commands.Request{Command: a.App.NewCommand(), New: true, Caller: x.Caller, Account: x.Account, Network: x.Network}
	try, err := a.begin(ctx, x, &request, in)
	if err != nil {
		return nil, refuse(ctx, err)
	}
	if try != nil {
		if kept, answered := try.Answered(); answered {
			return replay(kept, again)
		}
	}
	body, err := run(ctx, request)
	if err != nil {
		problem := httpkit.ProblemOf(err, "body").Towards(x)
		refused := problem.Code
		if problem.DidYouMean() != "" { // it is never kept, as it holds a contact, and is worked out again
			refused = domain.ConfirmContact
		}
		a.finish(ctx, try, refused, problem.Status, problem)
		return nil, problem
	}
	a.finish(ctx, try, "", statusOf(body), body)
	return &answer[B]{Body: body}, nil
}
