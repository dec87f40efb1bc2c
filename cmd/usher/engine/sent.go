package engine

import (
	"context"
	"errors"
	"strings"

	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/domain"
)

// TokenSentTo returns the token of the newest link that a contact was sent.
func (e *Engine) TokenSentTo(ctx context.Context, account domain.AccountID, contact string) (string, error) {
	if err := e.Settled(ctx); err != nil {
		return "", err
	}
	for after := (outbox.Place{}); ; {
		kept, err := e.Outbox.List(ctx, account, after, 1000)
		if err != nil {
			return "", err
		}
		if len(kept) == 0 {
			return "", errors.New("no link was sent to this contact")
		}
		for _, message := range kept {
			if message.To.Address != contact || message.Link.Purpose == "" {
				continue
			}
			filled, err := e.Secrets.Fill(ctx, message)
			return strings.TrimPrefix(filled.Link, e.Secrets.LinkBase), err
		}
		after = outbox.PlaceOf(kept[len(kept)-1])
	}
}
