package links

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
)

// Device is a browser or program on which somebody has signed in.
type Device struct {
	ID       uuid.UUID // random; of one log-in
	SignedIn time.Time // to the second
}

// Bearer is whose device it is. The token does not say it, but its MAC covers it.
type Bearer struct {
	Account domain.AccountID
	Person  domain.PersonID
}

const deviceSize = 16 + 8

// DeviceToken writes what shows later that this person has signed in on the device.
func (k Keys) DeviceToken(d Device, of Bearer) string {
	said := binary.BigEndian.AppendUint64(slices.Clone(d.ID[:]), uint64(d.SignedIn.Unix())) //nolint:gosec // because it is after 1970
	return k.sign(device, said, of.bytes())
}

// Device reads a device's token; false where Usher has not made it, or not for this
// person, or under a key that is not kept any more.
func (k Keys) Device(token string, of Bearer) (Device, bool) {
	said, genuine := k.signed(device, token, deviceSize, of.bytes())
	if !genuine {
		return Device{}, false
	}
	seconds := int64(binary.BigEndian.Uint64(said[16:])) //nolint:gosec // because Usher wrote it
	return Device{ID: uuid.UUID(said[:16]), SignedIn: time.Unix(seconds, 0).UTC()}, true
}

func (b Bearer) bytes() []byte { return append(b.Account[:], b.Person[:]...) }

// SecretSize is how many random bytes a secret has.
const SecretSize = 32

// Secret writes random bytes as a secret that is known for one of Usher's also when it
// is of no use any more.
func (k Keys) Secret(random [SecretSize]byte) string { return k.sign(secret, random[:], nil) }

// IsSecret reports whether Usher has made a secret, under a key that is still kept.
func (k Keys) IsSecret(text string) bool {
	_, genuine := k.signed(secret, text, SecretSize, nil)
	return genuine
}

// sign writes bytes with the key's number before them, and after them a MAC over them and
// what they are about.
func (k Keys) sign(purpose Purpose, said, about []byte) string {
	number := slices.Max(slices.Collect(maps.Keys(k)))
	body := append([]byte{number, byte(purpose)}, said...)
	return base64.RawURLEncoding.EncodeToString(append(body, k.macOver(body, about)...))
}

// signed returns the bytes that sign has written, of which there are so many.
func (k Keys) signed(purpose Purpose, text string, size int, about []byte) (said []byte, genuine bool) {
	if len(text) != base64.RawURLEncoding.EncodedLen(2+size+macSize) {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != 2+size+macSize || raw[1] != byte(purpose) {
		return nil, false
	}
	if _, kept := k[raw[0]]; !kept {
		return nil, false
	}
	body, mac := raw[:2+size], raw[2+size:]
	return body[2:], hmac.Equal(mac, k.macOver(body, about))
}

// macOver covers the purpose at the same place as derive does, which has others.
func (k Keys) macOver(body, about []byte) []byte {
	mac := hmac.New(sha256.New, k[body[0]])
	mac.Write(body)
	mac.Write(about)
	return mac.Sum(nil)[:macSize]
}
