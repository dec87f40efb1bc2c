package policies_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// TestWhatPoliciesDoBelongsToTheRequestThatLedToIt follows requests to the last
// event that they lead to, whichever policy appends it.
func TestWhatPoliciesDoBelongsToTheRequestThatLedToIt(t *testing.T) {
	for name, c := range map[string]struct {
		given func(*commandstest.World) commandstest.Someone
		ask   func(*commandstest.World, commands.Request, commandstest.Someone) error
	}{
		"taking a batch back ends each of its invitations": {
			given: func(w *commandstest.World) commandstest.Someone {
				return w.Invited("ina@mill.example", "jo@mill.example")[0]
			},
			ask: func(w *commandstest.World, request commands.Request, ina commandstest.Someone) error {
				_, err := w.App.RevokeBatch(t.Context(), request, w.State(ina).Invitations[0].Batch)
				return err
			},
		},
		"correcting a contact invites the right one": {
			given: func(w *commandstest.World) commandstest.Someone { return w.Invited("typo@mill.example")[0] },
			ask: func(w *commandstest.World, request commands.Request, typo commandstest.Someone) error {
				_, err := w.App.Correct(t.Context(), request, commands.CorrectContact{InvitationOf: commands.InvitationOf{Person: typo.Person}, Contact: "right@mill.example"})
				return err
			},
		},
		"making somebody an administrator counts them": {
			given: func(w *commandstest.World) commandstest.Someone { return w.Employee("adam@mill.example") },
			ask: func(w *commandstest.World, request commands.Request, adam commandstest.Someone) error {
				_, err := w.App.ChangeRole(t.Context(), request, adam.Person, domain.RoleAdministrator)
				return err
			},
		},
		"dismissing the head of a department leaves it without one": {
			given: func(w *commandstest.World) commandstest.Someone {
				hanna := w.Employee("hanna@mill.example")
				kitchen, _, err := w.App.CreateDepartment(t.Context(), w.Request(w.Founder), commands.CreateDepartment{Name: "Kitchen"})
				require.NoError(t, err)
				_, err = w.App.ChangeHead(t.Context(), w.Request(w.Founder), kitchen, hanna.Person)
				require.NoError(t, err)
				return hanna
			},
			ask: func(w *commandstest.World, request commands.Request, hanna commandstest.Someone) error {
				_, err := w.App.Dismiss(t.Context(), request, hanna.Person)
				return err
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			who := c.given(w)
			w.Settle()
			before := len(w.Log.All())
			request := w.Request(w.Founder)
			require.NoError(t, c.ask(w, request, who))
			w.Settle()
			policies := 0
			for _, recorded := range w.Log.All()[before:] {
				require.Equal(t, uuid.UUID(request.Command), recorded.Metadata.Correlation, "%s of %s", recorded.Event.Type(), recorded.Stream)
				if recorded.Metadata.Actor.Kind == domain.ActorPolicy {
					policies++
				}
			}
			require.NotZero(t, policies)
		})
	}
}

func TestASeatBelongsToTheRequestThatTakesIt(t *testing.T) {
	w := commandstest.New(t)
	_, err := w.App.LimitJoinLink(t.Context(), w.Request(w.Founder), account.LimitJoinLink{MaxUses: new(3)})
	require.NoError(t, err)
	before := len(w.Log.All())
	request := commands.Request{Command: w.App.NewCommand(), Caller: commands.LinkHolder()}
	_, err = w.App.UseLink(t.Context(), request, w.JoinForm("ina@mill.example"))
	require.NoError(t, err)
	appended := w.Log.All()[before:]
	require.IsType(t, account.JoinSeatTaken{}, appended[0].Event)
	for _, recorded := range appended {
		require.Equal(t, uuid.UUID(request.Command), recorded.Metadata.Correlation, recorded.Event.Type())
	}
}

func TestAPolicyThatFindsNothingLeftToDoHasNotFailed(t *testing.T) {
	w := commandstest.New(t)
	ben := w.Administrator("ben@mill.example")
	_, err := w.App.Dismiss(t.Context(), w.Request(w.Founder), ben.Person)
	require.NoError(t, err)
	w.Settle()
	for _, seen := range w.Seen {
		require.NotEqual(t, execution.Code(domain.Internal), seen.Code, seen.Name)
	}
}
