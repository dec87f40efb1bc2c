package projectionstest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/usher-engine/usher/domain"
)

// Log makes recorded events, as a log would have them: one behind the other,
// a second apart.
type Log struct {
	Events    []domain.Recorded
	Now       time.Time
	revisions map[domain.StreamName]uint64
}

// NewLog returns an empty log, on a morning in March.
func NewLog() *Log {
	return &Log{
		Now:       time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
		revisions: map[domain.StreamName]uint64{},
	}
}

// Append records the events and returns them.
func (l *Log) Append(account domain.AccountID, stream domain.StreamName, actor domain.Actor, events ...domain.Event) []domain.Recorded {
	first := len(l.Events)
	for _, event := range events {
		l.Now = l.Now.Add(time.Second)
		revision := l.revisions[stream]
		l.revisions[stream]++
		place := uint64(len(l.Events))*100 + 7
		id := account.Derive(fmt.Sprintf("%s %d", stream, revision))
		l.Events = append(l.Events, domain.Recorded{
			ID: id, Stream: stream, Revision: revision, Event: event, Time: l.Now,
			Position: domain.Position{Commit: place, Prepare: place},
			Metadata: domain.Metadata{
				Correlation: account.Derive("correlation " + id.String()), Causation: domain.FollowUp(id, "command"),
				Actor: actor, Account: account, Schema: 1,
			},
			Data: sealed(event),
		})
	}
	return l.Events[first:]
}

// Pass lets time go by.
func (l *Log) Pass(duration time.Duration) { l.Now = l.Now.Add(duration) }

// sealed is an event's payload with its personal part made unreadable.
func sealed(event domain.Event) []byte {
	payload, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	members := map[string]any{}
	if err := json.Unmarshal(payload, &members); err != nil {
		panic(err)
	}
	if _, personal := members["personal"]; personal {
		members["personal"] = "sealed"
	}
	payload, err = json.Marshal(members)
	if err != nil {
		panic(err)
	}
	return payload
}
