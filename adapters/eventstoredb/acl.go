package eventstoredb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
)

// accessRights are the rights to a stream as its metadata says them: Usher's user
// reads and appends, and administrators alone can do anything else to it.
type accessRights struct {
	Read          string `json:"$r"`
	Write         string `json:"$w"`
	Delete        string `json:"$d"`
	ReadMetadata  string `json:"$mr"`
	WriteMetadata string `json:"$mw"`
}

// admins is the server's group of those who may do everything.
const admins = "$admins"

// protect gives a stream its rights, at the server's name for it, before its first
// event; those that are there stay. Nobody but an administrator can take them away
// again, so that a repetition is refused: then they are looked at.
func (l *Log) protect(ctx context.Context, stream string) error {
	event, err := l.rights()
	if err != nil {
		return err
	}
	_, err = persist(ctx, l.Server, l.options.Patience, func(ctx context.Context, client *esdb.Client) (*esdb.WriteResult, error) {
		return client.AppendToStream(ctx, "$$"+stream, esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, event)
	})
	if err == nil || codeOf(err) != esdb.ErrorCodeWrongExpectedVersion && !denied(err) {
		return err
	}
	got, reading := persist(ctx, l.Server, l.options.Patience, streamPage("$$"+stream, esdb.End{}, esdb.Backwards, 1))
	if reading != nil || len(got.events) == 0 {
		return fmt.Errorf("the stream %s could not be given its rights: %w", stream, errors.Join(err, reading))
	}
	return nil
}

// protectedAtOnce is how many streams get their rights by one call at most.
const protectedAtOnce = 512

// Protect gives rights to all streams of the log that are there and have none.
func (l *Log) Protect(ctx context.Context) error {
	var there []string
	for record, err := range l.ReadAll(ctx, domain.Position{}) {
		if err != nil {
			return err
		}
		if record.Revision > 0 {
			continue
		}
		if there = append(there, l.names.at(record.Stream)); len(there) < protectedAtOnce {
			continue
		}
		if err := l.protectStreams(ctx, there); err != nil {
			return err
		}
		there = there[:0]
	}
	return l.protectStreams(ctx, there)
}

// protectStreams does as protect, for many at once where most have no rights yet.
func (l *Log) protectStreams(ctx context.Context, all []string) error {
	parcels := make([]*streams.BatchAppendReq, len(all))
	for i, stream := range all {
		event, err := l.rights()
		if err != nil {
			return err
		}
		parcels[i] = parcel(i, "$$"+stream, domain.NoStream{}, []esdb.EventData{event})
	}
	given := l.sendAll(ctx, parcels)
	for i, stream := range all {
		if _, done := given[i]; done {
			continue
		}
		if err := l.protect(ctx, stream); err != nil {
			return err
		}
	}
	return nil
}

// rights is the event that gives a stream its rights.
func (l *Log) rights() (esdb.EventData, error) {
	metadata, err := json.Marshal(map[string]accessRights{
		"$acl": {Read: l.user, Write: l.user, Delete: admins, ReadMetadata: l.user, WriteMetadata: admins},
	})
	return esdb.EventData{EventID: uuid.New(), EventType: "$metadata", ContentType: esdb.ContentTypeJson, Data: metadata}, err
}

// begins says that an append may be a stream's first.
func begins(expected domain.Expected) bool {
	switch expected.(type) {
	case domain.NoStream, domain.Any:
		return true
	}
	return false
}
