package questions

import (
	"context"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/projections"
	accountsview "github.com/usher-engine/usher/projections/accounts"
)

// Accounts asks which companies there are.
func Accounts() Question[accountsview.Query, projections.Page[accountsview.Account]] {
	return Question[accountsview.Query, projections.Page[accountsview.Account]]{
		Entry{"accounts", commands.SeeAccounts, []projections.View{accountsview.View()}},
		func(ctx context.Context, asker Asker, query accountsview.Query) (projections.Page[accountsview.Account], error) {
			return accountsview.List(ctx, asker.rows, query)
		},
	}
}
