package api

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"regioscope/backend/core"
)

// timeNow is the clock of cookie lives.
var timeNow = time.Now

// read fills in what the connection and the headers tell. The address and scheme that a proxy reports count only when the
// proxy is a trusted one.
func (p *Peer) read(ctx huma.Context) {
	c := humagin.Unwrap(ctx)
	p.ip, p.agent = c.ClientIP(), c.Request.UserAgent()
	p.secure = secureRequest(c)
	if k, err := c.Request.Cookie(refreshCookie); err == nil {
		p.cookie = k.Value
	}
	p.foreign = foreignOrigin(c)
}

func (p *Peer) client() core.Client { return core.Client{IP: p.ip, Agent: p.agent} }

func secureRequest(c *gin.Context) bool {
	return c.Request.TLS != nil || (c.GetBool(keyProxied) && c.GetHeader("X-Forwarded-Proto") == "https")
}

// foreignOrigin tells whether a browser sent the request from a page of another site. SameSite=Strict stops the cookie
// already; this also stops browsers that do not know it. Programs send no Origin.
func foreignOrigin(c *gin.Context) bool {
	if site := c.GetHeader("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return true
	}
	origin := c.GetHeader("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return true
	}
	host := c.Request.Host
	if forwarded := c.GetHeader("X-Forwarded-Host"); forwarded != "" && c.GetBool(keyProxied) {
		host = forwarded
	}
	return !strings.EqualFold(u.Host, host)
}

// proxyMatcher gives a test for addresses or networks; gin keeps its own to itself.
func proxyMatcher(list []string) func(remoteAddr string) bool {
	var nets []netip.Prefix
	for _, p := range list {
		if n, err := netip.ParsePrefix(p); err == nil {
			nets = append(nets, n)
		} else if a, err := netip.ParseAddr(p); err == nil {
			nets = append(nets, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	return func(remoteAddr string) bool {
		host, _, err := net.SplitHostPort(remoteAddr)
		if err != nil {
			return false
		}
		a, err := netip.ParseAddr(host)
		if err != nil {
			return false
		}
		for _, n := range nets {
			if n.Contains(a.Unmap()) {
				return true
			}
		}
		return false
	}
}
