package commands

import (
	"context"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
)

// Permit judges on the account's and the caller's own streams, never on a read model,
// whether the caller may do this in the account. Refusals:
// not_signed_in, not_found, password_change_required, scope_missing, not_permitted.
func (a *App) Permit(ctx context.Context, caller Caller, in domain.AccountID, action Action) (domain.Judged, error) {
	return a.guard.Permit(ctx, caller, in, action)
}

// Permitted returns those of some actions that somebody signed in may do in the account, as
// it was known moments ago: for what is shown, and never in the place of Permit.
func (a *App) Permitted(ctx context.Context, caller Caller, in domain.AccountID, actions ...Action) ([]Action, error) {
	return a.guard.Among(execution.Lagging(ctx), caller, in, actions...)
}
