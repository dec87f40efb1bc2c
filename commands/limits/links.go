package limits

import (
	"context"
	"fmt"
	"time"

	"github.com/usher-engine/usher/domain"
)

// What holders of links may do with them within a time, whatever comes of it. A company
// that lets a hall full of people register by one link, over one network, meets none.
const (
	registrationsPerNetwork = 300  // an hour
	registrationsPerLink    = 1000 // an hour
	registrationsPerAccount = 5000 // a day
	answersPerNetwork       = 300  // an hour
	answersPerLink          = 20   // a day
)

// Registers counts that somebody fills in the form behind a join link. It refuses with
// too_many_attempts where too many came from the network, and with account_limit where too
// many came by the link, or to the account.
func (l *Limits) Registers(ctx context.Context, id domain.AccountID, generation uint64, network string) error {
	keys, err := l.keys(ctx)
	if err != nil {
		return err
	}
	shares := []Share{
		{
			Key: keys.Of("registrations by link", id.String(), fmt.Sprint(generation)), Most: registrationsPerLink, Window: time.Hour, Code: domain.AccountLimit,
			Reason: fmt.Sprintf("at most %d people an hour register by one join link", registrationsPerLink),
		},
		{
			Key: keys.Of("registrations at", id.String()), Most: registrationsPerAccount, Window: day, Code: domain.AccountLimit,
			Reason: fmt.Sprintf("at most %d people a day register by the account's join links", registrationsPerAccount),
		},
	}
	return l.byLink(ctx, append(shares, perNetwork(keys, network, "registrations from", registrationsPerNetwork, "at most %d people an hour register from one network by join links")...))
}

// Answers counts that the holder of a personal link declines, or asks for another. The
// parts name the link. It refuses with too_many_attempts.
func (l *Limits) Answers(ctx context.Context, network string, link ...string) error {
	keys, err := l.keys(ctx)
	if err != nil {
		return err
	}
	shares := []Share{{
		Key: keys.Of(append([]string{"answers to"}, link...)...), Most: answersPerLink, Window: day, Code: domain.TooManyAttempts,
		Reason: fmt.Sprintf("one link is answered at most %d times a day", answersPerLink),
	}}
	return l.byLink(ctx, append(shares, perNetwork(keys, network, "answers from", answersPerNetwork, "at most %d links an hour are answered from one network")...))
}

func perNetwork(keys Keys, network, what string, most int, reason string) []Share {
	if network == "" { // of Usher itself
		return nil
	}
	return []Share{{Key: keys.Of(what, network), Most: most, Window: time.Hour, Code: domain.TooManyAttempts, Reason: fmt.Sprintf(reason, most)}}
}

func (l *Limits) byLink(ctx context.Context, shares []Share) error {
	return l.settle(ctx, these(shares...), Admit)
}
