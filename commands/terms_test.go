package commands_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

func TestTheTermsOfInvitationsAreToldToWhoeverMayInvite(t *testing.T) {
	w := commandstest.New(t)
	var told commands.InvitationTerms
	asking := func(app *commands.App, r commands.Request) (err error) {
		told, err = app.InvitationTerms(context.Background(), r.Caller, r.Account)
		return err
	}
	w.When(asking).ThenNothing()
	require.Contains(t, told.Email, "{link}")
	require.Contains(t, told.SMS, "{link}")
	require.Equal(t, w.Company().Plan.MayEditMessage(), told.MayEditMessage)
	require.Equal(t, w.Company().InvitationDays, told.Days)

	w.Given(domain.AccountStream(w.Acme), account.PlanChanged{Plan: account.Professional})
	w.When(asking).ThenNothing()
	require.True(t, told.MayEditMessage)
	refusedToOthers(t, w, asking)
}
