package eventstoredb_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
)

func TestConnectionStrings(t *testing.T) {
	for name, test := range map[string]struct{ connection, says string }{
		"a user over a plain connection":            {"esdb://admin:s3cret@localhost:2113?tls=false", "tls=false"},
		"the same in other letters":                 {"esdb://admin:s3cret@localhost:2113?TLS=False", "tls=false"},
		"a user without a password":                 {"esdb://admin@localhost:2113", "without a password"},
		"a setting that nobody knows":               {"esdb://localhost:2113?tsl=false", `"tsl"`},
		"a deadline that is no number":              {"esdb://localhost:2113?tls=false&defaultDeadline=soon", "defaultDeadline"},
		"a certificate without its key":             {"esdb://localhost:2113?userCertFile=a.pem", "userKeyFile"},
		"a certificate that is not there":           {"esdb://localhost:2113?userCertFile=a.pem&userKeyFile=b.pem", "certificate"},
		"authorities that are not there":            {"esdb://admin:s3cret@localhost:2113?tlsCAFile=/none/ca%20of%20ours.pem", "tlsCAFile that cannot be used: open /none/ca of ours.pem"},
		"authorities that are none":                 {"esdb://admin:s3cret@localhost:2113?TLSCAFile=settings_test.go", "settings_test.go has no certificate"},
		"another database's scheme":                 {"postgres://localhost:2113", "esdb://"},
		"a password with a colon and a slash":       {"esdb://admin:s3cret/s3cret@localhost:2113", "percent-encoded"},
		"a password with a question mark":           {"esdb://admin:s3cret?s3cret@localhost:2113", "percent-encode"},
		"a password with a broken escape":           {"esdb://admin:s3cret%zz@localhost:2113", "percent-encoded"},
		"a password with a comma, and hosts":        {"esdb://admin:1,s3cret@localhost:2113,localhost", "comma"},
		"a port beyond all":                         {"esdb://localhost:67649?tls=false", "65535"},
		"a port of another host beyond all":         {"esdb://admin:s3cret@localhost:2113,localhost:67649", "65535"},
		"port zero":                                 {"esdb://localhost:0?tls=false", "65535"},
		"a setting twice":                           {"esdb://localhost:2113?tls=false&TLS=true", "twice"},
		"no host":                                   {"esdb://", "host"},
		"an empty user with a password":             {"esdb://:s3cret@localhost:2113", "percent-encoded"},
		"a discovery with a wrong node preference ": {"esdb+discover://cluster?nodePreference=best", "best"},
	} {
		t.Run("given "+name+", it refuses and shows no password", func(t *testing.T) {
			_, err := eventstoredb.Open(t.Context(), test.connection, "", eventstoredb.Options{})
			require.ErrorContains(t, err, test.says)
			require.NotContains(t, err.Error(), "s3cret")
		})
	}

	for name, connection := range map[string]string{
		"one host":  "esdb://admin:s3cret@127.0.0.1:1",
		"a cluster": "esdb://admin:s3cret@127.0.0.1:1,127.0.0.1:2?tlsVerifyCert=false",
		"discovery": "esdb+discover://admin:s3cret@127.0.0.1:1?gossipTimeout=1",
	} {
		t.Run("given "+name+" where nobody answers, it says so in time and shows no password", func(t *testing.T) {
			start := time.Now()
			_, err := eventstoredb.Open(t.Context(), connection, "", eventstoredb.Options{Patience: 300 * time.Millisecond})
			require.ErrorIs(t, err, journal.ErrUnavailable)
			require.ErrorContains(t, err, "127.0.0.1")
			require.ErrorContains(t, err, "waited ")
			require.NotContains(t, err.Error(), "s3cret")
			require.Less(t, time.Since(start), 3*time.Second)
		})
	}

	t.Run("given a server that comes while it waits, it is open then", func(t *testing.T) {
		node := nodetest.Start(t)
		node.Stop()
		opened := make(chan error, 1)
		go func() {
			log, err := eventstoredb.Open(t.Context(), node.Connection, "", eventstoredb.Options{Patience: time.Millisecond, Wait: time.Minute})
			if err == nil {
				err = log.Close()
			}
			opened <- err
		}()
		node.Restart()
		require.NoError(t, <-opened)
	})
	t.Run("given a context that has ended, it does not connect", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := eventstoredb.Open(ctx, "esdb://127.0.0.1:1?tls=false", "", eventstoredb.Options{})
		require.ErrorIs(t, err, context.Canceled)
	})
}
