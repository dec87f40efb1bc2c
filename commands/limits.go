package commands

import (
	"context"
	"io"
	"time"

	"github.com/usher-engine/usher/commands/limits"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// Pseudonym returns a name for something that must not be kept in clear, nor guessed:
// always the same.
func (a *App) Pseudonym(ctx context.Context, of string) (string, error) {
	return a.limits.Pseudonym(ctx, of)
}

// Attempt lets whoever is at a network address try what can be guessed, so many at
// once. Wrong guesses count: after too many of them nothing is tried for a while,
// and it refuses with too_many_attempts.
func (a *App) Attempt(ctx context.Context, address string, try func() (wrong bool)) error {
	return a.limits.Attempt(ctx, address, try)
}

// Genuine reports whether a token is one that Usher has made, be it dead by now. Whoever
// has one guesses nothing.
func (a *App) Genuine(ctx context.Context, token string) (bool, error) {
	_, err := a.readLink(ctx, token)
	if domain.CodeOf(err) == domain.NotFound {
		return false, nil
	}
	return err == nil, err
}

// guesser is who tries to sign in by a login from a network, and on a device. There may be
// nobody behind the login, about whom the vault is asked all the same.
func (a *App) guesser(ctx context.Context, id domain.AccountID, login domain.Contact, somebody person.State, network, device string) (limits.Guesser, error) {
	g := limits.Guesser{Account: id, Login: login, Network: network}
	name, err := a.limits.NetworkOf(ctx, somebody.Person, network)
	if err != nil {
		return g, err
	}
	seen, err := a.ports.Vault.NetworkSeen(ctx, somebody.Person, Pseudonym(name))
	if err != nil {
		return g, err
	}
	keys, err := a.linkKeys(ctx)
	if err != nil {
		return g, err
	}
	on, genuine := keys.Device(device, links.Bearer{Account: id, Person: somebody.Person})
	if genuine && a.Now().Before(on.SignedIn.Add(DevicesAreKnown)) {
		g.Device = on.ID.String() + " " + somebody.SignsInWith().String() // after a reset it has new tries
	}
	g.Known = g.Device != "" || network != "" && a.Now().Before(seen.Add(KnownNetworksAreKept))
	return g, nil
}

// DevicesAreKnown is how long after somebody has signed in on a device it is known.
const DevicesAreKnown = 90 * 24 * time.Hour

// deviceOf is the token of a device on which somebody has signed in just now. Nothing is
// kept of it.
func (a *App) deviceOf(ctx context.Context, id domain.AccountID, who domain.PersonID) (string, error) {
	keys, err := a.linkKeys(ctx)
	if err != nil {
		return "", err
	}
	fresh := links.Device{SignedIn: a.Now()}
	if _, err := io.ReadFull(a.ports.Random, fresh.ID[:]); err != nil {
		return "", err
	}
	return keys.DeviceToken(fresh, links.Bearer{Account: id, Person: who}), nil
}

// rememberNetwork notes where somebody has proved who they are.
func (a *App) rememberNetwork(ctx context.Context, who domain.PersonID, network string) error {
	if network == "" {
		return nil
	}
	name, err := a.limits.NetworkOf(ctx, who, network)
	if err != nil {
		return err
	}
	seen, err := a.ports.Vault.NetworkSeen(ctx, who, Pseudonym(name))
	if err != nil || a.Now().Before(seen.Add(knownNetworkIsNotedIn)) {
		return err
	}
	return a.ports.Vault.RememberNetwork(ctx, who, Pseudonym(name), a.Now())
}

func hashFor(g limits.Guesser) HashFor {
	return HashFor{Account: g.Account, Network: g.Network, Known: g.Known}
}
