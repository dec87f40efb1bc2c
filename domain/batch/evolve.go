package batch

// Evolve is the batch after one more event.
func Evolve(state State, event Event) State {
	switch e := event.(type) {
	case Opened:
		state.Opened, state.Message = true, e.Personal.Message
	case Closed:
		state.Closed = true
	}
	return state
}
