package passwords_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/passwords"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// cheap is a cost for tests that are not about cost.
func cheap() passwords.Cost {
	return passwords.Cost{Passes: 1, MemoryKiB: 8, Threads: 1}
}

func TestHash(t *testing.T) {
	ctx := context.Background()
	t.Run("given the default cost, the record says so and carries a salt of 16 bytes", func(t *testing.T) {
		hash, err := passwords.New(passwords.Default()).Hash(ctx, commands.HashFor{}, "a-long-password-1")
		require.NoError(t, err)
		require.Regexp(t, `^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`, hash)
	})
	t.Run("given one password twice, the hashes differ", func(t *testing.T) {
		hasher := passwords.New(cheap())
		first, err := hasher.Hash(ctx, commands.HashFor{}, "a-long-password-1")
		require.NoError(t, err)
		second, err := hasher.Hash(ctx, commands.HashFor{}, "a-long-password-1")
		require.NoError(t, err)
		require.NotEqual(t, first, second)
	})
	t.Run("given 256 characters it hashes, given more or broken ones it refuses", func(t *testing.T) {
		for password, want := range map[string]domain.Code{
			strings.Repeat("é", 256):                  "",
			strings.Repeat("e\u0301", 256):            "",
			strings.Repeat("한", 256):                  "",
			norm.NFD.String(strings.Repeat("한", 256)): "",
			strings.Repeat("😀", 256):                  "",
			strings.Repeat("é", 257):                  domain.PasswordTooLong,
			strings.Repeat("e\u0301", 257):            domain.PasswordTooLong,
			strings.Repeat("x", 1<<20):                domain.PasswordTooLong,
			"nul\x00nul":                              domain.PasswordInvalid,
			"bytes\xff":                               domain.PasswordInvalid,
		} {
			_, err := passwords.New(cheap()).Hash(ctx, commands.HashFor{}, password)
			require.Equal(t, want, domain.CodeOf(err), "%.20q", password)
		}
	})
}

func TestVerify(t *testing.T) {
	hasher := passwords.New(cheap())
	t.Run("given a password composed otherwise, it is the same", func(t *testing.T) {
		composed, decomposed := "Zürich-Genève-한국", norm.NFD.String("Zürich-Genève-한국")
		require.NotEqual(t, composed, decomposed)
		for _, hashed := range []string{composed, decomposed} {
			for _, typed := range []string{composed, decomposed} {
				require.True(t, verify(t, hasher, mustHash(t, hasher, hashed), typed))
			}
		}
	})
	t.Run("given passwords that differ only after 72 bytes, they differ", func(t *testing.T) {
		hash := mustHash(t, hasher, strings.Repeat("x", 72)+"a")
		require.True(t, verify(t, hasher, hash, strings.Repeat("x", 72)+"a"))
		require.False(t, verify(t, hasher, hash, strings.Repeat("x", 72)+"b"))
		require.False(t, verify(t, hasher, hash, strings.Repeat("x", 72)))
	})
	t.Run("given the last of 256 characters left out, it is wrong", func(t *testing.T) {
		hash := mustHash(t, hasher, strings.Repeat("😀", 256))
		require.True(t, verify(t, hasher, hash, strings.Repeat("😀", 256)))
		require.False(t, verify(t, hasher, hash, strings.Repeat("😀", 255)))
		require.False(t, verify(t, hasher, hash, strings.Repeat("😀", 257)))
	})
	t.Run("given another case or an edge space, it is wrong", func(t *testing.T) {
		hash := mustHash(t, hasher, "Sommerregen-im-Wald")
		require.False(t, verify(t, hasher, hash, "sommerregen-im-wald"))
		require.False(t, verify(t, hasher, hash, "Sommerregen-im-Wald "))
	})
	t.Run("given a password that cannot have been hashed, it is wrong", func(t *testing.T) {
		hash := mustHash(t, hasher, "")
		for _, typed := range []string{"\x00", "\xff", strings.Repeat("x", 1<<20)} {
			require.False(t, verify(t, hasher, hash, typed))
		}
	})
	t.Run("given a hash made at another cost, it is verified at that", func(t *testing.T) {
		dear := passwords.New(passwords.Cost{Passes: 3, MemoryKiB: 64, Threads: 2})
		require.True(t, verify(t, hasher, mustHash(t, dear, "a-long-password-1"), "a-long-password-1"))
	})
	t.Run("given argon2's own answer in a record, it is verified", func(t *testing.T) {
		key := argon2.IDKey([]byte("password"), []byte("somesalt"), 2, 256, 1, 32)
		hash := "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$" + base64.RawStdEncoding.EncodeToString(key)
		require.True(t, verify(t, hasher, hash, "password"))
	})
}

func TestVerifyWithoutHash(t *testing.T) {
	hasher := passwords.New(cheap())
	good := mustHash(t, hasher, "a-long-password-1")
	for _, hash := range brokenHashes(good) {
		t.Run(fmt.Sprintf("given the hash %.40q, it is wrong for every password", hash), func(t *testing.T) {
			for _, typed := range []string{"a-long-password-1", "", "\x00"} {
				require.False(t, verify(t, hasher, hash, typed))
			}
			require.True(t, hasher.NeedsRehash(hash))
		})
	}
}

func brokenHashes(good string) []string {
	return []string{
		"", "$", "$$$$$", "a-long-password-1", good + "$", good + "\n", " " + good, good[:len(good)-1], good[1:],
		strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1), strings.Replace(good, "v=19", "v=019", 1),
		strings.Replace(good, "m=8", "m=0", 1), strings.Replace(good, "m=8", "m=4294967295", 1), strings.Replace(good, "m=8", "m=-8", 1),
		strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "t=1", "t=4294967295", 1), strings.Replace(good, "p=1", "p=0", 1),
		strings.Replace(good, "p=1", "p=255", 1), strings.Replace(good, "p=1", "p=1,x=1", 1),
		"$argon2id$v=19$m=8,t=1,p=1$$", "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=8,t=1,p=1$" + strings.Repeat("A", 4<<20) + "$AAAAAAAAAAAAAAAAAAAAAA",
	}
}

func TestNeedsRehash(t *testing.T) {
	now := passwords.New(passwords.Cost{Passes: 2, MemoryKiB: 64, Threads: 1})
	for given, c := range map[string]struct {
		cost passwords.Cost
		want bool
	}{
		"the same cost": {passwords.Cost{Passes: 2, MemoryKiB: 64, Threads: 1}, false},
		"fewer passes":  {passwords.Cost{Passes: 1, MemoryKiB: 64, Threads: 1}, true},
		"less memory":   {passwords.Cost{Passes: 2, MemoryKiB: 32, Threads: 1}, true},
		"a dearer one":  {passwords.Cost{Passes: 3, MemoryKiB: 128, Threads: 2}, false},
	} {
		t.Run("given "+given+", it says whether to hash again", func(t *testing.T) {
			require.Equal(t, c.want, now.NeedsRehash(mustHash(t, passwords.New(c.cost), "x")))
		})
	}
}

func TestHashThenVerify(t *testing.T) {
	hasher := passwords.New(cheap())
	rapid.Check(t, func(t *rapid.T) {
		password := anyPassword().Draw(t, "password")
		other := anyPassword().Draw(t, "other")
		hash, err := hasher.Hash(context.Background(), commands.HashFor{}, password)
		require.NoError(t, err)
		right, err := hasher.Verify(context.Background(), commands.HashFor{}, hash, password)
		require.NoError(t, err)
		require.True(t, right)
		for _, wrong := range []string{other, password + "x", password[:len(password)-1]} {
			same, err := hasher.Verify(context.Background(), commands.HashFor{}, hash, wrong)
			require.NoError(t, err)
			require.Equal(t, norm.NFC.String(password) == norm.NFC.String(wrong), same)
		}
	})
}

func anyPassword() *rapid.Generator[string] {
	return rapid.StringN(1, 100, -1).Filter(func(text string) bool { return !strings.ContainsRune(text, 0) })
}

func mustHash(t *testing.T, hasher *passwords.Passwords, password string) string {
	t.Helper()
	hash, err := hasher.Hash(context.Background(), commands.HashFor{}, password)
	require.NoError(t, err)
	return hash
}

func verify(t *testing.T, hasher *passwords.Passwords, hash, password string) bool {
	t.Helper()
	right, err := hasher.Verify(context.Background(), commands.HashFor{}, hash, password)
	require.NoError(t, err)
	return right
}
