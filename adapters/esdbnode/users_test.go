package esdbnode_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	grpcmetadata "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/esdbnode/protos/users"
)

const first = "changeit"

// keeping is a node that keeps users.
type keeping struct {
	*nodetest.Server
	t         *testing.T
	authority string
}

func keepingUsers(t *testing.T) *keeping {
	t.Helper()
	encryption, authority := certificate(t)
	return &keeping{nodetest.Start(t, nodetest.With(func(options *esdbnode.Options) {
		options.TLS, options.Users, options.Password = encryption, true, first
	})), t, authority}
}

// as is the official client of somebody, or of nobody where the name is empty.
func (k *keeping) as(name, password string) *esdb.Client {
	k.t.Helper()
	if name != "" {
		name = url.UserPassword(name, password).String() + "@"
	}
	return official(k.t, strings.Replace(k.Connection, "://", "://"+name, 1)+"&tlsCAFile="+url.QueryEscape(k.authority))
}

// calling is a connection whose calls come from somebody.
func (k *keeping) calling(name, password string) *grpc.ClientConn {
	k.t.Helper()
	options := []grpc.DialOption{grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{InsecureSkipVerify: true}))}
	if name != "" {
		options = append(options, grpc.WithPerRPCCredentials(basic(name+":"+password)))
	}
	return dial(k.t, k.Server, options...)
}

type basic string

func (b basic) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(b))}, nil
}

func (basic) RequireTransportSecurity() bool { return true }

func (k *keeping) create(name string, groups ...string) {
	k.t.Helper()
	_, err := users.NewUsersClient(k.calling("admin", first)).Create(within(k.t), &users.CreateReq{Options: &users.CreateReq_Options{
		LoginName: name, Password: name + "'s", FullName: strings.ToUpper(name), Groups: groups,
	}})
	require.NoError(k.t, err)
}

// comesIn says how somebody's call is answered.
func (k *keeping) comesIn(name, password string) error {
	k.t.Helper()
	_, err := k.details(users.NewUsersClient(k.calling(name, password)), "admin")
	return err
}

// details are the names of the users that one sees, with what is said of them.
func (k *keeping) details(client users.UsersClient, of string) (found []*users.DetailsResp_UserDetails, err error) {
	k.t.Helper()
	call, err := client.Details(within(k.t), &users.DetailsReq{Options: &users.DetailsReq_Options{LoginName: of}})
	require.NoError(k.t, err)
	for {
		answer, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		found = append(found, answer.GetUserDetails())
	}
}

// kinds are the types of a stream's events.
func (k *keeping) kinds(stream string) (kinds []string) {
	k.t.Helper()
	for record, err := range rules(k.Server).ReadStream(within(k.t), stream, 0, false) {
		require.NoError(k.t, err)
		require.NotContains(k.t, string(record.Data), first, "a password is in the log")
		require.NotContains(k.t, string(record.Data), "ann's", "a password is in the log")
		kinds = append(kinds, record.Type)
	}
	return kinds
}

func TestUsersAreKept(t *testing.T) {
	node := keepingUsers(t)
	admin := users.NewUsersClient(node.calling("admin", first))
	node.create("ann", "staff")
	ann := users.NewUsersClient(node.calling("ann", "ann's"))
	login := "ann"

	t.Run("given a new user, it comes in, and is in the log without its password", func(t *testing.T) {
		require.NoError(t, node.comesIn("ann", "ann's"))
		require.Equal(t, codes.Unauthenticated, status.Code(node.comesIn("ann", "bob's")))
		require.Equal(t, codes.Unauthenticated, status.Code(node.comesIn("nobody", "ann's")))
		require.Equal(t, []string{"$UserCreated"}, node.kinds("$user-ann"))
		require.Equal(t, []string{"$User", "$User", "$User"}, node.kinds("$users"))
	})
	t.Run("given the same user again, it stays; with another password it is a conflict", func(t *testing.T) {
		node.create("ann")
		var trailer grpcmetadata.MD
		_, err := admin.Create(within(t), &users.CreateReq{Options: &users.CreateReq_Options{LoginName: "ann", Password: "other"}}, grpc.Trailer(&trailer))
		require.Equal(t, codes.FailedPrecondition, status.Code(err))
		require.Equal(t, []string{"user-conflict"}, trailer.Get("exception"))
		require.Equal(t, []string{"ann"}, trailer.Get("login-name"))
	})
	t.Run("given an update, its name and groups are others, and its password is not", func(t *testing.T) {
		_, err := admin.Update(within(t), &users.UpdateReq{Options: &users.UpdateReq_Options{LoginName: login, FullName: "Ann Li", Groups: []string{"a", "b"}}})
		require.NoError(t, err)
		found, err := node.details(admin, "ann")
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, "Ann Li", found[0].GetFullName())
		require.Equal(t, []string{"a", "b"}, found[0].GetGroups())
		require.Positive(t, found[0].GetLastUpdated().GetTicksSinceEpoch())
		require.NoError(t, node.comesIn("ann", "ann's"))
	})
	t.Run("given that it is disabled, it does not come in until it is enabled", func(t *testing.T) {
		_, err := admin.Disable(within(t), &users.DisableReq{Options: &users.DisableReq_Options{LoginName: login}})
		require.NoError(t, err)
		require.Equal(t, codes.Unauthenticated, status.Code(node.comesIn("ann", "ann's")), "however lately it did")
		_, err = admin.Enable(within(t), &users.EnableReq{Options: &users.EnableReq_Options{LoginName: login}})
		require.NoError(t, err)
		require.NoError(t, node.comesIn("ann", "ann's"))
	})
	t.Run("given another password, the old one is none any more", func(t *testing.T) {
		change := func(current, next string) error {
			_, err := ann.ChangePassword(within(t), &users.ChangePasswordReq{Options: &users.ChangePasswordReq_Options{
				LoginName: login, CurrentPassword: current, NewPassword: next,
			}})
			return err
		}
		require.Equal(t, codes.PermissionDenied, status.Code(change("bob's", "newer")))
		require.NoError(t, change("ann's", "newer"))
		require.Equal(t, codes.Unauthenticated, status.Code(node.comesIn("ann", "ann's")))
		require.NoError(t, node.comesIn("ann", "newer"))
		_, err := admin.ResetPassword(within(t), &users.ResetPasswordReq{Options: &users.ResetPasswordReq_Options{LoginName: login, NewPassword: "newest"}})
		require.NoError(t, err)
		require.NoError(t, node.comesIn("ann", "newest"))
		require.Contains(t, node.kinds("$users-password-notifications"), "$PasswordChanged")
	})
	t.Run("given one who is no administrator, it changes nobody", func(t *testing.T) {
		node.create("bob")
		bob := users.NewUsersClient(node.calling("bob", "bob's"))
		for name, call := range map[string]func() error{
			"create": func() error { _, err := bob.Create(within(t), &users.CreateReq{}); return err },
			"update": func() error {
				_, err := bob.Update(within(t), &users.UpdateReq{Options: &users.UpdateReq_Options{LoginName: "bob", Groups: []string{"$admins"}}})
				return err
			},
			"delete":  func() error { _, err := bob.Delete(within(t), &users.DeleteReq{}); return err },
			"disable": func() error { _, err := bob.Disable(within(t), &users.DisableReq{}); return err },
			"enable":  func() error { _, err := bob.Enable(within(t), &users.EnableReq{}); return err },
			"reset":   func() error { _, err := bob.ResetPassword(within(t), &users.ResetPasswordReq{}); return err },
		} {
			require.Equal(t, codes.PermissionDenied, status.Code(call()), name)
		}
	})
	t.Run("given all users, they come by name", func(t *testing.T) {
		found, err := node.details(admin, "")
		require.NoError(t, err)
		var names []string
		for _, one := range found {
			names = append(names, one.GetLoginName())
		}
		require.Equal(t, []string{"admin", "ann", "bob", "ops"}, names)
	})
	t.Run("given that it is deleted, it is nobody, and can be made again", func(t *testing.T) {
		_, err := admin.Delete(within(t), &users.DeleteReq{Options: &users.DeleteReq_Options{LoginName: login}})
		require.NoError(t, err)
		require.Equal(t, codes.Unauthenticated, status.Code(node.comesIn("ann", "newest")))
		var trailer grpcmetadata.MD
		_, err = admin.Enable(within(t), &users.EnableReq{Options: &users.EnableReq_Options{LoginName: login}}, grpc.Trailer(&trailer))
		require.Equal(t, codes.NotFound, status.Code(err))
		require.Equal(t, []string{"user-not-found"}, trailer.Get("exception"))
		node.create("ann")
		require.NoError(t, node.comesIn("ann", "ann's"))
	})
	t.Run("given a restart, all is as it was", func(t *testing.T) {
		node.Restart()
		require.NoError(t, node.comesIn("ann", "ann's"))
		require.NoError(t, node.comesIn("ops", first))
	})
	t.Run("given no credentials, or others than names and passwords, nothing is told", func(t *testing.T) {
		require.Equal(t, codes.PermissionDenied, status.Code(node.comesIn("", "")))
		ctx := grpcmetadata.AppendToOutgoingContext(within(t), "authorization", "Bearer abc")
		call, err := users.NewUsersClient(node.calling("", "")).Details(ctx, &users.DetailsReq{})
		require.NoError(t, err)
		_, err = call.Recv()
		require.Equal(t, codes.Unauthenticated, status.Code(err))
	})
}

func TestALogThatKeptNoUsers(t *testing.T) {
	encryption, _ := certificate(t)
	plain := nodetest.Start(t)
	options := esdbnode.Options{TLS: encryption, Users: true, Password: first}
	for range 2 {
		node, err := esdbnode.New(plain.Log, options)
		require.NoError(t, err)
		require.NoError(t, node.Close())
		options.Password = "another, which means nothing any more"
	}
	kept := &keeping{Server: plain, t: t}
	require.Equal(t, []string{"$UserCreated", "$UserUpdated"}, kept.kinds("$user-admin"))
	require.Equal(t, []string{"$UserCreated", "$UserUpdated"}, kept.kinds("$user-ops"))
}
