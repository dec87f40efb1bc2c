package batch

// State is a batch as its decisions see it.
type State struct {
	Opened, Closed bool
}
