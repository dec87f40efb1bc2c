package policies_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
)

// world is an account with a founder, who is number 0, and employees. After each
// append somebody who is an administrator is counted as one.
type world struct {
	*commandstest.World
	people []commandstest.Someone
	// callers is who gave a command, for the next time that it is given.
	callers map[domain.CommandID]commands.Caller
}

func newWorld(t commandstest.T, people int) *world {
	w := &world{World: commandstest.New(t), callers: map[domain.CommandID]commands.Caller{}}
	w.people = append(w.people, w.Founder)
	for i := 1; i < people; i++ {
		w.people = append(w.people, w.Employee(fmt.Sprintf("employee%d@acme.example", i)))
	}
	for i, one := range w.people { // each is signed in
		require.NoError(t, w.Vault.StartSession(context.Background(), [32]byte{byte(i)}, w.Caller(one).Session))
	}
	w.Deliver(len(w.Log.All()), theirs()...)
	w.Log.After = w.check
	return w
}

// theirs is the policies that follow up on who is an administrator.
func theirs() []string { return []string{"keep_administrators", "end_sessions"} }

// check fails where nobody is counted, or somebody who is no administrator.
func (w *world) check() {
	counted, actual := w.counted(), w.administrators()
	require.NotEmpty(w.T, counted, "an account without an administrator, after %v", w.story())
	for _, one := range counted {
		require.Contains(w.T, actual, one, "counted, and no administrator, after %v", w.story())
	}
}

// counted is the administrators that the account counts, each with its number.
func (w *world) counted() []string {
	var all []string
	for _, appointment := range w.Company().Appointments {
		if appointment.Counted {
			all = append(all, fmt.Sprint(appointment.Person, " ", appointment.N))
		}
	}
	slices.Sort(all)
	return all
}

// administrators is those who are administrators by their own streams.
func (w *world) administrators() []string {
	var all []string
	for _, one := range w.people {
		if state := w.State(one); state.CountsAs() != 0 {
			all = append(all, fmt.Sprint(state.Person, " ", state.CountsAs()))
		}
	}
	slices.Sort(all)
	return all
}

func (w *world) story() []string {
	var events []string
	for _, recorded := range w.Log.All() {
		events = append(events, fmt.Sprintf("%T%+v", recorded.Event, recorded.Event))
	}
	return events
}
