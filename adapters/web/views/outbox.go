package views

import (
	"strings"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// OutboxData is what the outbox shows.
type OutboxData struct {
	Letters []Letter
	// Next is the cursor of the page that follows; empty at the end.
	Next string
}

// Letter is a message as whoever looks may read it.
type Letter struct {
	commands.Message
	Filled commands.Filled
}

func (l Letter) isSMS() bool { return l.To.Kind == domain.ContactPhone }

// parts are what stands before the link, and behind it; without one, all stands before.
func (l Letter) parts(f Frame) (before, after string) {
	text := l.Filled.Text
	for _, unfilled := range []string{"{link}", "{password}", "{code}"} {
		text = strings.ReplaceAll(text, unfilled, f.BoxHidden())
	}
	if l.Filled.Link == "" {
		return text, ""
	}
	before, after, _ = strings.Cut(text, l.Filled.Link)
	return before, after
}
