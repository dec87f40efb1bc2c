package codec

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// BatchSeal seals what a vault keeps of a bulk invitation that goes on by itself, under a
// key of that batch alone.
type BatchSeal struct {
	id   domain.BatchID
	aead cipher.AEAD
}

// errBatchSeal says that a vault's row is not as it was sealed.
var errBatchSeal = errors.New("codec: what is kept of a batch does not open with its key")

// NewBatchSeal returns the seal of a batch and its key, which NewKey makes.
func NewBatchSeal(id domain.BatchID, key []byte) (BatchSeal, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return BatchSeal{}, fmt.Errorf("codec: prepare the key of a batch: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return BatchSeal{}, fmt.Errorf("codec: prepare the key of a batch: %w", err)
	}
	return BatchSeal{id: id, aead: aead}, nil
}

// Caller seals who invites, and OpenCaller opens it.
func (s BatchSeal) Caller(caller commands.Caller) ([]byte, error) { return s.seal("caller", 0, caller) }

func (s BatchSeal) OpenCaller(sealed []byte) (caller commands.Caller, err error) {
	return caller, s.open("caller", 0, sealed, &caller)
}

// waiting is a contact with what is known of it once it was read.
type waiting struct {
	domain.Contact
	Form      string
	Country   string
	Confirmed []domain.Doubt `json:",omitzero"`
}

// Waiting seals the contact of a row that waits, and OpenWaiting opens it.
func (s BatchSeal) Waiting(row commands.WaitingRow) ([]byte, error) {
	return s.seal("waiting", row.Place, waiting{Contact: row.Contact, Form: row.Contact.Form, Country: row.Contact.Country, Confirmed: row.Confirmed})
}

func (s BatchSeal) OpenWaiting(sealed []byte, row *commands.WaitingRow) error {
	var found waiting
	err := s.open("waiting", row.Place, sealed, &found)
	row.Contact, row.Confirmed = found.Contact, found.Confirmed
	row.Contact.Form, row.Contact.Country = found.Form, found.Country
	return err
}

// refused is a contact and why it was not invited.
type refused struct {
	Contact string
	Refused *domain.Refusal
}

// Refused seals what became of a row that was refused, and OpenRefused opens it.
func (s BatchSeal) Refused(row commands.SettledRow) ([]byte, error) {
	return s.seal("refused", row.Place, refused{row.Contact, row.Refused})
}

func (s BatchSeal) OpenRefused(sealed []byte, row *commands.SettledRow) error {
	var found refused
	err := s.open("refused", row.Place, sealed, &found)
	row.Contact, row.Refused = found.Contact, found.Refused
	return err
}

// at is what a sealed part is bound to.
func (s BatchSeal) at(kind string, place int) []byte {
	data := append([]byte("usher batch row 1 "+kind+" "), s.id[:]...)
	return binary.BigEndian.AppendUint64(data, uint64(place)) //nolint:gosec // because no place is below 0
}

func (s BatchSeal) seal(kind string, place int, value any) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("codec: write down a row of a batch: %w", err)
	}
	return s.aead.Seal(nil, nil, plain, s.at(kind, place)), nil //nolint:gosec // because this cipher draws the nonce itself and takes none
}

func (s BatchSeal) open(kind string, place int, sealed []byte, into any) error {
	plain, err := s.aead.Open(nil, nil, sealed, s.at(kind, place))
	if err != nil {
		return errBatchSeal
	}
	if err := json.Unmarshal(plain, into); err != nil {
		return fmt.Errorf("codec: read a row of a batch: %w", err)
	}
	return nil
}
