package persistent

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/esdbnode/persistent/group"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
)

const (
	streamPrefix  = "$persistentsubscription-"
	onlyForAdmins = `"$acl":{"$r":"$admins","$w":"$admins","$d":"$admins","$mr":"$admins","$mw":"$admins"}`
)

// parked is the stream of the messages that a group has put aside: links to
// their events. A message leaves it when it was replayed and is done, so that a
// crash in between loses nothing.
type parked struct {
	store  *store.Store
	stream string
	next   group.Place // of the message to be parked next
	from   group.Place // of the message to be replayed next
	to     group.Place // where the replay stops
}

func openParked(ctx context.Context, s *store.Store, k key) (*parked, error) {
	p := &parked{store: s, stream: parkedStream(k)}
	next, err := s.End(ctx, p.stream)
	if err := absent(err); err != nil {
		return nil, err
	}
	p.next = group.Place(next)
	for record, err := range s.ReadStream(ctx, p.stream, 0, false) {
		if err := absent(err); err != nil {
			return nil, err
		}
		if err == nil {
			p.from = group.Place(record.Revision)
			return p, nil
		}
	}
	p.from = p.next
	return p, nil
}

// count is how many messages are parked and not being replayed.
func (p *parked) count() int64 { return int64(p.next - p.from) }

// replay asks for the messages before stopAt, or for all that there are now.
func (p *parked) replay(stopAt int64) {
	p.to = max(p.to, min(p.next, group.Place(stopAt)))
}

// all is a stopAt that stops nothing.
const all = math.MaxInt64

func (p *parked) replaying() bool { return p.from < p.to }

// read takes up to limit messages that are to be replayed.
func (p *parked) read(ctx context.Context, limit int) ([]group.Message, error) {
	limit = min(limit, int(p.to-p.from))
	found, err := source{store: p.store, stream: p.stream, resolve: true}.read(ctx, p.from, limit)
	if err != nil {
		return nil, fmt.Errorf("read parked messages: %w", err)
	}
	messages := make([]group.Message, 0, len(found.steps))
	for _, step := range found.steps {
		if step.message.Place < p.to {
			messages = append(messages, step.message)
		}
	}
	p.from = min(found.next, p.to)
	if len(messages) == 0 {
		p.from = p.to
	}
	return messages, nil
}

// park puts messages aside.
func (p *parked) park(ctx context.Context, now time.Time, set []group.SetAside) error {
	links := make([]journal.Proposed, 0, len(set))
	for _, aside := range set {
		metadata, err := json.Marshal(struct {
			Added  time.Time `json:"added"`
			Reason string    `json:"reason"`
			Number uint64    `json:"subscriptionEventNumber"`
		}{now, aside.Reason, aside.Message.Original().Revision})
		if err != nil {
			return fmt.Errorf("park a message: %w", err)
		}
		links = append(links, journal.Proposed{ID: uuid.New(), Type: store.LinkType, Data: target(aside.Message), Metadata: metadata})
	}
	appended, err := p.store.Append(ctx, p.stream, store.Any, links)
	if err != nil {
		return fmt.Errorf("park messages: %w", err)
	}
	p.next = group.Place(appended.Next)
	return nil
}

// target is what a link to a message says.
func target(message group.Message) []byte {
	if message.Event == nil {
		return message.Link.Data
	}
	return fmt.Appendf(nil, "%d@%s", message.Event.Revision, message.Event.Stream)
}

// release truncates the messages before a place.
func (p *parked) release(ctx context.Context, before group.Place) error {
	metadata := fmt.Appendf(nil, `{"$tb":%d,%s}`, before, onlyForAdmins)
	return appendEvent(ctx, p.store, store.MetadataStream(p.stream), store.MetadataType, metadata)
}

func parkedStream(k key) string { return streamPrefix + k.String() + "-parked" }
