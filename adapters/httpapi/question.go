package httpapi

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// catchUp is how long a list waits, where nothing is asked, for what this
// instance appended, so that everybody sees his own commands at once.
const catchUp = 500 * time.Millisecond

// result is a question's answer.
type result[B any] struct{ Body B }

// question registers a route that reads, where the App judges who may.
func question[I, B any](a *api, rt route, ask func(context.Context, *I) (B, error)) {
	huma.Register(a.huma, a.operation(rt), func(ctx context.Context, in *I) (*result[B], error) {
		body, err := ask(ctx, in)
		if err != nil {
			return nil, refuse(ctx, err)
		}
		return &result[B]{Body: body}, nil
	})
}

// Reflecting is the part of a question's input that says what the answer must
// reflect.
type Reflecting struct {
	Header string `header:"Usher-Position" doc:"The position that the answer must at least reflect, as a command gave it; the answer waits for it." example:"42"`
	Query  string `query:"position" doc:"As the header Usher-Position."`
}

func (r *Reflecting) least() *Reflecting { return r }

// Paged is the part of a list's input that says which part of the list.
type Paged struct {
	Reflecting
	Cursor string `query:"cursor" doc:"The next of the page before; without it, the first page."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" doc:"The most items to answer with; 100 where nothing is said."`
}

func (p Paged) paging() projections.Paging {
	return projections.Paging{Cursor: p.Cursor, Limit: p.Limit}
}

// page is a part of a list.
type page[T any] struct {
	Items    []T    `json:"items"`
	Next     string `json:"next,omitzero" doc:"The cursor of the page that follows; absent at the end."`
	Position string `json:"position" doc:"How much of the log the items reflect." example:"42"`
}

// shown is a page of rows as they are answered.
func shown[R, T any](from projections.Page[R], show func(R) T) page[T] {
	to := page[T]{Items: make([]T, len(from.Items)), Next: from.Next, Position: from.Position.String()}
	for i, row := range from.Items {
		to.Items[i] = show(row)
	}
	return to
}

// InAccount is the part of an input that says in which account.
type InAccount struct {
	Account string `path:"account" doc:"The account's short name." example:"acme"`
}

// leastOf is an input that can name a position.
type leastOf[I any] interface {
	*I
	least() *Reflecting
}

// list registers a route that reads views, for those who may do the action, as
// far as the question says or else as far as this instance has come.
func list[I, B any, P leastOf[I]](a *api, rt route, action commands.Action, views []projections.View, ask func(context.Context, domain.AccountID, *I) (B, error)) {
	rt.codes = append(rt.codes, domain.InvalidPosition, domain.NotYet)
	question(a, rt, func(ctx context.Context, in *I) (B, error) {
		var nothing B
		x := exchangeOf(ctx)
		if _, err := a.App.Permit(ctx, x.caller, x.account, action); err != nil {
			return nothing, err
		}
		if err := a.await(ctx, *P(in).least(), views); err != nil {
			return nothing, err
		}
		return ask(ctx, x.account, in)
	})
}

// await lets the views come as far as they must.
func (a *api) await(ctx context.Context, least Reflecting, views []projections.View) error {
	asked, err := least.position()
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, a.WaitLimit)
	defer cancel()
	if asked.IsZero() {
		return a.awaitNewest(ctx, limited, views)
	}
	for _, view := range views {
		if err := a.Projectors.Wait(limited, view.Name(), asked); err != nil {
			return a.notYet(ctx, view, asked, err)
		}
	}
	return nil
}

// awaitNewest gives the views a moment for what this instance appended. A view
// that is still being built anew, and is behind what was there when this
// instance began, has no answer to give; one that something else keeps has, and
// says at which position it stands.
func (a *api) awaitNewest(ctx, limited context.Context, views []projections.View) error {
	moment, cancel := context.WithTimeout(ctx, catchUp)
	defer cancel()
	for _, view := range views {
		if a.Projectors.Wait(moment, view.Name(), a.App.Newest()) == nil {
			continue
		}
		stands, err := a.Reader.Position(ctx, view)
		if err != nil || !a.App.Head.After(stands) {
			continue
		}
		if err := a.Projectors.Wait(limited, view.Name(), a.App.Head); errors.Is(err, context.DeadlineExceeded) {
			return a.notYet(ctx, view, a.App.Head, err)
		}
	}
	return nil
}

func (a *api) notYet(ctx context.Context, view projections.View, asked domain.Position, cause error) error {
	stands, err := a.Reader.Position(ctx, view)
	if err != nil {
		return errors.Join(cause, err)
	}
	problem := newProblem(domain.NotYet, fmt.Sprintf("the list %s reflects position %s so far, not yet %s; try again", view.Name(), stands, asked))
	problem.Lag = lagOf(view.Name(), stands, asked)
	if !errors.Is(cause, context.DeadlineExceeded) {
		problem.cause = cause
	}
	return problem
}

func lagOf(name string, stands, asked domain.Position) *Lag {
	return &Lag{Of: name, Reflected: stands.String(), Asked: asked.String(), Behind: behind(asked, stands)}
}

// freshInput is the input of a question that has nothing to say but in which account.
type freshInput struct {
	InAccount
	Reflecting
}

// fresh registers a route that reads the log itself: whatever position was given
// out, the answer reflects it.
func fresh[I, B any, P leastOf[I]](a *api, rt route, ask func(context.Context, *I) (B, error)) {
	rt.codes = append(rt.codes, domain.InvalidPosition)
	question(a, rt, func(ctx context.Context, in *I) (B, error) {
		if _, err := P(in).least().position(); err != nil {
			var nothing B
			return nothing, err
		}
		return ask(ctx, in)
	})
}

func (r Reflecting) position() (domain.Position, error) {
	var position domain.Position
	for name, text := range map[string]string{"header.Usher-Position": r.Header, "query.position": r.Query} {
		if text == "" {
			continue
		}
		given, err := domain.ParsePosition(text)
		if err != nil {
			const message = "this is not a position that Usher gave out"
			return domain.Position{}, newProblem(domain.InvalidPosition, message, Fault{Location: name, Code: domain.InvalidPosition, Message: message})
		}
		if given.After(position) {
			position = given
		}
	}
	return position, nil
}
