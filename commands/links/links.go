package links

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
)

// Purpose is what a link is for. The numbers are on the wire.
type Purpose byte

const (
	Join        Purpose = 1 // the account's shared link
	Invitation  Purpose = 2
	SetPassword Purpose = 3
	Proof       Purpose = 4 // of an e-mail address
	Login       Purpose = 5 // of a contact that somebody wants to sign in by
	Reset       Purpose = 6 // of a forgotten password

	secret            Purpose = 252 // never in a link
	device            Purpose = 253 // never in a link
	resetCode         Purpose = 254 // never in a token
	generatedPassword Purpose = 255 // never in a token
)

var purposeNames = map[Purpose]string{ //nolint:gochecknoglobals // because a constant table has no other form
	Join: "join_link", Invitation: "invitation", SetPassword: "set_password", Proof: "proof", Login: "login", Reset: "reset_password",
}

func (p Purpose) String() string { return purposeNames[p] }

// PurposeNamed returns the purpose with this name, and zero where there is none.
func PurposeNamed(name string) Purpose {
	for purpose, known := range purposeNames {
		if known == name {
			return purpose
		}
	}
	return 0
}

// Keys are the link keys by number. The highest is used for what is new.
type Keys map[byte][]byte

// Link is what a token says.
type Link struct {
	Purpose Purpose
	// Subject is the slot of the person, or the account of a join link.
	Subject uuid.UUID
	// Counter is the invitation's, registration's or password link's number,
	// or the join link's generation.
	Counter uint64
}

// Owner is what a token does not say but its MAC covers.
type Owner struct {
	Account domain.AccountID
	Tenure  int // 0 for a join link
}

const macSize = 16 // 128 bits

// Token writes a link as the last segment of a URL: about 47 characters.
func (k Keys) Token(link Link, owner Owner) string {
	number := slices.Max(slices.Collect(maps.Keys(k)))
	body := encode(number, link)
	return base64.RawURLEncoding.EncodeToString(append(body, k.mac(number, link, owner)...))
}

// Claimed is a token that has been read but not yet believed.
type Claimed struct {
	Link
	number byte
	mac    []byte
}

// Read takes a token apart. It refuses what no Token could have written.
func Read(token string) (Claimed, error) {
	refused := domain.Refuse(domain.NotFound, "this link is not one of ours; check that it was copied whole")
	if len(token) > 64 {
		return Claimed{}, refused
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < 2+16+1+macSize || base64.RawURLEncoding.EncodeToString(raw) != token { // line breaks are skipped in decoding
		return Claimed{}, refused
	}
	body, mac := raw[:len(raw)-macSize], raw[len(raw)-macSize:]
	counter, size := binary.Uvarint(body[18:])
	claimed := Claimed{
		Link:   Link{Purpose: Purpose(body[1]), Subject: uuid.UUID(body[2:18]), Counter: counter},
		number: body[0], mac: mac,
	}
	if size <= 0 || claimed.Purpose.String() == "" || !slices.Equal(encode(claimed.number, claimed.Link), body) {
		return Claimed{}, refused
	}
	return claimed, nil
}

// Genuine reports whether Usher made the token, for this owner.
func (k Keys) Genuine(claimed Claimed, owner Owner) bool {
	if _, known := k[claimed.number]; !known {
		return false
	}
	return hmac.Equal(claimed.mac, k.mac(claimed.number, claimed.Link, owner))
}

// PasswordRef names a generated password.
type PasswordRef struct {
	Slot    domain.Slot
	Counter int
}

const passwordAlphabet = "abcdefghijkmnpqrstuvwxyz23456789" // 32 signs that are not taken for each other

// Password returns the generated password of somebody: 20 signs, 100 bits.
func (k Keys) Password(ref PasswordRef, owner Owner) string {
	return k.password(slices.Max(slices.Collect(maps.Keys(k))), ref, owner)
}

// IsPassword compares in constant time, under every key that is still kept.
func (k Keys) IsPassword(typed string, ref PasswordRef, owner Owner) bool {
	found := 0
	for number := range k {
		found |= subtle.ConstantTimeCompare([]byte(typed), []byte(k.password(number, ref, owner)))
	}
	return found == 1
}

func (k Keys) password(number byte, ref PasswordRef, owner Owner) string {
	sum := k.derive(number, generatedPassword, uuid.UUID(ref.Slot), uint64(ref.Counter), owner) //nolint:gosec // because counters are positive
	var text []byte
	for i, b := range sum[:20] {
		if i > 0 && i%5 == 0 {
			text = append(text, '-')
		}
		text = append(text, passwordAlphabet[b&31])
	}
	return string(text)
}

// Code returns the code for replacing somebody's forgotten password, named by its
// number: 8 digits.
func (k Keys) Code(slot domain.Slot, number int, owner Owner) string {
	return k.code(slices.Max(slices.Collect(maps.Keys(k))), slot, number, owner)
}

// IsCode compares in constant time, under every key that is still kept.
func (k Keys) IsCode(typed string, slot domain.Slot, number int, owner Owner) bool {
	found := 0
	for key := range k {
		found |= subtle.ConstantTimeCompare([]byte(typed), []byte(k.code(key, slot, number, owner)))
	}
	return found == 1
}

func (k Keys) code(key byte, slot domain.Slot, number int, owner Owner) string {
	sum := k.derive(key, resetCode, uuid.UUID(slot), uint64(number), owner) //nolint:gosec // because numbers are positive
	return fmt.Sprintf("%08d", binary.BigEndian.Uint64(sum)%100_000_000)
}

func (k Keys) mac(number byte, link Link, owner Owner) []byte {
	return k.derive(number, link.Purpose, link.Subject, link.Counter, owner)[:macSize]
}

// derive covers every part at a fixed place, so that no two different inputs
// are the same bytes.
func (k Keys) derive(number byte, purpose Purpose, subject uuid.UUID, counter uint64, owner Owner) []byte {
	mac := hmac.New(sha256.New, k[number])
	part := append([]byte{number, byte(purpose)}, subject[:]...)
	part = binary.BigEndian.AppendUint64(part, counter)
	part = append(part, owner.Account[:]...)
	part = binary.BigEndian.AppendUint64(part, uint64(owner.Tenure)) //nolint:gosec // because tenures are positive
	mac.Write(part)
	return mac.Sum(nil)
}

func encode(number byte, link Link) []byte {
	body := append([]byte{number, byte(link.Purpose)}, link.Subject[:]...)
	return binary.AppendUvarint(body, link.Counter)
}
