package passwords

import (
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// settings are argon2's own parameters.
type settings struct {
	passes, memoryKiB uint32
	threads           uint8
}

// Bounds of what is read back, so that a broken record cannot ask for endless
// work.
const (
	maxPasses    = 64
	maxMemoryKiB = 1 << 20
	minSalt      = 8  // bytes
	maxSalt      = 64 // bytes
)

func (s settings) areSane() bool {
	return s.passes >= 1 && s.passes <= maxPasses && s.threads >= 1 &&
		s.memoryKiB >= 8*uint32(s.threads) && s.memoryKiB <= maxMemoryKiB
}

// record is a kept hash. As text it is a PHC string:
// $argon2id$v=19$m=19456,t=2,p=1$salt$key
type record struct {
	settings
	salt, key []byte
}

func (r record) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, r.memoryKiB, r.passes, r.threads,
		encoding().EncodeToString(r.salt), encoding().EncodeToString(r.key))
}

// parseRecord reads exactly what String writes, and nothing else.
func parseRecord(text string) (record, bool) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 {
		return record{}, false
	}
	var r record
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil {
		return record{}, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &r.memoryKiB, &r.passes, &r.threads); err != nil {
		return record{}, false
	}
	var err error
	if r.salt, err = encoding().DecodeString(parts[4]); err != nil {
		return record{}, false
	}
	if r.key, err = encoding().DecodeString(parts[5]); err != nil {
		return record{}, false
	}
	hasLengths := len(r.salt) >= minSalt && len(r.salt) <= maxSalt && len(r.key) == keyLength
	return r, hasLengths && r.areSane() && r.String() == text
}

func encoding() *base64.Encoding { return base64.RawStdEncoding.Strict() }
