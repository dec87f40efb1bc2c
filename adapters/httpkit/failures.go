package httpkit

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"github.com/usher-engine/usher/domain"
)

// Failures tells operators who guesses passwords and codes.
type Failures struct {
	// Pseudonym is commands.App.Pseudonym.
	Pseudonym func(ctx context.Context, of string) (string, error)
	Logger    *slog.Logger
	// HideNetworks keeps network addresses out of the lines.
	HideNetworks bool
}

// Log writes where a guess came from, and of which login, by a pseudonym that is the same
// for each of its guesses. What is no failure of a guess is none of its business.
func (f Failures) Log(ctx context.Context, x *Exchange, by, login string, err error) {
	code := domain.CodeOf(err)
	if !slices.Contains([]domain.Code{domain.LoginFailed, domain.ResetFailed, domain.TooManyAttempts}, code) {
		return
	}
	of := []any{slog.String("request_id", x.ID), slog.String("account_id", x.Account.String()), slog.String("by", by), slog.String("code", string(code))}
	if name, err := f.Pseudonym(ctx, "login "+x.Account.String()+" "+strings.ToLower(domain.DropUnseen(domain.TrimPasted(login)))); err == nil {
		of = append(of, slog.String("login_pseudonym", name[:16]))
	}
	if !f.HideNetworks {
		of = append(of, slog.String("network", x.Network))
	}
	f.Logger.WarnContext(ctx, "a log-in failed", of...)
}
