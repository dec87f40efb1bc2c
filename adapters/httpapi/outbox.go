package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

type message struct {
	ID       uuid.UUID `json:"id"`
	Channel  string    `json:"channel" enum:"sms,email"`
	To       string    `json:"to" example:"+14155550100"`
	Subject  string    `json:"subject" doc:"Of an e-mail; empty for an SMS."`
	Text     string    `json:"text"`
	Link     string    `json:"link,omitzero" doc:"Where the message has one."`
	Password string    `json:"password,omitzero" doc:"Where the message has one."`
	Code     string    `json:"code,omitzero" doc:"Where the message has one."`
	At       time.Time `json:"at"`
}

type outboxInput struct {
	InAccount
	Paged
}

func (a *api) outboxRoutes() {
	if a.Outbox == nil {
		return
	}
	read(a, route{
		id: "outbox", method: http.MethodGet, path: "/v1/accounts/{account}/outbox", tag: "Outbox",
		summary: "The messages that would have been sent",
		description: "The latest first. For administrators and the operator, on a server that keeps messages instead of sending them. " +
			"Links and codes that replace a forgotten password are filled in for the operator only: with them, an administrator could act in another's name.",
		codes: []domain.Code{domain.InvalidCursor, domain.InvalidPosition, domain.NotYet, domain.PositionUnknown},
	}, a.outbox)
}

func (a *api) outbox(ctx context.Context, in *outboxInput) (page[message], error) {
	x := httpkit.ExchangeOf(ctx)
	if _, err := a.App.Permit(ctx, x.Caller, x.Account, commands.SeeOutbox); err != nil {
		return page[message]{}, err
	}
	reflected, err := a.awaitMessages(ctx, in.Reflecting)
	if err != nil {
		return page[message]{}, err
	}
	limit := in.Limit
	if limit == 0 {
		limit = projections.DefaultLimit
	}
	messages, next, err := a.Outbox.List(ctx, x.Account, in.Cursor, limit)
	if err != nil {
		return page[message]{}, err
	}
	answer := page[message]{Items: []message{}, Next: next, Position: reflected.String()}
	for _, one := range messages {
		filled, err := a.Secrets.FillFor(ctx, x.Caller, one)
		if err != nil {
			return page[message]{}, err
		}
		answer.Items = append(answer.Items, showMessage(one, filled))
	}
	return answer, nil
}

// awaitMessages lets the messages come that follow from what is asked for, or
// else from what this instance appended. It answers with how far they have come
// for certain.
func (a *api) awaitMessages(ctx context.Context, least Reflecting) (domain.Position, error) {
	asked, err := least.Least()
	if err != nil {
		return domain.Position{}, err
	}
	limit, position := a.WaitLimit, asked
	if asked.IsZero() {
		limit, position = questions.CatchUp, a.App.Newest()
	}
	waiting, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err = a.Settled(waiting, position)
	switch {
	case err == nil:
		return position, nil
	case asked.IsZero():
		return domain.Position{}, nil
	}
	if err := a.sources.Known(ctx, asked); err != nil {
		return domain.Position{}, err
	}
	problem := httpkit.NewProblem(domain.NotYet, "the messages that follow from this position are not all there yet; try again")
	problem.Lag = a.slowestPolicy(ctx, asked)
	if errors.Is(err, context.DeadlineExceeded) {
		return domain.Position{}, problem
	}
	return domain.Position{}, problem.Because(err)
}

// slowestPolicy is the policy that is the farthest behind; nil where that cannot
// be told.
func (a *api) slowestPolicy(ctx context.Context, asked domain.Position) (slowest *httpkit.Lag) {
	all, _ := glimpse(ctx, a.Projectors)
	for _, one := range all {
		if lag := httpkit.LagOf(one.Name, one.Position, asked); one.Policy && (slowest == nil || lag.Behind > slowest.Behind) {
			slowest = lag
		}
	}
	return slowest
}

func showMessage(m commands.Message, filled commands.Filled) message {
	channel := "email"
	if m.To.Kind == domain.ContactPhone {
		channel = "sms"
	}
	return message{
		ID: m.ID, Channel: channel, To: m.To.Address, Subject: m.Subject,
		Text: filled.Text, Link: filled.Link, Password: filled.Password, Code: filled.Code, At: m.At.UTC(),
	}
}
