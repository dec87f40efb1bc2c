package commands_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

func TestFinished(t *testing.T) {
	w, emails := generous(t), addresses(230)
	emails[229] = "no address"
	begin := func() (commands.Request, commands.Invited) {
		var begun commands.Invited
		o := w.When(inviting(commands.InviteByEmail{Emails: emails}, &begun))
		require.NoError(t, o.Err)
		return o.Request, begun
	}
	request, begun := begin()
	_, all, err := w.App.Finished(t.Context(), request, begun, emails)
	require.NoError(t, err)
	require.False(t, all, "while rows wait")
	w.GoOn()
	finished, all, err := w.App.Finished(t.Context(), request, begun, emails)
	require.NoError(t, err)
	require.True(t, all)
	require.Len(t, finished.Rows, 230)
	require.Equal(t, emails[7], finished.Rows[7].Contact)
	require.Equal(t, w.Someone(emails[7]).Person, finished.Rows[7].Person)
	require.Equal(t, domain.InvalidEmail, domain.CodeOf(finished.Rows[229].Refused))

	request, begun = begin()
	require.NoError(t, w.When(stoppingBatch(begun.Batch)).Err)
	w.GoOn()
	stopped, all, err := w.App.Finished(t.Context(), request, begun, emails)
	require.NoError(t, err)
	require.True(t, all, "there is nothing to wait for")
	require.Equal(t, begun, stopped, "and not all rows have an answer")
}
