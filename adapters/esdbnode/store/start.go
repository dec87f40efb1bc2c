package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/journal"
)

// FirstStart writes the streams that every EventStoreDB has, and that clients
// wait for, into a log that does not have them yet. They describe its two
// standing users without their passwords, which this log does not keep.
func (s *Store) FirstStart(ctx context.Context) error {
	err := s.log.Update(ctx, func(tx journal.Transaction) error {
		next, err := tx.End("$users")
		if err != nil || next > 0 {
			return err
		}
		for _, written := range systemStreams() {
			if _, _, err := tx.Append(written.stream, []journal.Proposed{written.event}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write the streams of a new EventStoreDB: %w", err)
	}
	return nil
}

type systemEvent struct {
	stream string
	event  journal.Proposed
}

func systemStreams() []systemEvent {
	const forAdmins = `{"$acl":{"$r":"$admins","$w":"$admins","$d":"$admins","$mr":"$admins","$mw":"$admins"}}`
	user := func(login, name, groups string) []systemEvent {
		return []systemEvent{
			{MetadataStream("$user-" + login), metadataEvent([]byte(forAdmins))},
			{"$user-" + login, proposed("$UserCreated", true,
				fmt.Sprintf(`{"loginName":%q,"fullName":%q,"disabled":false,"groups":[%s]}`, login, name, groups))},
			{"$users", proposed("$User", false, login)},
		}
	}
	events := []systemEvent{
		{MetadataStream("$settings"), metadataEvent([]byte(`{"$acl":{"$r":"$all","$w":"$admins"}}`))},
		{MetadataStream("$users"), metadataEvent([]byte(forAdmins))},
	}
	events = append(events, user("admin", "Event Store Administrator", `"$admins"`)...)
	return append(events, user("ops", "Event Store Operations", `"$ops"`)...)
}

func proposed(kind string, json bool, data string) journal.Proposed {
	return journal.Proposed{ID: uuid.New(), Type: kind, JSON: json, Data: []byte(data)}
}
