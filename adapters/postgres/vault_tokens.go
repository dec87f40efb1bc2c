package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

const tokenColumns = "id, account, person, slot, tenure, epoch, made_at, used_at, expires_at" //nolint:gosec // because these are names

// SaveAPIToken implements commands.APITokens.
func (v *Vault) SaveAPIToken(ctx context.Context, digest [32]byte, token commands.APIToken) error {
	return v.write(ctx, "save an API token",
		"INSERT INTO vault.api_tokens (digest, "+tokenColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		digest[:], token.ID[:], token.Account[:], token.Person[:], token.Slot[:], token.Tenure, token.Epoch,
		timeText(token.MadeAt), timeText(token.UsedAt), timeText(token.ExpiresAt))
}

// FindAPIToken implements commands.APITokens.
func (v *Vault) FindAPIToken(ctx context.Context, digest [32]byte) (token commands.APIToken, found bool, err error) {
	err = v.read(ctx, "find an API token", func(row pgx.Rows) (err error) {
		found = true
		token, err = scanToken(row)
		return err
	}, "SELECT "+tokenColumns+" FROM vault.api_tokens WHERE digest = $1", digest[:])
	if err != nil {
		return commands.APIToken{}, false, err
	}
	return token, found, nil
}

// APITokensOf implements commands.APITokens.
func (v *Vault) APITokensOf(ctx context.Context, person domain.PersonID) (tokens []commands.APIToken, err error) {
	err = v.read(ctx, "list API tokens", func(row pgx.Rows) error {
		token, err := scanToken(row)
		tokens = append(tokens, token)
		return err
	}, "SELECT "+tokenColumns+" FROM vault.api_tokens WHERE person = $1 ORDER BY made_at, digest", person[:])
	return tokens, err
}

// UseAPIToken implements commands.APITokens.
func (v *Vault) UseAPIToken(ctx context.Context, digest [32]byte, at time.Time) error {
	return v.write(ctx, "note the use of an API token", "UPDATE vault.api_tokens SET used_at = $1 WHERE digest = $2", timeText(at), digest[:])
}

// ForgetAPIToken implements commands.APITokens.
func (v *Vault) ForgetAPIToken(ctx context.Context, id domain.TokenID) error {
	return v.write(ctx, "forget an API token", "DELETE FROM vault.api_tokens WHERE id = $1", id[:])
}

func scanToken(row pgx.Rows) (token commands.APIToken, err error) {
	err = row.Scan(scanID{token.ID[:]}, scanID{token.Account[:]}, scanID{token.Person[:]}, scanID{token.Slot[:]},
		&token.Tenure, &token.Epoch, scanTime{&token.MadeAt}, scanTime{&token.UsedAt}, scanTime{&token.ExpiresAt})
	return token, err
}
