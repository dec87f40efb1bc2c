package commands_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
)

func TestSlotNamed(t *testing.T) {
	w := commandstest.New(t)
	var found domain.Slot
	naming := func(text string) asking {
		return func(app *commands.App, r commands.Request) (err error) {
			found, err = app.SlotNamed(context.Background(), r.Caller, r.Account, text)
			return err
		}
	}
	w.When(naming("ANN@acme.example")).ThenNothing()
	require.Equal(t, w.Founder.Slot, found)
	w.When(naming("(415) 555-0100")).ThenNothing()
	require.Equal(t, w.Someone("+14155550100").Slot, found, "as it is dialled in the company's country")
	require.Equal(t, "contact", w.When(naming("no@address")).ThenRefused(domain.InvalidContact).Field)
	require.Equal(t, "contact", w.When(naming("no number")).ThenRefused(domain.InvalidContact).Field)
	dialled := naming("(415) 555-0100")
	w.By(w.Employee("eve@acme.example")).When(dialled).ThenRefused(domain.NotPermitted)
	onlyTheirOwnMay(t, w, dialled)
	broken := errors.New("the disk is gone")
	w.Log.Broken = func(domain.StreamName) error { return broken }
	w.When(naming("(415) 555-0100")).ThenFails(broken)
}

func TestContactSought(t *testing.T) {
	w := commandstest.New(t)
	for text, means := range map[string]string{
		"(415) 555-0100": "+14155550100", "ANN@Acme.Example": "ANN@acme.example", "ann": "", "+4": "",
	} {
		contact, is, err := w.App.ContactSought(t.Context(), w.Acme, text)
		require.NoError(t, err)
		require.Equal(t, means != "", is, text)
		require.Equal(t, means, contact.Address)
	}
	broken := errors.New("the disk is gone")
	w.Log.Broken = func(domain.StreamName) error { return broken }
	_, _, err := w.App.ContactSought(t.Context(), domain.AccountID{9}, "(415) 555-0100")
	require.ErrorIs(t, err, broken)
}

func TestWhereTheLogEndedAndEnds(t *testing.T) {
	w := commandstest.New(t)
	w.Ports.Head = domain.Position{Commit: 7, Prepare: 7}
	w.Restart()
	require.Equal(t, w.Ports.Head, w.App.Began())
	require.Equal(t, w.Ports.Head, w.App.Newest())
	for range 8 {
		department(w, w.App.NewCommand().String())
	}
	all := w.Log.All()
	require.Equal(t, all[len(all)-1].Position, w.App.Newest())
	require.Equal(t, w.Ports.Head, w.App.Began())
}

// TestForgettingASlotReadsItAnew from the log.
func TestForgettingASlotReadsItAnew(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	w.When(entitling(eve.Person, "Cook"))
	w.App.Forget(eve.Slot)
	w.When(entitling(eve.Person, "Cook")).ThenNothing()
}
