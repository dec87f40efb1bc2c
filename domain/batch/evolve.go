package batch

// Evolve returns the batch after one more event.
func Evolve(state State, event Event) State {
	switch e := event.(type) {
	case Opened:
		state.Opened, state.Inviter, state.Message = true, e.Inviter, e.Personal.Message
		state.Plan, state.Language = e.Plan, e.Language
	case Closed:
		state.Closed = true
	case Stopped:
		state.Stopped = true
	case Revoked:
		state.Revoked, state.RevokedBy = true, e.By
	}
	return state
}
