package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/turns"
	"github.com/usher-engine/usher/domain"
)

const (
	// smallBody is how long a body is at most that needs no turn, in bytes: many of
	// them hold little.
	smallBody         = 64 << 10
	bulkAtOnce        = 6 // for the whole server
	bulkAtOnceAccount = 2
	// bulkWaits is how long a request waits for its turn, and bulkBodyLasts how long
	// its body may then take: others wait for it.
	bulkWaits     = 3 * time.Second
	bulkBodyLasts = 30 * time.Second
)

// bulks is the turns of bulk requests: what they hold in memory is bounded by how many
// there are at once.
type bulks struct {
	server   *turns.Of[struct{}]
	accounts *turns.Of[domain.AccountID]
}

func newBulks() bulks {
	return bulks{server: turns.New[struct{}](bulkAtOnce), accounts: turns.New[domain.AccountID](bulkAtOnceAccount)}
}

// enter waits for a turn, which leave ends: first among those of the account, so that
// one account never holds the turns of others.
func (b bulks) enter(ctx context.Context, account domain.AccountID) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, bulkWaits)
	defer cancel()
	leaveAccount, err := b.accounts.Enter(ctx, account)
	if err != nil {
		return nil, notInTurn(err)
	}
	leaveServer, err := b.server.Enter(ctx, struct{}{})
	if err != nil {
		leaveAccount()
		return nil, notInTurn(err)
	}
	return func() { leaveServer(); leaveAccount() }, nil
}

func notInTurn(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return httpkit.NewProblem(domain.BulkBusy, "as many bulk requests are under way as are taken at once; try again in a few seconds")
	}
	return err
}

// inTurn handles a bulk request when it is its turn, its body still unread.
func (a *api) inTurn(w http.ResponseWriter, r *http.Request, x *httpkit.Exchange, rt route, handle func()) error {
	if err := rt.mistyped(r.Header); r.ContentLength != 0 && err != nil {
		answerUnread(w, r)
		return err
	}
	if r.ContentLength > maxBulkBody {
		discard(w, r)
		answerUnread(w, r)
		return notRead(&http.MaxBytesError{Limit: maxBulkBody})
	}
	if r.ContentLength < 0 || r.ContentLength > smallBody {
		leave, err := a.bulks.enter(r.Context(), x.Account)
		if err != nil {
			answerUnread(w, r)
			return err
		}
		x.Rest = sync.OnceFunc(leave)
		defer x.Rest()
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBulkBody)
	control := http.NewResponseController(w)
	if err := control.SetReadDeadline(time.Now().Add(bulkBodyLasts)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	handle()
	return nil
}

// discard lets a body that is not much too large pass by unseen, for those before Usher
// who look at an answer only when they have sent all: Apache httpd is one.
func discard(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength > 2*maxBulkBody {
		return
	}
	if err := http.NewResponseController(w).SetReadDeadline(time.Now().Add(discardLasts)); err == nil {
		_, _ = io.Copy(io.Discard, r.Body) // the answer is the same
	}
}

// discardLasts is how long a body may take that nobody reads.
const discardLasts = 5 * time.Second

// bulkInput is what a bulk request says beside its rows.
type bulkInput struct {
	InAccount
	Keyed
}

// bulk is a command on many rows.
type bulk[T, B any] struct {
	run func(context.Context, commands.Request, *bulkInput, T) (B, error)
	// again reads an answer as it was kept, and takes from the body what was not; nil
	// where answers are kept whole.
	again func([]byte, T) (B, error)
}

// bulkCommand registers a command on many rows, whose body is a T. The body is read
// once, as a stream, when nobody who may not can be meant any more.
func bulkCommand[T, B any](a *api, rt route, c bulk[T, B]) {
	rt.codes = append(rt.codes, domain.BulkBusy, httpkit.RequestTimeout)
	op := a.operation(ofCommand(rt))
	if _, later := any(*new(B)).(accepted); later {
		op.Parameters = append(op.Parameters, preferParameter())
		op.Responses["202"] = &huma.Response{Description: "It goes on by itself.", Content: map[string]*huma.MediaType{
			"application/json": {Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[B](), true, "")},
		}}
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *bulkInput) (*bulkAnswer[B], error) {
		var body T
		if err := readRows(httpkit.ExchangeOf(ctx), &body); err != nil {
			return nil, refuse(ctx, err)
		}
		if dry, can := any(body).(interface{ isDryRun() bool }); can && dry.isDryRun() {
			httpkit.ExchangeOf(ctx).Digest = nil // nothing of it is kept
		}
		again := asKept[B]
		if c.again != nil {
			again = func(kept []byte) (B, error) { return c.again(kept, body) }
		}
		given, err := carryOut(ctx, a, in, func(ctx context.Context, request commands.Request) (B, error) { return c.run(ctx, request, in, body) }, again)
		if err != nil {
			return nil, err
		}
		return bulkAnswerOf(httpkit.ExchangeOf(ctx), given), nil
	})
	// Said before, it would be huma that reads the body.
	a.huma.OpenAPI().Paths[rt.path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/json": {Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")},
	}}
}

// readRows reads a request's body as a stream, and its digest on the way.
func readRows(x *httpkit.Exchange, body any) error {
	var stream io.Reader = x.Request.Body
	if x.Digest != nil {
		stream = io.TeeReader(stream, x.Digest)
	}
	return unmarshalStream(stream, body)
}
