package users

import (
	"context"
	"errors"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	stubs "github.com/usher-engine/usher/adapters/esdbnode/protos/users"
	"github.com/usher-engine/usher/adapters/esdbnode/rights"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/commands"
)

// Service implements stubs.UsersServer.
type Service struct {
	stubs.UnsafeUsersServer // all its methods are here
	*Users
}

var _ stubs.UsersServer = Service{}

func notFound(login string) error {
	return &wire.Failure{
		Code: codes.NotFound, Message: "User '" + login + "' is not found.",
		Exception: "user-not-found", Trailers: []string{"login-name", login},
	}
}

func conflict(login string) error {
	return &wire.Failure{
		Code: codes.FailedPrecondition, Message: "Conflict.",
		Exception: "user-conflict", Trailers: []string{"login-name", login},
	}
}

// Create implements stubs.UsersServer. A user who has just this password already
// stays as it is.
func (s Service) Create(ctx context.Context, request *stubs.CreateReq) (*stubs.CreateResp, error) {
	if err := s.judge.Admin(ctx); err != nil {
		return nil, err
	}
	options := request.GetOptions()
	login := options.GetLoginName()
	if login == "" || strings.Contains(login, ":") {
		return nil, wire.Invalid("a user's name is not empty, and has no colon")
	}
	hash, err := s.hash(ctx, options.GetPassword())
	if err != nil {
		return nil, err
	}
	found, err := s.find(ctx, login)
	if err == nil {
		return &stubs.CreateResp{}, s.isTheSame(ctx, found, options.GetPassword())
	}
	if !errors.As(err, new(*store.NotFound)) {
		return nil, err
	}
	end, err := s.store.End(ctx, streamOf(login))
	if err != nil {
		return nil, lost(err, login)
	}
	added := account{LoginName: login, FullName: options.GetFullName(), Hash: hash, Groups: groups(options.GetGroups())}
	added.revision = end - 1 // for no stream, that is store.NoStream
	return &stubs.CreateResp{}, lost(s.add(ctx, added), login)
}

func (s Service) isTheSame(ctx context.Context, found account, password string) error {
	same, err := s.passwords.Verify(ctx, commands.HashFor{Known: true}, found.Hash, password)
	if err != nil {
		return refused(err)
	}
	if !same {
		return conflict(found.LoginName)
	}
	return nil
}

func (s Service) add(ctx context.Context, added account) error {
	err := s.append(ctx, store.MetadataStream(streamOf(added.LoginName)), store.Any, store.MetadataType, true, []byte(accountRights))
	if err != nil {
		return err
	}
	if err := s.write(ctx, added, created); err != nil {
		return err
	}
	return s.append(ctx, listStream, store.Any, listed, false, []byte(added.LoginName))
}

// groups are never null in JSON.
func groups(given []string) []string { return append([]string{}, given...) }

// Update implements stubs.UsersServer.
func (s Service) Update(ctx context.Context, request *stubs.UpdateReq) (*stubs.UpdateResp, error) {
	options := request.GetOptions()
	return &stubs.UpdateResp{}, s.administer(ctx, options.GetLoginName(), func(changed *account) {
		changed.FullName, changed.Groups = options.GetFullName(), groups(options.GetGroups())
	})
}

// Enable implements stubs.UsersServer.
func (s Service) Enable(ctx context.Context, request *stubs.EnableReq) (*stubs.EnableResp, error) {
	return &stubs.EnableResp{}, s.administer(ctx, request.GetOptions().GetLoginName(), func(changed *account) { changed.Disabled = false })
}

// Disable implements stubs.UsersServer.
func (s Service) Disable(ctx context.Context, request *stubs.DisableReq) (*stubs.DisableResp, error) {
	return &stubs.DisableResp{}, s.administer(ctx, request.GetOptions().GetLoginName(), func(changed *account) { changed.Disabled = true })
}

// ResetPassword implements stubs.UsersServer.
func (s Service) ResetPassword(ctx context.Context, request *stubs.ResetPasswordReq) (*stubs.ResetPasswordResp, error) {
	if err := s.judge.Admin(ctx); err != nil {
		return nil, err
	}
	options := request.GetOptions()
	hash, err := s.hash(ctx, options.GetNewPassword())
	if err != nil {
		return nil, err
	}
	return &stubs.ResetPasswordResp{}, s.administer(ctx, options.GetLoginName(), func(changed *account) { changed.Salt, changed.Hash = "", hash })
}

// ChangePassword implements stubs.UsersServer: whoever knows a password may
// change it.
func (s Service) ChangePassword(ctx context.Context, request *stubs.ChangePasswordReq) (*stubs.ChangePasswordResp, error) {
	options := request.GetOptions()
	login := options.GetLoginName()
	hash, err := s.hash(ctx, options.GetNewPassword())
	if err != nil {
		return nil, err
	}
	found, err := s.find(ctx, login)
	if err != nil {
		return nil, missing(err, login)
	}
	same, err := s.passwords.Verify(ctx, commands.HashFor{Network: rights.Of(ctx).Name}, found.Hash, options.GetCurrentPassword())
	if err != nil {
		return nil, refused(err)
	}
	if !same {
		return nil, wire.AccessDenied("Access Denied")
	}
	found.Salt, found.Hash = "", hash
	return &stubs.ChangePasswordResp{}, s.change(ctx, found)
}

// Delete implements stubs.UsersServer. The name stays in $users, as in
// EventStoreDB.
func (s Service) Delete(ctx context.Context, request *stubs.DeleteReq) (*stubs.DeleteResp, error) {
	if err := s.judge.Admin(ctx); err != nil {
		return nil, err
	}
	login := request.GetOptions().GetLoginName()
	found, err := s.find(ctx, login)
	if err != nil {
		return nil, missing(err, login)
	}
	if _, err := s.store.Delete(ctx, streamOf(login), store.Revision(found.revision)); err != nil {
		return nil, lost(err, login)
	}
	return &stubs.DeleteResp{}, s.notice(ctx, login)
}

// administer changes a user on behalf of an administrator.
func (s Service) administer(ctx context.Context, login string, how func(*account)) error {
	if err := s.judge.Admin(ctx); err != nil {
		return err
	}
	found, err := s.find(ctx, login)
	if err != nil {
		return missing(err, login)
	}
	how(&found)
	return s.change(ctx, found)
}

func (s Service) change(ctx context.Context, changed account) error {
	if err := s.write(ctx, changed, updated); err != nil {
		return lost(err, changed.LoginName)
	}
	return s.notice(ctx, changed.LoginName)
}

func missing(err error, login string) error {
	if errors.As(err, new(*store.NotFound)) {
		return notFound(login)
	}
	return err
}

// lost is the failure of who was overtaken by another change.
func lost(err error, login string) error {
	if errors.As(err, new(*store.WrongVersion)) || errors.As(err, new(*store.Deleted)) {
		return conflict(login)
	}
	return err
}

// Details implements stubs.UsersServer: of one user, or of all by name. As in
// EventStoreDB 23.10, every user may see all.
func (s Service) Details(request *stubs.DetailsReq, stream grpc.ServerStreamingServer[stubs.DetailsResp]) error {
	logins := []string{request.GetOptions().GetLoginName()}
	one := strings.TrimSpace(logins[0]) != ""
	if !one {
		var err error
		if logins, err = s.logins(stream.Context()); err != nil {
			return err
		}
	}
	for _, login := range logins {
		found, err := s.find(stream.Context(), login)
		if errors.As(err, new(*store.NotFound)) && !one {
			continue // deleted
		}
		if err != nil {
			return missing(err, login)
		}
		if err := stream.Send(&stubs.DetailsResp{UserDetails: details(found)}); err != nil {
			return err
		}
	}
	return nil
}

func details(found account) *stubs.DetailsResp_UserDetails {
	return &stubs.DetailsResp_UserDetails{
		LoginName: found.LoginName, FullName: found.FullName, Groups: found.Groups, Disabled: found.Disabled,
		LastUpdated: &stubs.DetailsResp_UserDetails_DateTime{TicksSinceEpoch: wire.Ticks(found.changed)},
	}
}

// logins are the names of all users that there ever were, in order.
func (s Service) logins(ctx context.Context) (logins []string, err error) {
	for record, err := range s.store.ReadStream(ctx, listStream, 0, false) {
		if errors.As(err, new(*store.NotFound)) {
			break
		}
		if err != nil {
			return nil, err
		}
		if record.Type == listed {
			logins = append(logins, string(record.Data))
		}
	}
	slices.Sort(logins)
	return slices.Compact(logins), nil
}
