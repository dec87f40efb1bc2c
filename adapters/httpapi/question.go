package httpapi

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// result is a question's answer.
type result[B any] struct{ Body B }

// read registers a route that reads what is not in the table of questions.
func read[I, B any](a *api, rt route, answer func(context.Context, *I) (B, error)) {
	_, rt.list = any(new(B)).(continued)
	huma.Register(a.huma, a.operation(rt), func(ctx context.Context, in *I) (*result[B], error) {
		whole := rt.list && a.asCSV(ctx)
		first := a.openCursor
		if whole {
			first = func(_ context.Context, in any) error { return a.wholeList(in) }
		}
		if err := first(ctx, in); err != nil {
			return nil, refuse(ctx, err)
		}
		body, err := answer(ctx, in)
		switch {
		case err == nil && whole:
			spread(ctx, in, &body, answer)
		case err == nil:
			err = a.sealCursor(ctx, &body)
		}
		if err != nil {
			return nil, refuse(ctx, err)
		}
		return &result[B]{Body: body}, nil
	})
}

// Reflecting is the part of a question's input that says what the answer must
// reflect.
type Reflecting struct {
	InHeader string `header:"Usher-Position" doc:"The position that the answer must at least reflect, as a command gave it; the answer waits for it." example:"42"`
	InQuery  string `query:"position" doc:"As the header Usher-Position."`
}

// sorted is the paging in an order that is asked for.
func (p Paged) sorted(by string) projections.Paging {
	paging := p.paging()
	paging.Sort = by
	return paging
}

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
	Total    *int   `json:"total,omitempty" doc:"How many items all pages have together, with the first page. Absent where that is not kept: beside a search or a filter by time that a page does not hold, and beside several filters." example:"3120"`
	Position string `json:"position" doc:"How much of the log the items reflect." example:"42"`

	following func(cursor string) (any, error)
	asked     *httpkit.Exchange // where it is asked for as CSV
}

func pageOf[R, T any](from projections.Page[R], show func(R) T) page[T] {
	to := page[T]{Items: make([]T, len(from.Items)), Next: from.Next, Total: from.Total, Position: from.Position.String()}
	for i, row := range from.Items {
		to.Items[i] = show(row)
	}
	return to
}

// InAccount is the part of an input that says in which account.
type InAccount struct {
	Account string `path:"account" doc:"The account's short name." example:"acme"`
}

// ask registers a route that asks a question of the table. The route's input is the
// request, its body what show makes of the answer.
func ask[I, In, Out, B any, P interface {
	*I
	questions.Request[In]
}](a *api, rt route, asked questions.Question[In, Out], show func(Out) (B, error),
) {
	rt.question = asked.Name
	rt.codes = append(rt.codes, domain.InvalidPosition)
	if len(asked.Views) > 0 {
		rt.codes = append(rt.codes, domain.NotYet, domain.PositionUnknown)
	}
	read(a, rt, func(ctx context.Context, in *I) (B, error) {
		found, err := questions.Ask(ctx, a.asker(ctx), asked, P(in))
		if err != nil {
			var nothing B
			return nothing, err
		}
		return show(found)
	})
}

// asker is who asks, of the account in the path.
func (a *api) asker(ctx context.Context) questions.Asker {
	x := httpkit.ExchangeOf(ctx)
	return a.sources.Asker(x.Caller, x.Account)
}

// plainly is a way to show what can always be shown.
func plainly[Out, B any](show func(Out) B) func(Out) (B, error) {
	return func(found Out) (B, error) { return show(found), nil }
}

// shown is a way to show a page of rows.
func shown[R, T any](show func(R) T) func(projections.Page[R]) (page[T], error) {
	return plainly(func(from projections.Page[R]) page[T] { return pageOf(from, show) })
}

// accountInput is the input of a question that has nothing to say but in which account.
type accountInput struct {
	InAccount
	Reflecting
}

func (*accountInput) Query() (struct{}, error) { return struct{}{}, nil }

// Least returns what both say, and of two the later.
func (r Reflecting) Least() (domain.Position, error) {
	var position domain.Position
	for name, text := range map[string]string{"header.Usher-Position": r.InHeader, "query.position": r.InQuery} {
		if text == "" {
			continue
		}
		given, err := domain.ParsePosition(text)
		if err != nil {
			const message = "this is not a position that Usher gave out"
			return domain.Position{}, httpkit.NewProblem(domain.InvalidPosition, message, httpkit.Fault{Location: name, Code: domain.InvalidPosition, Message: message})
		}
		if given.After(position) {
			position = given
		}
	}
	return position, nil
}
