package texts

import (
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/activity"
)

// Tellings is what happened, in sentences.
type Tellings interface {
	// Happened tells an entry of the Activity Stream.
	Happened(told activity.Telling) string
	// Joined tells an announcement of the General chat.
	Joined(who projections.Joining, names projections.Names) string
}

func (english) Happened(told activity.Telling) string { return told.Text() }

func (english) Joined(who projections.Joining, names projections.Names) string {
	return who.Text(names)
}
