package questions

import (
	"context"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// Myself is who is signed in, and where.
type Myself struct {
	commands.Me
	Account domain.AccountID
}

// Me asks who is signed in.
func Me() Question[struct{}, Myself] {
	return Question[struct{}, Myself]{
		Entry{"me", commands.SeeOneself, nil},
		func(ctx context.Context, asker Asker, _ struct{}) (Myself, error) {
			me, err := asker.from.App.Me(ctx, asker.Caller, asker.Account)
			return Myself{me, asker.Account}, err
		},
	}
}

// OpenSession is somewhere that somebody is signed in.
type OpenSession struct {
	commands.Session
	Current bool // whether it is the one that asks
}

// Sessions asks where one is signed in.
func Sessions() Question[struct{}, []OpenSession] {
	return Question[struct{}, []OpenSession]{
		Entry{"sessions", commands.SeeOneself, nil},
		func(ctx context.Context, asker Asker, _ struct{}) ([]OpenSession, error) {
			found, err := asker.from.App.Sessions(ctx, asker.Caller, asker.Account)
			open := make([]OpenSession, len(found))
			for i, one := range found {
				open[i] = OpenSession{one, one.ID == asker.Caller.ID}
			}
			return open, err
		},
	}
}

// Tokens asks for one's own API tokens that live.
func Tokens() Question[struct{}, []commands.OwnToken] {
	return Question[struct{}, []commands.OwnToken]{
		Entry{"api-tokens", commands.ManageOwnTokens, nil},
		func(ctx context.Context, asker Asker, _ struct{}) ([]commands.OwnToken, error) {
			return asker.from.App.Tokens(ctx, asker.Caller, asker.Account)
		},
	}
}

// Settings asks what the account is set to.
func Settings() Question[struct{}, account.State] {
	return Question[struct{}, account.State]{
		Entry{"settings", commands.SeeSettings, nil},
		func(ctx context.Context, asker Asker, _ struct{}) (account.State, error) {
			return asker.from.App.Settings(ctx, asker.Caller, asker.Account)
		},
	}
}
