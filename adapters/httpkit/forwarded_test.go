package httpkit_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/httpkit"
)

// sourceBy is where a request comes from whose peer is a trusted proxy, by Forwarded.
func sourceBy(header http.Header) string {
	trusted, found := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, ""
	httpkit.ByForwarded(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		found = httpkit.SourceOf(r, trusted)
	})).ServeHTTP(httptest.NewRecorder(), &http.Request{RemoteAddr: "10.1.1.1:80", Header: header})
	return found
}

func TestSourceByForwarded(t *testing.T) {
	for _, test := range []struct {
		name      string
		forwarded []string
		want      string
	}{
		{"nothing", nil, "10.1.1.1"},
		{"an address", []string{"for=198.51.100.1"}, "198.51.100.1"},
		{"among other things, however written", []string{`Proto=https; By=10.1.1.1 ;FOR=198.51.100.1;host="usher.example, or so"`}, "198.51.100.1"},
		{"IPv6, quoted", []string{`for="[2001:db8:1:2::7]"`}, "2001:db8:1:2::/64"},
		{"IPv6, quoted, with a port", []string{`for="[2001:db8:1:2::7]:47011"`}, "2001:db8:1:2::/64"},
		{"IPv6 that somebody forgot to quote", []string{`for=[2001:db8:1:2::7]:47011`}, "2001:db8:1:2::/64"},
		{"with a port that the proxy made up", []string{`for="198.51.100.1:_http"`}, "198.51.100.1"},
		{"with escapes", []string{`for="198.51\.100.1"`}, "198.51.100.1"},
		{"several proxies", []string{"for=203.0.113.9, for=198.51.100.1;proto=https,for=10.2.2.2"}, "198.51.100.1"},
		{"several headers", []string{"for=203.0.113.9", "for=198.51.100.1", "for=10.2.2.2"}, "198.51.100.1"},
		{"empty elements", []string{" , for=198.51.100.1, ,"}, "198.51.100.1"},
		{"nobody known", []string{"for=198.51.100.1, for=unknown"}, "10.1.1.1"},
		{"a hidden one", []string{"for=198.51.100.1, for=_hidden"}, "10.1.1.1"},
		{"a hidden proxy between trusted ones", []string{`for=198.51.100.1, for="_SEVKISEK", for=10.2.2.2`}, "10.2.2.2"},
		{"an element without the client", []string{"for=198.51.100.1, proto=https"}, "10.1.1.1"},
		{"two clients in one element", []string{"for=198.51.100.1;for=203.0.113.9"}, "10.1.1.1"},
		{"a list in quotation marks", []string{`for="203.0.113.9, 198.51.100.1"`}, "10.1.1.1"},
		{"no value", []string{"for="}, "10.1.1.1"},
		{"an empty value", []string{`for=""`}, "10.1.1.1"},
		{"garbage", []string{`<script>alert(1)</script>`}, "10.1.1.1"},
		{"garbage of a client, before the proxy's header", []string{`for="`, "for=198.51.100.1"}, "198.51.100.1"},
		{"a mark left open by a client hides nothing", []string{`for=203.0.113.9;by=", for=198.51.100.1`}, "10.1.1.1"},
		{"a mark left open before one that the proxy opens", []string{`for=203.0.113.9;by=", for="[2001:db8::7]"`}, "10.1.1.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, sourceBy(http.Header{"Forwarded": test.forwarded, "X-Forwarded-For": {"203.0.113.66"}}))
		})
	}
}

// TestNobodyMakesUpWhereARequestCameFrom sends anything ahead of what the proxy
// appends: the source is what it says, or the proxy itself where that cannot be read.
func TestNobodyMakesUpWhereARequestCameFrom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SampledFrom([]string{`"`, `\`, ",", ";", "=", "for", "For", "by", "203.0.113.9", "[2001:db8::9]", ":80", " ", "_x", "é"})
		own := strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "the client's"), "")
		appended := rapid.SampledFrom([]string{"for=198.51.100.1", `for="198.51.100.1:4711"`, `proto=https;for="198.51.100.1"`}).Draw(t, "the proxy's")
		require.Contains(t, []string{"198.51.100.1", "10.1.1.1"}, sourceBy(http.Header{"Forwarded": {own + ", " + appended}}))
		require.Equal(t, "198.51.100.1", sourceBy(http.Header{"Forwarded": {own, appended}}))
	})
}
