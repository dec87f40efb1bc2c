package httpapi

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/usher-engine/usher/domain"
)

// attempt handles a request that takes a password or a token, unless too many
// from its network address were wrong, or came too early; then nothing is answered
// yet, and the error says so.
func (a *api) attempt(r *http.Request, x *exchange, rt route, handle func()) error {
	answered := false
	err := a.App.Attempt(r.Context(), sourceOf(r, a.TrustedProxies), func() (wrong bool) {
		handle()
		answered = true
		return rt.costly || slices.Contains([]domain.Code{domain.LoginFailed, domain.ResetFailed, domain.NotFound, domain.TooManyAttempts}, x.code)
	})
	if answered && err != nil {
		x.fault = err
		err = nil
	}
	return err
}

// sourceOf is the network that a request came from: an IPv4 address, or the /64
// that an IPv6 address is in, of which one subscriber has all. What proxies say
// is believed as far as the proxies are trusted.
func sourceOf(r *http.Request, trusted []netip.Prefix) string {
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
		before, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		source = before.Unmap().WithZone("")
	}
	if source.Is6() {
		if network, err := source.Prefix(64); err == nil {
			return network.String()
		}
	}
	return source.String()
}

func within(address netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address) })
}
