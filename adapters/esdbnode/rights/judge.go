package rights

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// Action is what somebody wants to do with a stream.
type Action int

// The actions. On a stream of metadata, reading and writing are rights of their
// own that the stream gives which it describes, and nobody deletes.
const (
	Read Action = iota
	Write
	Delete
)

// Judge says who may do what. Where there is none, everybody may everything.
type Judge struct{ store *store.Store }

// NewJudge makes a judge that goes by a store's streams.
func NewJudge(s *store.Store) *Judge { return &Judge{store: s} }

func denied() error { return wire.AccessDenied("Access Denied") }

// Admin refuses a caller who is no administrator.
func (j *Judge) Admin(ctx context.Context) error {
	if j != nil && !Of(ctx).isAdmin() {
		return denied()
	}
	return nil
}

// Operator refuses a caller who neither operates nor administers.
func (j *Judge) Operator(ctx context.Context) error {
	if j != nil && !Of(ctx).operates() {
		return denied()
	}
	return nil
}

// Stream refuses a caller who may not do something with a stream, which may be
// $all.
func (j *Judge) Stream(ctx context.Context, action Action, stream string) error {
	if j == nil {
		return nil
	}
	caller := Of(ctx)
	if stream == "$all" && action != Read {
		return denied()
	}
	described, isMetadata := strings.CutPrefix(stream, "$$")
	if isMetadata && action == Delete {
		return denied()
	}
	if caller.isAdmin() {
		return nil
	}
	names, err := j.among(ctx, action, described, isMetadata)
	if err != nil || caller.isAmong(names) {
		return err
	}
	return denied()
}

// among is who may do something with a stream, or with its metadata: its own list
// says it, or the one that $settings has for all such streams, or the standing one.
func (j *Judge) among(ctx context.Context, action Action, stream string, metadata bool) ([]string, error) {
	described, err := j.store.Metadata(ctx, stream)
	if err != nil {
		return nil, err
	}
	settings, err := j.settings(ctx)
	if err != nil {
		return nil, err
	}
	standing, set := Everybody, settings.user
	if strings.HasPrefix(stream, "$") {
		standing, set = Admins, settings.system
	}
	for _, acl := range []*store.ACL{described.ACL, set} {
		if acl != nil {
			if names := list(acl, action, metadata); names != nil {
				return names, nil
			}
		}
	}
	return []string{standing}, nil
}

func list(acl *store.ACL, action Action, metadata bool) []string {
	switch {
	case metadata && action == Read:
		return acl.MetaRead
	case metadata:
		return acl.MetaWrite
	case action == Read:
		return acl.Read
	case action == Write:
		return acl.Write
	}
	return acl.Delete
}

// settings are the lists for streams that have none.
type settings struct{ user, system *store.ACL }

// settings reads the last event of $settings. What is not spelt as it should be
// says nothing.
func (j *Judge) settings(ctx context.Context) (settings, error) {
	for record, err := range j.store.ReadStream(ctx, "$settings", math.MaxInt64, true) {
		if errors.As(err, new(*store.NotFound)) || errors.As(err, new(*store.Deleted)) {
			break
		}
		if err != nil {
			return settings{}, fmt.Errorf("read $settings: %w", err)
		}
		return parseSettings(record.Data), nil
	}
	return settings{}, nil
}

func parseSettings(raw []byte) (parsed settings) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return settings{}
	}
	for name, into := range map[string]**store.ACL{"$userStreamAcl": &parsed.user, "$systemStreamAcl": &parsed.system} {
		value, there := members[name]
		if !there {
			continue
		}
		acl, ok := store.ParseACL(value)
		if !ok {
			return settings{}
		}
		*into = acl
	}
	return parsed
}
