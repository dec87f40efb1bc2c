package chat

import (
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Announcement is a message in the chat.
type Announcement struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
	projections.Joining
	// Position is its place in the log.
	Position domain.Position `json:"position"`
}

// View returns the read model.
func View() projections.View {
	return projections.Definition[Announcement]{
		ViewName:    "chat",
		ViewVersion: 1,
		Facets:      []string{},
		Keys:        keys,
		Row:         row,
		Index:       index,
	}.View()
}

func keys(event domain.Recorded) []projections.Key {
	_, joined := projections.JoiningIn(event)
	if !joined || event.Metadata.Account.IsZero() {
		return nil
	}
	return []projections.Key{{Account: event.Metadata.Account, ID: event.ID.String()}}
}

func row(key projections.Key, before *Announcement, event domain.Recorded) *Announcement {
	joining, joined := projections.JoiningIn(event)
	if !joined {
		return before
	}
	return &Announcement{ID: key.ID, At: event.Time, Joining: joining, Position: event.Position}
}

func index(_ projections.Key, a *Announcement) projections.Index {
	return projections.Index{Sort: projections.InLogOrder(a.Position), At: a.At, Facets: []string{}}
}
