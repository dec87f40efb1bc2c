package once_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/once"
	"github.com/usher-engine/usher/domain"
)

func command(n byte) domain.CommandID { return domain.CommandID{15: n} }

// request is Ann's, who makes a kitchen.
func request(n byte) once.Request {
	return once.Request{
		Account: domain.AccountID{1}, Scope: "ann", Key: "monday",
		Digest: digest("monday", "POST /departments\n", `{"name":"Kitchen"}`), Command: command(n),
	}
}

func digest(key string, parts ...string) [32]byte {
	of := once.Digest(key)
	for _, part := range parts {
		of.Write([]byte(part))
	}
	return [32]byte(of.Sum(nil))
}

// begin begins a request that is not to be refused.
func begin(t *testing.T, o *once.Once, r once.Request) once.Attempt {
	t.Helper()
	try, err := o.Begin(t.Context(), r)
	require.NoError(t, err)
	return try
}

func TestTheSameRequestAgain(t *testing.T) {
	t.Parallel()
	made := once.Answer{Status: 201, Text: []byte(`{"id":"1"}`)}
	t.Run("is carried out under the id that it had, while nothing is answered yet", func(t *testing.T) {
		o := once.New(commandstest.NewVault(), time.Now)
		require.Equal(t, command(1), begin(t, o, request(1)).Command)
		again := begin(t, o, request(2))
		require.Equal(t, command(1), again.Command)
		_, answered := again.Answered()
		require.False(t, answered)
	})
	t.Run("is given the answer of the first time", func(t *testing.T) {
		o := once.New(commandstest.NewVault(), time.Now)
		require.NoError(t, begin(t, o, request(1)).Finish(t.Context(), made))
		kept, answered := begin(t, o, request(2)).Answered()
		require.True(t, answered)
		require.Equal(t, made, kept)
	})
	t.Run("is given the answer that came first, whoever finishes later", func(t *testing.T) {
		o := once.New(commandstest.NewVault(), time.Now)
		first, second := begin(t, o, request(1)), begin(t, o, request(2))
		require.NoError(t, first.Finish(t.Context(), made))
		require.NoError(t, second.Finish(t.Context(), once.Answer{Status: 201, Text: []byte(`{"id":"2"}`)}))
		kept, _ := begin(t, o, request(3)).Answered()
		require.Equal(t, made, kept)
	})
	t.Run("is another request after seven days", func(t *testing.T) {
		records := commandstest.NewVault()
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		o := once.New(records, func() time.Time { return now })
		require.NoError(t, begin(t, o, request(1)).Finish(t.Context(), made))
		now = now.Add(7 * 24 * time.Hour)
		records.Sweep(now)
		_, answered := begin(t, o, request(2)).Answered()
		require.True(t, answered, "to the instant, it is remembered")
		now = now.Add(1)
		records.Sweep(now)
		anew := begin(t, o, request(2))
		_, answered = anew.Answered()
		require.False(t, answered)
		require.Equal(t, command(2), anew.Command)
	})
	t.Run("is one request, however many come at once", func(t *testing.T) {
		o := once.New(commandstest.NewVault(), time.Now)
		ids := make([]domain.CommandID, 16)
		var group sync.WaitGroup
		for i := range ids {
			group.Go(func() {
				try, err := o.Begin(t.Context(), request(byte(i)))
				if err == nil {
					ids[i] = try.Command
				}
			})
		}
		group.Wait()
		for _, id := range ids {
			require.Equal(t, ids[0], id)
		}
	})
}

func TestTheSameKeyWith(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(*once.Request){
		"another body":  func(r *once.Request) { r.Digest = digest(r.Key, "POST /departments\n", `{"name":"Kitchen" }`) },
		"another route": func(r *once.Request) { r.Digest = digest(r.Key, "POST /workgroups\n", `{"name":"Kitchen"}`) },
		"no body":       func(r *once.Request) { r.Digest = digest(r.Key, "POST /departments\n") },
	} {
		t.Run(what+" is refused", func(t *testing.T) {
			o := once.New(commandstest.NewVault(), time.Now)
			begin(t, o, request(1))
			other := request(2)
			change(&other)
			_, err := o.Begin(t.Context(), other)
			require.Equal(t, domain.IdempotencyKeyReused, domain.CodeOf(err))
		})
	}
	for whose, change := range map[string]func(*once.Request){
		"somebody else":   func(r *once.Request) { r.Scope = "ben" },
		"another account": func(r *once.Request) { r.Account = domain.AccountID{2} },
	} {
		t.Run("the name of "+whose+" is another key", func(t *testing.T) {
			o := once.New(commandstest.NewVault(), time.Now)
			begin(t, o, request(1))
			other := request(2)
			change(&other)
			require.Equal(t, command(2), begin(t, o, other).Command)
		})
	}
}

func TestAKeyIsKnownOnceItWasSent(t *testing.T) {
	t.Parallel()
	o := once.New(commandstest.NewVault(), time.Now)
	knows := func(scope, key string) bool {
		known, err := o.Knows(t.Context(), domain.AccountID{1}, scope, key)
		require.NoError(t, err)
		return known
	}
	require.False(t, knows("ann", "monday"))
	begin(t, o, request(1))
	require.True(t, knows("ann", "monday"))
	require.False(t, knows("ben", "monday"))
	require.False(t, knows("ann", "tuesday"))
	require.False(t, knows("ann", "no key"))
}

func TestWhichRefusalsAreFinal(t *testing.T) {
	t.Parallel()
	for code, final := range map[domain.Code]bool{
		domain.NameTaken: true, domain.InvalidName: true, domain.NotPermitted: true, domain.LinkUsed: true,
		domain.NotSignedIn: false, domain.LoginFailed: false, domain.TooBusy: false, domain.AccountLimit: false,
		domain.Contended: false, domain.Unavailable: false, domain.DiskFull: false, domain.KeysMissing: false, domain.Internal: false,
	} {
		t.Run(string(code), func(t *testing.T) {
			o := once.New(commandstest.NewVault(), time.Now)
			refused := once.Answer{Refused: code, Status: 400, Text: []byte(`{}`)}
			require.NoError(t, begin(t, o, request(1)).Finish(t.Context(), refused))
			again := begin(t, o, request(2))
			_, answered := again.Answered()
			require.Equal(t, final, answered)
			require.Equal(t, command(1), again.Command, "answered anew or not, it is the same command")
		})
	}
}

func TestWhatIsNoKeyIsRefused(t *testing.T) {
	t.Parallel()
	o := once.New(commandstest.NewVault(), time.Now)
	for _, key := range []string{"", "a b", "schlüssel", "a\tb", strings.Repeat("k", 256)} {
		r := request(1)
		r.Key = key
		_, err := o.Begin(t.Context(), r)
		require.Equal(t, domain.InvalidIdempotencyKey, domain.CodeOf(err), "%q", key)
	}
	r := request(1)
	r.Key = strings.Repeat("k", 255)
	begin(t, o, r)
}

func TestNeitherKeyNorBodyIsKept(t *testing.T) {
	t.Parallel()
	records := commandstest.NewVault()
	begin(t, once.New(records, time.Now), request(1))
	require.Len(t, records.Requests(), 1)
	for key, record := range records.Requests() {
		require.NotContains(t, key.Key, "monday")
		require.Len(t, key.Key, 64, "a digest")
		require.NotContains(t, string(record.Digest[:]), "Kitchen")
		require.Empty(t, record.Answer)
	}
}

func TestWhatTheRecordsCannotDo(t *testing.T) {
	t.Parallel()
	records := commandstest.NewVault()
	o := once.New(records, time.Now)
	try := begin(t, o, request(1))
	records.Fails = errors.New("the disk is full")
	_, err := o.Begin(t.Context(), request(2))
	require.ErrorIs(t, err, records.Fails)
	require.ErrorIs(t, try.Finish(t.Context(), once.Answer{Status: 200}), records.Fails)
}

func TestAPublicRequestThatIsRefused(t *testing.T) {
	t.Parallel()
	public := func(n byte) once.Request {
		r := request(n)
		r.Public = true
		return r
	}
	made, refused := once.Answer{Status: 201, Text: []byte(`{"id":"1"}`)}, once.Answer{Refused: domain.AlreadyRegistered, Status: 409, Text: []byte("{}")}
	t.Run("is forgotten, and judged anew when it comes again", func(t *testing.T) {
		records := commandstest.NewVault()
		o := once.New(records, time.Now)
		require.NoError(t, begin(t, o, public(1)).Finish(t.Context(), refused))
		require.Empty(t, records.Requests())
		again := begin(t, o, public(2))
		require.Equal(t, command(2), again.Command)
		require.NoError(t, again.Finish(t.Context(), made))
		kept, answered := begin(t, o, public(3)).Answered()
		require.True(t, answered)
		require.Equal(t, made, kept)
	})
	t.Run("is remembered where nobody knows what it came to", func(t *testing.T) {
		for _, unknown := range []domain.Code{domain.Internal, domain.Unavailable, domain.Contended, domain.NotYet, domain.DiskFull, domain.KeysMissing} {
			o := once.New(commandstest.NewVault(), time.Now)
			require.NoError(t, begin(t, o, public(1)).Finish(t.Context(), once.Answer{Refused: unknown, Status: 500, Text: []byte("{}")}))
			require.Equal(t, command(1), begin(t, o, public(2)).Command)
		}
	})
	t.Run("takes nothing from the one beside it that is carried out", func(t *testing.T) {
		o := once.New(commandstest.NewVault(), time.Now)
		one, other := begin(t, o, public(1)), begin(t, o, public(2))
		require.NoError(t, one.Finish(t.Context(), refused))
		require.NoError(t, other.Finish(t.Context(), made))
		kept, _ := begin(t, o, public(3)).Answered()
		require.Equal(t, made, kept)
	})
	t.Run("takes nothing from the one that came after it", func(t *testing.T) {
		o := once.New(commandstest.NewVault(), time.Now)
		one, beside := begin(t, o, public(1)), begin(t, o, public(2))
		require.NoError(t, one.Finish(t.Context(), refused))
		after := begin(t, o, public(3))
		require.NoError(t, beside.Finish(t.Context(), refused))
		require.NoError(t, after.Finish(t.Context(), made))
		kept, _ := begin(t, o, public(4)).Answered()
		require.Equal(t, made, kept)
	})
	t.Run("does not answer another request by its key", func(t *testing.T) {
		o := once.New(commandstest.NewVault(), time.Now)
		one, beside := begin(t, o, public(1)), begin(t, o, public(2))
		require.NoError(t, one.Finish(t.Context(), refused))
		another := public(3)
		another.Digest = [32]byte{9}
		after := begin(t, o, another)
		require.NoError(t, beside.Finish(t.Context(), made))
		_, answered := begin(t, o, another).Answered()
		require.False(t, answered)
		require.NoError(t, after.Finish(t.Context(), refused))
	})
}
