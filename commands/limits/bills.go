package limits

import (
	"context"
	"errors"
	"slices"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
)

// Open implements execution.Meter: what a command costs is the messages that it
// leads to.
func (l *Limits) Open(request access.Request) execution.Bill {
	return &bill{limits: l, request: request}
}

// bill is the messages of one command, and what they have taken.
type bill struct {
	limits   *Limits
	request  access.Request
	messages []Message
	spent    *use
	refused  error // for the messages; nil where they may be sent
}

// Charge takes what the messages cost that events lead to, once for the same.
func (b *bill) Charge(ctx context.Context, events []domain.Event, after any) error {
	messages := messagesOf(b.request, events, after)
	if slices.Equal(messages, b.messages) {
		return b.refused
	}
	if err := b.GiveBack(ctx); err != nil {
		return err
	}
	b.messages, b.refused = messages, nil
	spending, err := b.limits.spending(ctx, b.request, messages)
	if err != nil || spending == nil {
		return err
	}
	if err := b.limits.settle(ctx, spending.use, spending.admit); err != nil {
		return err
	}
	b.spent = spending.spent(ctx)
	return nil
}

// GiveBack gives back what was taken for messages that are not sent.
func (b *bill) GiveBack(ctx context.Context) error {
	spent := b.spent
	b.spent, b.messages, b.refused = nil, nil, nil
	if spent == nil {
		return nil
	}
	return b.limits.settle(context.WithoutCancel(ctx), spent, GiveBack)
}

// Order is a command of a bulk request as it will be carried out unless something comes
// between: the request under the command's own id, its events, and the state after them.
type Order struct {
	Request access.Request
	Events  []domain.Event
	After   any
}

// Prepaid is the bill of an order, and why it is refused; nil where it is not.
type Prepaid struct {
	execution.Bill
	Refused error
}

// Prepay charges orders before they are carried out at the same time: where a limit
// allows n more, the first n of them get it.
func (l *Limits) Prepay(ctx context.Context, orders []Order) ([]Prepaid, error) {
	prepaid := make([]Prepaid, len(orders))
	bills := make([]*bill, len(orders))
	spendings := make([]*spending, len(orders))
	var all []*asked
	for i, order := range orders {
		bills[i] = &bill{limits: l, request: order.Request, messages: messagesOf(order.Request, order.Events, order.After)}
		prepaid[i].Bill = bills[i]
		var err error
		if spendings[i], err = l.spending(ctx, order.Request, bills[i].messages); err != nil {
			return nil, err
		}
		if spendings[i] != nil {
			all = append(all, ask(spendings[i].use, spendings[i].admit))
		}
	}
	results := l.settleAll(ctx, all)
	for i, spending := range spendings {
		if spending == nil {
			continue
		}
		err := results[0]
		results = results[1:]
		if err == nil {
			bills[i].spent = spending.spent(ctx)
			continue
		}
		if _, refused := errors.AsType[*domain.Refusal](err); !refused {
			return nil, err // what others have taken, the same commands find again
		}
		prepaid[i].Refused, bills[i].refused = err, err
	}
	return prepaid, nil
}
