package batch

// State is a batch as its decisions see it.
type State struct {
	Opened, Closed bool
	// Message is what the batch's people are sent.
	Message string
}
