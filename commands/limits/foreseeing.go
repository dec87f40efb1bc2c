package limits

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/usher-engine/usher/domain"
)

// Foreseen is the counters as they would stand after what was foreseen before.
type Foreseen map[Key]Counter

// Foresee returns for each order why it would be refused, nil where it would not, as if
// those before it were carried out. Nothing is charged.
func (l *Limits) Foresee(ctx context.Context, orders []Order, foreseen Foreseen) ([]error, error) {
	refused, shares := make([]error, len(orders)), make([][]Share, len(orders))
	var keys []Key
	for i, order := range orders {
		spending, err := l.spending(ctx, order.Request, messagesOf(order.Request, order.Events, order.After))
		if err != nil {
			return nil, err
		}
		if spending == nil {
			continue
		}
		state, err := l.ports.Company(ctx, spending.account)
		if err != nil {
			return nil, err
		}
		if shares[i], refused[i] = spending.shares(state); refused[i] != nil {
			if _, refusal := errors.AsType[*domain.Refusal](refused[i]); !refusal {
				return nil, refused[i]
			}
			continue
		}
		for _, share := range shares[i] {
			if _, known := foreseen[share.Key]; !known {
				keys = append(keys, share.Key)
			}
		}
	}
	if err := l.ports.Vault.ChangeCounters(ctx, keys, func(counters map[Key]Counter) { maps.Copy(foreseen, counters) }); err != nil {
		return nil, fmt.Errorf("look at what limits allow: %w", err)
	}
	for i := range orders {
		if shares[i] != nil {
			refused[i] = Admit(foreseen, shares[i], l.ports.Now())
		}
	}
	return refused, nil
}
