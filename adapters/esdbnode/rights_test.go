package esdbnode_test

import (
	"context"
	"errors"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// somebody does things with streams, and says how that was answered.
type somebody struct {
	t      *testing.T
	client *esdb.Client
	raw    streams.StreamsClient
}

func (k *keeping) somebody(name, password string) somebody {
	return somebody{k.t, k.as(name, password), streams.NewStreamsClient(k.calling(name, password))}
}

func (s somebody) write(stream string) error {
	_, err := s.client.AppendToStream(within(s.t), stream, esdb.AppendToStreamOptions{}, esdb.EventData{EventType: "kind", ContentType: esdb.ContentTypeJson, Data: []byte("{}")})
	return err
}

func (s somebody) read(stream string) error {
	_, err := answered(s.t, s.raw, ofStream(stream, esdb.Start{}), count(1))
	return err
}

func (s somebody) remove(stream string) error {
	_, err := s.raw.Delete(within(s.t), &streams.DeleteReq{Options: &streams.DeleteReq_Options{
		StreamIdentifier:       &shared.StreamIdentifier{StreamName: []byte(stream)},
		ExpectedStreamRevision: &streams.DeleteReq_Options_Any{Any: &shared.Empty{}},
	}})
	return err
}

func (s somebody) readAll() error {
	_, err := answered(s.t, s.raw, ofAll(esdb.Start{}), count(1))
	return err
}

func (s somebody) followAll() error {
	ctx, cancel := context.WithCancel(within(s.t))
	defer cancel()
	call, err := s.raw.Read(ctx, request(ofAll(esdb.Start{}), subscription, filtered(32, 1, "kind")))
	require.NoError(s.t, err)
	_, err = call.Recv()
	return err
}

func (s somebody) describe(stream, metadata string) error {
	_, err := s.client.AppendToStream(within(s.t), "$$"+stream, esdb.AppendToStreamOptions{},
		esdb.EventData{EventID: uuid.New(), EventType: "$metadata", ContentType: esdb.ContentTypeJson, Data: []byte(metadata)})
	return err
}

func (s somebody) set(defaults string) {
	s.t.Helper()
	_, err := s.client.AppendToStream(within(s.t), "$settings", esdb.AppendToStreamOptions{},
		esdb.EventData{EventID: uuid.New(), EventType: "update-default-acl", ContentType: esdb.ContentTypeJson, Data: []byte(defaults)})
	require.NoError(s.t, err)
}

// may says that something is allowed, mayNot that it is denied.
func may(t *testing.T, err error) {
	t.Helper()
	require.NoError(t, err)
}

func mayNot(t *testing.T, err error) {
	t.Helper()
	if failure, ok := errors.AsType[*esdb.Error](err); ok && failure.Code() == esdb.ErrorCodeAccessDenied {
		return
	}
	require.Equal(t, codes.PermissionDenied, status.Code(err), "%v", err)
}

func TestRights(t *testing.T) {
	node := keepingUsers(t)
	for name, groups := range map[string][]string{"ann": {"staff"}, "bob": nil, "root": {"$admins"}} {
		node.create(name, groups...)
	}
	admin, ops := node.somebody("admin", first), node.somebody("ops", first)
	ann, bob, root, nobody := node.somebody("ann", "ann's"), node.somebody("bob", "bob's"), node.somebody("root", "root's"), node.somebody("", "")

	t.Run("given a stream without rights, it is all users', and not nobody's", func(t *testing.T) {
		may(t, ann.write("plain"))
		may(t, bob.read("plain"))
		may(t, bob.describe("plain", `{"$maxCount":9}`))
		may(t, bob.read("$$plain"))
		mayNot(t, nobody.write("plain"))
		mayNot(t, nobody.read("plain"))
		may(t, bob.remove("plain"))
	})
	t.Run("given rights of a stream, they are what counts, and administrators may all", func(t *testing.T) {
		may(t, ann.write("hers"))
		may(t, admin.describe("hers", `{"$acl":{"$r":["bob","staff"],"$w":"staff","$d":"$admins","$mr":"ann","$mw":[]}}`))
		may(t, ann.write("hers"))
		may(t, ann.read("hers"))
		may(t, bob.read("hers"))
		mayNot(t, bob.write("hers"))
		mayNot(t, ann.remove("hers"))
		may(t, ann.read("$$hers"))
		mayNot(t, bob.read("$$hers"))
		mayNot(t, ann.describe("hers", `{}`))
		mayNot(t, ops.write("hers"))
		for _, one := range []somebody{admin, root} {
			may(t, one.write("hers"))
			may(t, one.read("$$hers"))
		}
		may(t, root.remove("hers"))
		mayNot(t, admin.remove("$$hers"))
	})
	t.Run("given rights that say nothing of an action, the default does", func(t *testing.T) {
		may(t, admin.describe("partly", `{"$acl":{"$w":"ann"}}`))
		mayNot(t, bob.write("partly"))
		may(t, ann.write("partly"))
		may(t, bob.read("partly"))
	})
	t.Run("given metadata that are spelt wrong, there are none", func(t *testing.T) {
		for _, wrong := range []string{`{"$acl":{"$r":7}}`, `{"$acl":{"$r":null}}`, `{"$acl":null}`, `{"$acl":{"$x":"ann"}}`, `{"$acl":{"$r":["ann",null]}}`} {
			may(t, admin.describe("wrong", wrong))
			may(t, bob.write("wrong"))
			may(t, bob.read("wrong"))
		}
	})
	t.Run("given the system's streams, they are the administrators'", func(t *testing.T) {
		mayNot(t, ann.read("$user-admin"))
		mayNot(t, ann.write("$mine"))
		may(t, admin.read("$user-admin"))
		may(t, ann.read("$settings")) // whose rights say so
	})
	t.Run("given everything, a user reads it once its rights name him", func(t *testing.T) {
		mayNot(t, ann.readAll())
		mayNot(t, ann.followAll())
		may(t, admin.readAll())
		may(t, admin.describe("$all", `{"$acl":{"$r":["staff"]}}`))
		may(t, ann.readAll())
		may(t, ann.followAll())
		mayNot(t, bob.readAll())
	})
	t.Run("given nobody at all, everything is not written or deleted", func(t *testing.T) {
		mayNot(t, admin.write("$all"))
		mayNot(t, admin.remove("$all"))
	})
	t.Run("given a batch of appends, each is judged", func(t *testing.T) {
		call, err := bob.raw.BatchAppend(within(t))
		require.NoError(t, err)
		b := &batch{t, call}
		may(t, admin.describe("closed", `{"$acl":{"$w":"ann"}}`))
		b.send(textID(uuid.NewString()), opening("closed"), withEvents(1), final)
		requireFailed(t, b.receive().GetError(), codes.PermissionDenied, &shared.AccessDenied{})
		b.send(textID(uuid.NewString()), opening("open"), withEvents(1), final)
		require.NotNil(t, b.receive().GetSuccess())
		b.done()
	})
	t.Run("given groups of readers, operators make them and who may read the stream reads", func(t *testing.T) {
		create := func(one somebody) error {
			return one.client.CreatePersistentSubscription(within(t), "grouped", "g", esdb.PersistentStreamSubscriptionOptions{StartFrom: esdb.Start{}})
		}
		mayNot(t, create(ann))
		may(t, create(ops))
		may(t, admin.describe("grouped", `{"$acl":{"$r":"ann"}}`))
		may(t, bob.write("grouped"))
		reader, err := ann.client.SubscribeToPersistentSubscription(within(t), "grouped", "g", esdb.SubscribeToPersistentSubscriptionOptions{})
		require.NoError(t, err)
		require.NotNil(t, reader.Recv().EventAppeared)
		require.NoError(t, reader.Close())
		_, err = bob.client.SubscribeToPersistentSubscription(within(t), "grouped", "g", esdb.SubscribeToPersistentSubscriptionOptions{})
		mayNot(t, err)
		_, err = bob.client.GetPersistentSubscriptionInfo(within(t), "grouped", "g", esdb.GetPersistentSubscriptionOptions{})
		may(t, err)
		mayNot(t, bob.client.DeletePersistentSubscription(within(t), "grouped", "g", esdb.DeletePersistentSubscriptionOptions{}))
		mayNot(t, bob.client.ReplayParkedMessages(within(t), "grouped", "g", esdb.ReplayParkedMessagesOptions{}))
		mayNot(t, bob.client.RestartPersistentSubscriptionSubsystem(within(t), esdb.RestartPersistentSubscriptionSubsystemOptions{}))
	})
	t.Run("given defaults for all users' streams, as the documents have them, others have none", func(t *testing.T) {
		node.create("usher")
		usher := node.somebody("usher", "usher's")
		may(t, admin.describe("$all", `{"$acl":{"$r":["usher"]}}`))
		admin.set(`{"$userStreamAcl":{"$r":"usher","$w":"usher","$d":"$admins","$mr":"usher","$mw":"$admins"},
			"$systemStreamAcl":{"$r":"$admins","$w":"$admins","$d":"$admins","$mr":"$admins","$mw":"$admins"}}`)
		may(t, usher.write("person-1"))
		may(t, usher.read("person-1"))
		may(t, usher.followAll())
		mayNot(t, usher.remove("person-1"))
		mayNot(t, usher.describe("person-1", `{"$maxCount":1}`))
		mayNot(t, bob.write("person-1"))
		mayNot(t, bob.read("person-1"))
		admin.set(`{"$userStreamAcl":7}`) // which says nothing
		may(t, bob.read("person-1"))
	})
}
