package httpkit_test

import (
	"net/http"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpkit"
)

func TestSource(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, test := range []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"an address is its own source", "192.0.2.7:1234", nil, "192.0.2.7"},
		{"an IPv4 address in IPv6's clothes is an IPv4 address", "[::ffff:192.0.2.7]:1234", nil, "192.0.2.7"},
		{"of IPv6 the subscriber's network counts", "[2001:db8:1:2:3:4:5:6]:1234", nil, "2001:db8:1:2::/64"},
		{"who is no trusted proxy is not believed", "192.0.2.7:1234", []string{"198.51.100.1"}, "192.0.2.7"},
		{"a trusted proxy is believed", "10.1.1.1:80", []string{"198.51.100.1"}, "198.51.100.1"},
		{"of what a client made up, the proxy's own word counts", "10.1.1.1:80", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1"},
		{"several proxies, in several headers", "10.1.1.1:80", []string{"203.0.113.9", "198.51.100.1, 10.2.2.2"}, "198.51.100.1"},
		{"only proxies", "10.1.1.1:80", []string{"10.2.2.2"}, "10.2.2.2"},
		{"a proxy that says nothing", "10.1.1.1:80", nil, "10.1.1.1"},
		{"what is no address", "10.1.1.1:80", []string{"198.51.100.1, unknown"}, "10.1.1.1"},
		{"with a port", "10.1.1.1:80", []string{"198.51.100.1:51234"}, "198.51.100.1"},
		{"IPv6 in brackets", "10.1.1.1:80", []string{"[2001:db8:1:2:3:4:5:6]"}, "2001:db8:1:2::/64"},
		{"IPv6 in brackets with a port", "10.1.1.1:80", []string{"[2001:db8:1:2:3:4:5:6]:443"}, "2001:db8:1:2::/64"},
		{"IPv4 in IPv6's clothes, in brackets with a port", "10.1.1.1:80", []string{"[::ffff:198.51.100.1]:443"}, "198.51.100.1"},
		{"several proxies, all with ports", "10.1.1.1:80", []string{"203.0.113.9:1,198.51.100.1:2 ,\t10.2.2.2:3"}, "198.51.100.1"},
		{"a port that the proxy made up", "10.1.1.1:80", []string{"198.51.100.1:_sVc-1"}, "198.51.100.1"},
		{"empty elements", "10.1.1.1:80", []string{"", " , 198.51.100.1, ,"}, "198.51.100.1"},
		{"a port that is none", "10.1.1.1:80", []string{"198.51.100.1:http"}, "10.1.1.1"},
		{"a port too long", "10.1.1.1:80", []string{"198.51.100.1:123456"}, "10.1.1.1"},
		{"a port that is missing", "10.1.1.1:80", []string{"198.51.100.1:"}, "10.1.1.1"},
		{"IPv4 in brackets", "10.1.1.1:80", []string{"[198.51.100.1]:80"}, "10.1.1.1"},
		{"a bracket left open", "10.1.1.1:80", []string{"[2001:db8::1"}, "10.1.1.1"},
		{"a bracket that nobody opened", "10.1.1.1:80", []string{"2001:db8::1]:80"}, "10.1.1.1"},
		{"a name", "10.1.1.1:80", []string{"client.example:80"}, "10.1.1.1"},
		{"a hidden one", "10.1.1.1:80", []string{"198.51.100.1, _hidden"}, "10.1.1.1"},
		{"garbage in front of a client that a proxy saw", "10.1.1.1:80", []string{"\"'<>[]::%, 198.51.100.1"}, "198.51.100.1"},
		{"a proxy on this machine, and a zone", "[::1]:80", []string{"fe80::1%eth0"}, "fe80::/64"},
	} {
		t.Run(test.name, func(t *testing.T) {
			request := &http.Request{RemoteAddr: test.remote, Header: http.Header{"X-Forwarded-For": test.forwarded}}
			require.Equal(t, test.want, httpkit.SourceOf(request, trusted))
		})
	}
}
