package commands

import (
	"context"

	"github.com/usher-engine/usher/domain"
)

// Permit judges on the account's and the caller's own streams, never on a read model,
// whether the caller may do this in the account. Refusals:
// not_signed_in, not_found, password_change_required, scope_missing, not_permitted.
func (a *App) Permit(ctx context.Context, caller Caller, in domain.AccountID, action Action) (domain.Judged, error) {
	return a.guard.Permit(ctx, caller, in, action)
}
