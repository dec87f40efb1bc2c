package batch

// Evolve is the batch after one more event.
func Evolve(state State, event Event) State {
	switch event.(type) {
	case Opened:
		state.Opened = true
	case Closed:
		state.Closed = true
	}
	return state
}
