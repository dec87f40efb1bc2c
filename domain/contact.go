package domain

import "strings"

// ContactKind is one of ContactEmail and ContactPhone.
type ContactKind string

const (
	ContactEmail ContactKind = "email"
	ContactPhone ContactKind = "phone"
)

// Contact is an e-mail address or a phone number, already normalised: a phone
// number in E.164, an address with its domain in lower-case ASCII and its local
// part as typed.
type Contact struct {
	Kind    ContactKind `json:"kind"`
	Address string      `json:"address"`
	// Form is the frozen normal form with its version, from which the slot is
	// derived. It is known while a contact is being looked up, and not stored.
	Form string `json:"-"`
	// Country is where a phone number belongs (ISO 3166-1 alpha-2), as far as that
	// can be told. It is known as Form is.
	Country string `json:"-"`
}

func (c Contact) IsZero() bool { return c.Address == "" }

// Domain returns the domain of an e-mail address, and empty for a phone number.
func (c Contact) Domain() string {
	if c.Kind != ContactEmail {
		return ""
	}
	return c.Address[strings.LastIndexByte(c.Address, '@')+1:]
}
