package views

import "github.com/usher-engine/usher/commands"

func (b BatchData) isStopped() bool { return b.State() == commands.BatchStopped }

// tried is how many rows came to something by now.
func (b BatchData) tried() int { return b.Invited + b.BatchReport.Refused }

// left is how many rows were left when it was stopped.
func (b BatchData) left() int { return b.Size - b.tried() }

func (b BatchData) mark() string {
	if b.BatchReport.Refused > 0 {
		return "warn"
	}
	return "good"
}
