package codec

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands/bounded"
	"github.com/usher-engine/usher/domain"
)

// Key is somebody's data key.
type Key struct {
	Bytes []byte // 32
	// Erased says that the key is gone for ever; Bytes is then empty.
	Erased bool
}

// DataKeys looks data keys up. The answer has no entry for people who never had
// a key.
type DataKeys interface {
	DataKeys(ctx context.Context, people []domain.PersonID) (map[domain.PersonID]Key, error)
}

// ErrNoDataKey says that personal data cannot be sealed: their subject has no
// data key, or it is erased.
var ErrNoDataKey = errors.New("there is no data key")

// sealed is what stands in the log in place of personal data.
type sealed struct {
	Key    domain.PersonID `json:"key"`
	Sealed string          `json:"sealed"` // base64url: nonce, ciphertext, tag
}

// place is what a sealed part is bound to: moved elsewhere, it does not open.
type place struct {
	stream string
	event  uuid.UUID
	name   string // the event's wire name
}

// associatedData tells all places apart: each part of variable length is
// preceded by its length.
func (p place) associatedData() []byte {
	data := make([]byte, 0, 64+len(p.stream)+len(p.name))
	data = append(data, "usher personal 1"...)
	data = append(data, p.event[:]...)
	data = binary.BigEndian.AppendUint32(data, uint32(len(p.stream))) //nolint:gosec // because no stream name is that long
	data = append(data, p.stream...)
	data = binary.BigEndian.AppendUint32(data, uint32(len(p.name))) //nolint:gosec // because no wire name is that long
	return append(data, p.name...)
}

// strictBase64 has one text for each value.
func strictBase64() *base64.Encoding { return base64.RawURLEncoding.Strict() }

// seal encrypts with AES-256-GCM under a fresh random nonce.
func seal(aead cipher.AEAD, at place, plain []byte) string {
	raw := aead.Seal(nil, nil, plain, at.associatedData()) //nolint:gosec // because this cipher draws the nonce itself and takes none
	return strictBase64().EncodeToString(raw)
}

// open returns false for whatever seal did not make for this place and key.
func open(aead cipher.AEAD, at place, text string) ([]byte, bool) {
	raw, err := strictBase64().DecodeString(text)
	if err != nil || strictBase64().EncodedLen(len(raw)) != len(text) { // line breaks are passed over by the decoder
		return nil, false
	}
	plain, err := aead.Open(nil, nil, raw, at.associatedData())
	return plain, err == nil
}

// ciphers remembers prepared ciphers. Which key is right is asked anew for each
// batch; this only spares the preparation.
type ciphers struct {
	known *bounded.Cache[domain.PersonID, prepared]
}

type prepared struct {
	key  []byte
	aead cipher.AEAD
}

const knownCiphers = 4096

func newCiphers() ciphers {
	return ciphers{known: bounded.New[domain.PersonID, prepared](knownCiphers)}
}

func (c ciphers) of(person domain.PersonID, key []byte) (cipher.AEAD, error) {
	known, ok, age := c.known.Recall(person)
	if ok && bytes.Equal(known.key, key) {
		return known.aead, nil
	}
	if len(key) != 32 {
		return nil, fmt.Errorf("codec: the data key of %s has %d bytes instead of 32", person, len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("codec: prepare the data key of %s: %w", person, err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("codec: prepare the data key of %s: %w", person, err)
	}
	c.known.Remember(age, person, prepared{key: bytes.Clone(key), aead: aead})
	return aead, nil
}

func (c ciphers) forget(person domain.PersonID) { c.known.Forget(person) }
