package codec

import "crypto/rand"

// NewKey returns 32 bytes that nobody can guess, for AES-256. They come from the
// system alone: how many are made depends on who else makes some.
func NewKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // which never fails
	return key
}
