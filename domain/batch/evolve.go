package batch

// Evolve is the batch after one more event.
func Evolve(state State, event Event) State {
	switch e := event.(type) {
	case Opened:
		state.Opened, state.Inviter, state.Message = true, e.Inviter, e.Personal.Message
	case Closed:
		state.Closed = true
	case Revoked:
		state.Revoked, state.RevokedBy = true, e.By
	}
	return state
}
