package httpapi

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"

	"github.com/usher-engine/usher/adapters/httpkit"
)

// noCursor is what no list gives out.
const noCursor = "?"

// paged is an input that says which part of a list.
type paged interface {
	cursor() *string
	limit() *int
}

// goesBeyond is an answer that has the cursor of another, be it a list or not.
type goesBeyond interface{ next() *string }

// continued is a list that another page may follow.
type continued interface {
	goesBeyond
	// goOn says how the page behind comes; of which request they are the answer.
	goOn(following func(cursor string) (any, error), asked *httpkit.Exchange)
}

func (p *Paged) cursor() *string { return &p.Cursor }
func (p *Paged) limit() *int     { return &p.Limit }
func (p *page[T]) next() *string { return &p.Next }

func (p *page[T]) goOn(following func(cursor string) (any, error), asked *httpkit.Exchange) {
	p.following, p.asked = following, asked
}

// openCursor puts the list's own cursor into the place of the sealed one, and noCursor
// where that is not one of this list in this account; the list refuses it in its turn.
func (a *api) openCursor(ctx context.Context, in any) error {
	list, is := in.(paged)
	if !is || *list.cursor() == "" {
		return nil
	}
	aead, of, err := a.sealOfList(ctx)
	if err != nil {
		return err
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(*list.cursor())
	if err == nil {
		sealed, err = aead.Open(nil, nil, sealed, of)
	}
	if *list.cursor() = string(sealed); err != nil {
		*list.cursor() = noCursor
	}
	return nil
}

// sealCursor seals the list's own cursor: it holds by what the list is sorted, which can
// be a name, and ends up in addresses, and so in the logs of proxies and browsers.
func (a *api) sealCursor(ctx context.Context, answer any) error {
	list, is := answer.(goesBeyond)
	if !is || *list.next() == "" {
		return nil
	}
	aead, of, err := a.sealOfList(ctx)
	if err != nil {
		return err
	}
	*list.next() = base64.RawURLEncoding.EncodeToString(aead.Seal(nil, nil, []byte(*list.next()), of)) //nolint:gosec // because this cipher draws the nonce itself and takes none
	return nil
}

// sealOfList is what seals the cursors of an account, with a key from the account's own,
// and to which list they are bound.
func (a *api) sealOfList(ctx context.Context) (cipher.AEAD, []byte, error) {
	x := httpkit.ExchangeOf(ctx)
	secret, err := a.Secrets.Keyring.LookupKey(ctx, x.Account)
	if err != nil {
		return nil, nil, err
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "usher cursors 1", 32)
	if err != nil {
		return nil, nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return aead, []byte(x.Route), err
}
