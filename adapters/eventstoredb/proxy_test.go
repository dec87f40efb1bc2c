package eventstoredb_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"
)

// wire is a connection between client and server on which faults happen.
type wire struct {
	*toxiproxy.Proxy
	t *testing.T
}

// through puts a wire before a server whose connection string is given, and
// returns it with its own.
func through(t *testing.T, connection string) (*wire, string) {
	t.Helper()
	address, settings, _ := strings.Cut(strings.TrimPrefix(connection, "esdb://"), "?")
	w := &wire{newProxy("127.0.0.1:0", address), t}
	require.NoError(t, w.Start())
	t.Cleanup(func() { w.Stop() })
	return w, "esdb://" + w.Listen + "?" + settings
}

func newProxy(listen, upstream string) *toxiproxy.Proxy {
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	return toxiproxy.NewProxy(server, "wire", listen, upstream)
}

// drop cuts all connections, and takes new ones at once, in good health. The
// proxy is a new one, for toxics cannot be taken out of links that die.
func (w *wire) drop() {
	w.Stop()
	w.Proxy = newProxy(w.Listen, w.Upstream)
	if err := w.Start(); err != nil {
		w.t.Error(err)
	}
}

// poison makes the wire ill until it is dropped.
func (w *wire) poison(kind, stream, attributes string) {
	_, err := w.Toxics.AddToxicJson(strings.NewReader(
		fmt.Sprintf(`{"type":%q,"stream":%q,"attributes":{%s}}`, kind, stream, attributes)))
	if err != nil {
		w.t.Error(err)
	}
}

// illnesses are what may happen to a connection that ends.
func (w *wire) illnesses() []func() {
	bytes := func() string { return fmt.Sprintf(`"bytes":%d`, rand.IntN(300)) }
	return []func(){
		func() {}, // cut at any moment
		func() { w.poison("timeout", "downstream", `"timeout":0`) }, // requests arrive, answers are lost
		func() { w.poison("timeout", "upstream", `"timeout":0`) },   // requests are lost
		func() { w.poison("limit_data", "downstream", bytes()) },    // cut in the middle of an answer
		func() { w.poison("limit_data", "upstream", bytes()) },      // and of a request
		func() { w.poison("reset_peer", "downstream", `"timeout":1`) },
		func() { w.poison("slicer", "downstream", `"average_size":7,"size_variation":5,"delay":50`) },
		func() { w.poison("latency", "upstream", `"latency":3,"jitter":3`) },
	}
}
