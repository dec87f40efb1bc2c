package users

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
)

// The streams and events of users.
const (
	listStream   = "$users"
	noticeStream = "$users-password-notifications"

	created = "$UserCreated"
	updated = "$UserUpdated"
	listed  = "$User"
	noticed = "$PasswordChanged"
)

// Who may do what with a user's stream, and how long a notice is kept.
const (
	accountRights  = `{"$acl":{"$w":"$admins","$d":"$admins","$mw":"$admins"}}`
	noticeMetadata = `{"$maxAge":3600}`
)

func streamOf(login string) string { return "$user-" + login }

// account is a user as the last event of its stream has it.
type account struct {
	LoginName string   `json:"loginName"`
	FullName  string   `json:"fullName"`
	Salt      string   `json:"salt"` // empty: it is in the hash
	Hash      string   `json:"hash"` // empty where there is no password
	Disabled  bool     `json:"disabled"`
	Groups    []string `json:"groups"`

	revision uint64
	changed  time.Time
}

// find returns a user; *store.NotFound where there is none.
func (u *Users) find(ctx context.Context, login string) (account, error) {
	stream := streamOf(login)
	for record, err := range u.store.ReadStream(ctx, stream, math.MaxInt64, true) {
		if errors.As(err, new(*store.Deleted)) {
			break
		}
		if err != nil {
			return account{}, err
		}
		found := account{revision: record.Revision, changed: record.Time}
		if err := json.Unmarshal(record.Data, &found); err != nil || found.LoginName != login {
			return account{}, fmt.Errorf("the stream %s describes no user", stream)
		}
		return found, nil
	}
	return account{}, &store.NotFound{Stream: stream}
}

// write puts a user where it was found.
func (u *Users) write(ctx context.Context, changed account, kind string) error {
	data, err := json.Marshal(changed)
	if err != nil {
		return err
	}
	return u.append(ctx, streamOf(changed.LoginName), store.Revision(changed.revision), kind, true, data)
}

// notice says that what is known of a user's password is no longer so.
func (u *Users) notice(ctx context.Context, login string) error {
	end, err := u.store.End(ctx, noticeStream)
	if err != nil {
		return err
	}
	if end == 0 {
		err := u.append(ctx, store.MetadataStream(noticeStream), store.Any, store.MetadataType, true, []byte(noticeMetadata))
		if err != nil {
			return err
		}
	}
	data, err := json.Marshal(struct {
		LoginName string `json:"loginName"`
	}{login})
	if err != nil {
		return err
	}
	return u.append(ctx, noticeStream, store.Any, noticed, true, data)
}

func (u *Users) append(ctx context.Context, stream string, expected store.Expected, kind string, isJSON bool, data []byte) error {
	_, err := u.store.Append(ctx, stream, expected, []journal.Proposed{{ID: uuid.New(), Type: kind, JSON: isJSON, Data: data}})
	return err
}
