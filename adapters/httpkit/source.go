package httpkit

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Attempts bounds what is guessed of links from one network address.
type Attempts struct {
	// Bound is commands.App.Attempt, and Genuine is commands.App.Genuine.
	Bound   func(ctx context.Context, address string, try func() (wrong bool)) error
	Genuine func(ctx context.Context, token string) (bool, error)
}

// Handle handles a request that names a link by its token, unless that is none of ours
// and too many from the same network address were none; then nothing is answered yet,
// and the error says so. Whoever has a link of ours is hindered by nobody.
func (a Attempts) Handle(ctx context.Context, x *Exchange, token string, handle func()) error {
	guessed := false
	if token != "" {
		genuine, err := a.Genuine(ctx, token)
		if err != nil {
			return err
		}
		guessed = !genuine
	}
	if !guessed {
		handle()
		return nil
	}
	answered := false
	err := a.Bound(ctx, x.Network, func() (wrong bool) {
		handle()
		answered = true
		return true
	})
	if answered && err != nil {
		x.Fault = err
		err = nil
	}
	return err
}

// SourceOf returns the network that a request came from: an IPv4 address, or the /64
// that an IPv6 address is in, of which one subscriber has all. What proxies say
// in X-Forwarded-For is believed as far as the proxies are trusted: the last of
// them that says something other than an address is the source itself.
func SourceOf(r *http.Request, trusted []netip.Prefix) string {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	source := remote.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !within(source, trusted) {
			break
		}
		if hop = strings.Trim(hop, " \t"); hop == "" {
			continue // as lists of headers may have them
		}
		before, err := nodeAddress(hop)
		if err != nil {
			break
		}
		source = before
	}
	if source.Is6() {
		if network, err := source.Prefix(64); err == nil {
			return network.String()
		}
	}
	return source.String()
}

// nodeAddress is the address of a hop, which may have a port: 192.0.2.7, 192.0.2.7:80,
// 2001:db8::7, [2001:db8::7] or [2001:db8::7]:80. An IPv6 address without brackets
// has no port.
func nodeAddress(hop string) (netip.Addr, error) {
	address, err := netip.ParseAddr(hop)
	if err != nil {
		host, port := hop, ""
		if at := strings.LastIndexByte(hop, ':'); at > strings.IndexByte(hop, ']') {
			host, port = hop[:at], hop[at+1:]
			if !isPort(port) {
				return netip.Addr{}, errNoAddress
			}
		}
		inner, bracketed := strings.CutPrefix(host, "[")
		if bracketed {
			if inner, bracketed = strings.CutSuffix(inner, "]"); !bracketed {
				return netip.Addr{}, errNoAddress
			}
		}
		if address, err = netip.ParseAddr(inner); err != nil || address.Is6() != bracketed {
			return netip.Addr{}, errNoAddress
		}
	}
	return address.Unmap().WithZone(""), nil
}

var errNoAddress = errors.New("no address")

// isPort takes those, too, that a proxy made up (RFC 7239, section 6.4).
func isPort(port string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	made := strings.HasPrefix(port, "_")
	rest := strings.Trim(port, "0123456789")
	if made {
		rest = strings.Trim(port, "0123456789._-"+letters)
	}
	return rest == "" && len(port) > 0 && (made || len(port) <= 5)
}

func within(address netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address) })
}
