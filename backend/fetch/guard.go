// Package fetch speaks to other people's servers: it asks repositories about files and downloads them. It implements
// core.Remote, and is the only room that sends requests out.
//
// Users choose the addresses, so every connection is guarded: http and https only, no proxy of the environment, and the
// address that a name leads to is looked at when the connection is made, after every redirect anew. Addresses inside any
// network of ours (loopback, private, link-local, shared, metadata services, and IPv6 forms that carry such addresses) are
// never spoken to. Redirects are counted, never lead from https to http, and take no access key along to another server.
// Time without a byte and size are bounded.
package fetch

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"regioscope/backend/core"
)

const (
	maxRedirects  = 8
	headerTimeout = 30 * time.Second
)

// Options of a client.
type Options struct {
	// Allow lists addresses (host:port) that are spoken to although they are inside: stand-ins of tests, and nothing else.
	Allow []netip.AddrPort
	// Stall is how long a download may be without a byte; 0 = 60 s.
	Stall time.Duration
	// Pauses are waited between attempts of one download; nil = 1, 4, 15 s.
	Pauses []time.Duration
}

// FromEnvironment gives the options of a program: REGIOSCOPE_TEST_FETCH_ALLOW lists addresses (HOST:PORT, comma separated)
// of stand-ins. It is for tests only and not among the settings.
func FromEnvironment() (o Options) {
	for _, text := range strings.Split(os.Getenv("REGIOSCOPE_TEST_FETCH_ALLOW"), ",") {
		if a, err := netip.ParseAddrPort(strings.TrimSpace(text)); err == nil {
			o.Allow = append(o.Allow, a)
		}
	}
	return o
}

// errInside: the address is in a network of ours.
var errInside = errors.New("fetch: an address inside")

// forbidden lists networks that are not the public internet, beside what netip knows of.
var forbidden = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fec0::/10")

func prefixes(list ...string) (out []netip.Prefix) {
	for _, p := range list {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

// public tells whether an address is out on the internet. IPv6 forms that stand for an IPv4 address are judged by that.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() || slices.ContainsFunc(forbidden, func(p netip.Prefix) bool { return p.Contains(a) }) {
		return false
	}
	if a.Is6() {
		b := a.As16()
		switch {
		case netip.MustParsePrefix("64:ff9b::/96").Contains(a): // NAT64
			return public(netip.AddrFrom4([4]byte(b[12:16])))
		case netip.MustParsePrefix("2002::/16").Contains(a): // 6to4
			return public(netip.AddrFrom4([4]byte(b[2:6])))
		}
	}
	return true
}

// control is called with the address that a connection is about to be made to, after any resolution of names.
func (o Options) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", errInside, address)
	}
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	if slices.Contains(o.Allow, to) || public(to.Addr()) {
		return nil
	}
	return fmt.Errorf("%w: %s", errInside, address)
}

// Client implements core.Remote.
type Client struct {
	http   *http.Client
	stall  time.Duration
	pauses []time.Duration
}

var _ core.Remote = (*Client)(nil)

// New makes a client; it is safe for concurrent use.
func New(o Options) *Client {
	dialer := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second, Control: o.control}
	c := &Client{stall: o.Stall, pauses: o.Pauses, http: &http.Client{
		Transport: &http.Transport{
			Proxy:                  nil, // a proxy would connect where the guard does not look
			DialContext:            dialer.DialContext,
			TLSHandshakeTimeout:    15 * time.Second,
			ResponseHeaderTimeout:  headerTimeout,
			ExpectContinueTimeout:  time.Second,
			MaxResponseHeaderBytes: 64 << 10,
			MaxIdleConnsPerHost:    4,
			IdleConnTimeout:        30 * time.Second,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true, // a file must arrive as it is
		},
		CheckRedirect: checkRedirect,
	}}
	if c.stall == 0 {
		c.stall = time.Minute
	}
	if c.pauses == nil {
		c.pauses = []time.Duration{time.Second, 4 * time.Second, 15 * time.Second}
	}
	return c
}

func checkRedirect(req *http.Request, via []*http.Request) error {
	from := via[len(via)-1].URL
	switch {
	case len(via) > maxRedirects:
		return core.Final(core.Errorf(core.CodeBadRemote, "%s sends us on more than %d times.", via[0].URL.Host, maxRedirects))
	case req.URL.Scheme != "https" && req.URL.Scheme != "http":
		return core.Final(core.Errorf(core.CodeBadRemote, "%s sends us on to an address that is neither http nor https.", from.Host))
	case from.Scheme == "https" && req.URL.Scheme == "http":
		return core.Final(core.Errorf(core.CodeBadRemote, "%s sends us on to an unprotected address.", from.Host))
	}
	// The standard client takes keys along to subdomains; we take them to the same server only.
	if req.URL.Host != via[0].URL.Host {
		req.Header.Del("Authorization")
	}
	req.Header.Del("Referer") // the address before may hold a signature
	return nil
}
