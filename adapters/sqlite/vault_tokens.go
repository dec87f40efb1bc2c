package sqlite

import (
	"context"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

const tokenColumns = "id, account, person, slot, tenure, epoch, made_at, used_at, expires_at" //nolint:gosec // because these are names

// SaveAPIToken implements commands.APITokens.
func (v *Vault) SaveAPIToken(ctx context.Context, digest [32]byte, token commands.APIToken) error {
	return v.write(ctx, "save an API token",
		"INSERT INTO api_tokens (digest, "+tokenColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		digest[:], token.ID[:], token.Account[:], token.Person[:], token.Slot[:], token.Tenure, token.Epoch,
		token.MadeAt, token.UsedAt, token.ExpiresAt)
}

// FindAPIToken implements commands.APITokens.
func (v *Vault) FindAPIToken(ctx context.Context, digest [32]byte) (token commands.APIToken, found bool, err error) {
	const query = "SELECT " + tokenColumns + " FROM api_tokens WHERE digest = ?"
	err = v.read(ctx, "find an API token", query, func(row *sqlite3.Stmt) (err error) {
		found = true
		token, err = columnsToken(row)
		return err
	}, digest[:])
	if err != nil {
		return commands.APIToken{}, false, err
	}
	return token, found, nil
}

// APITokensOf implements commands.APITokens.
func (v *Vault) APITokensOf(ctx context.Context, person domain.PersonID) (tokens []commands.APIToken, err error) {
	const query = "SELECT " + tokenColumns + " FROM api_tokens WHERE person = ? ORDER BY made_at, digest"
	err = v.read(ctx, "list API tokens", query, func(row *sqlite3.Stmt) error {
		token, err := columnsToken(row)
		tokens = append(tokens, token)
		return err
	}, person[:])
	return tokens, err
}

// UseAPIToken implements commands.APITokens.
func (v *Vault) UseAPIToken(ctx context.Context, digest [32]byte, at time.Time) error {
	return v.writeVital(ctx, "note the use of an API token", "UPDATE api_tokens SET used_at = ? WHERE digest = ?", at, digest[:])
}

// ForgetAPIToken implements commands.APITokens.
func (v *Vault) ForgetAPIToken(ctx context.Context, id domain.TokenID) error {
	return v.write(ctx, "forget an API token", "DELETE FROM api_tokens WHERE id = ?", id[:])
}

func columnsToken(row *sqlite3.Stmt) (token commands.APIToken, err error) {
	for column, id := range [][]byte{token.ID[:], token.Account[:], token.Person[:], token.Slot[:]} {
		copy(id, row.ColumnRawBlob(column))
	}
	token.Tenure, token.Epoch = row.ColumnInt(4), row.ColumnInt(5)
	for column, at := range []*time.Time{&token.MadeAt, &token.UsedAt, &token.ExpiresAt} {
		if *at, err = columnTime(row, 6+column); err != nil {
			return commands.APIToken{}, err
		}
	}
	return token, nil
}
