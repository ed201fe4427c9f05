package fetch

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"regioscope/backend/core"
	"regioscope/backend/testkit/standin"
)

// stand starts a stand-in and a client that may speak to it, and to nothing else inside.
func stand(t *testing.T) (*standin.Server, *Client) {
	t.Helper()
	s := standin.Start()
	t.Cleanup(s.Stop)
	return s, New(Options{Allow: []netip.AddrPort{netip.MustParseAddrPort(s.Addr())}, Stall: 300 * time.Millisecond,
		Pauses: []time.Duration{time.Millisecond, time.Millisecond}})
}

type sink struct {
	bytes.Buffer
	resets int
}

func (s *sink) Reset() error { s.resets++; s.Buffer.Reset(); return nil }

func (s *sink) text() string { return s.Buffer.String() }

func fetchAll(c *Client, f core.Fetch) (string, int, error) {
	if f.MaxSize == 0 {
		f.MaxSize = 1 << 20
	}
	s := &sink{}
	err := c.Download(context.Background(), f, s, func(int64, int64) {})
	return s.text(), s.resets, err
}

// wants checks the code of an error, whether another attempt may help, and its words.
func wants(t *testing.T, err error, code core.Code, final bool, words ...string) {
	t.Helper()
	var e *core.Error
	var f *core.FinalError
	if !errors.As(err, &e) || e.Code != code || errors.As(err, &f) != final {
		t.Fatalf("error %v (final %v), want %s (final %v)", err, errors.As(err, &f), code, final)
	}
	for _, w := range words {
		if !strings.Contains(e.Message, w) {
			t.Errorf("%q does not say %q", e.Message, w)
		}
	}
	if strings.Contains(e.Message, "X-Signature") {
		t.Errorf("%q shows a signature", e.Message)
	}
}

// Both repositories, in every way in which they answer.
func TestRepositories(t *testing.T) {
	for _, connector := range []string{"4dn", "encode"} {
		t.Run(connector, func(t *testing.T) {
			s, c := stand(t)
			repo := core.Repository{Name: connector, Connector: connector, BaseURL: s.URL}
			accession := func(way string) string {
				if connector == "4dn" {
					return "4DNF" + way
				}
				for i, w := range standin.Ways {
					if w == way {
						return "ENCFF" + string([]byte{'0', byte('0' + (i+1)/10), byte('0' + (i+1)%10)}) + "BED"
					}
				}
				return "ENCFF999BED"
			}
			// find describes a file and says how to fetch it.
			find := func(t *testing.T, way string, key *core.Credential) core.Fetch {
				t.Helper()
				f, err := c.Describe(t.Context(), repo, accession(way), key)
				if err != nil {
					t.Fatal(err)
				}
				return core.Fetch{URL: f.URL, Key: key, Host: s.Addr()}
			}
			whole := func(t *testing.T, f core.Fetch) {
				t.Helper()
				if got, _, err := fetchAll(c, f); err != nil || got != standin.Content("") {
					t.Fatalf("%d bytes, %v", len(got), err)
				}
			}
			t.Run("200", func(t *testing.T) {
				f, err := c.Describe(t.Context(), repo, accession("IGOOD001"), nil)
				if err != nil {
					t.Fatal(err)
				}
				if f.Kind != core.KindRegions || f.Assembly != "toy" || f.MD5 == "" || f.Size != int64(len(standin.Content(""))) || f.FileName != f.Accession+".bed" ||
					!strings.Contains(f.Name, "CTCF") || !strings.Contains(f.Description, "Example Lab") || !strings.Contains(f.Page, f.Accession) ||
					f.CellType != map[string]string{"4dn": "H1-hESC", "encode": "K562"}[connector] {
					t.Errorf("%+v", f)
				}
				whole(t, find(t, "IGOOD001", nil))
			})
			t.Run("302", func(t *testing.T) {
				key := &core.Credential{KeyID: standin.Key[0], Secret: standin.Key[1]}
				whole(t, find(t, "IMOVED01", key))
				hits := s.Hits()
				if last := hits[len(hits)-1]; !strings.HasPrefix(last, "GET /storage/") || strings.Contains(last, standin.Key[0]) {
					t.Errorf("the last request was %q: the key belongs to the repository only", last)
				}
			})
			t.Run("403", func(t *testing.T) {
				_, _, err := fetchAll(c, find(t, "IDENIED1", nil))
				wants(t, err, core.CodeAccessDenied, true, "403", "access key")
				_, err = c.Describe(t.Context(), repo, accession("MDENIED1"), nil)
				wants(t, err, core.CodeAccessDenied, true, "403")
			})
			t.Run("401 and an access key", func(t *testing.T) {
				_, _, err := fetchAll(c, find(t, "IKEYED01", nil))
				wants(t, err, core.CodeAccessDenied, true, "401", "make one in your account")
				_, _, err = fetchAll(c, find(t, "IKEYED01", &core.Credential{KeyID: "x", Secret: "y"}))
				wants(t, err, core.CodeAccessDenied, true, "not accepted")
				whole(t, find(t, "IKEYED01", &core.Credential{KeyID: standin.Key[0], Secret: standin.Key[1]}))
			})
			t.Run("404", func(t *testing.T) {
				_, err := c.Describe(t.Context(), repo, accession("nothing"), nil)
				wants(t, err, core.CodeRemoteMissing, true, "404", "no such file")
				_, _, err = fetchAll(c, core.Fetch{URL: s.URL + "/storage/nothing.bed"})
				wants(t, err, core.CodeRemoteMissing, true, "404")
			})
			t.Run("500", func(t *testing.T) {
				before := len(s.Hits())
				_, _, err := fetchAll(c, find(t, "IBROKEN1", nil))
				wants(t, err, core.CodeBadRemote, false, "500", "Try again later")
				if n := len(s.Hits()) - before; n != 4 { // its description, and three attempts
					t.Errorf("%d requests", n)
				}
				_, err = c.Describe(t.Context(), repo, accession("MBROKEN1"), nil)
				wants(t, err, core.CodeBadRemote, false, "500")
			})
			t.Run("slow", func(t *testing.T) {
				_, _, err := fetchAll(c, find(t, "ISLOW001", nil))
				wants(t, err, core.CodeBadRemote, false, "sent nothing for 300ms")
				ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
				defer cancel()
				if _, err = c.Describe(ctx, repo, accession("MSLOW001"), nil); err == nil {
					t.Error("a description that never ends was read")
				}
			})
			t.Run("truncated, goes on by ranges", func(t *testing.T) {
				got, resets, err := fetchAll(c, find(t, "ICUT0001", nil))
				if err != nil || got != standin.Content("") || resets != 0 {
					t.Errorf("%d bytes, %d times from the beginning, %v", len(got), resets, err)
				}
			})
			t.Run("truncated for ever", func(t *testing.T) {
				f := find(t, "ICUTALL1", nil)
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				err := c.Download(ctx, core.Fetch{URL: f.URL, MaxSize: 1 << 20}, &sink{}, func(int64, int64) {})
				wants(t, err, core.CodeBadRemote, false, "broke after")
			})
			t.Run("redirect to loopback", func(t *testing.T) {
				var reached atomic.Int64
				inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
				defer inside.Close()
				_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())
				for _, to := range []string{inside.URL, "http://localhost:" + port, "http://[::ffff:127.0.0.1]:" + port, "http://0.0.0.0:" + port, "http://169.254.169.254/latest/meta-data/",
					"http://[::1]:" + port, "http://10.0.0.1/"} {
					s.Inside = to
					_, _, err := fetchAll(c, find(t, "IINSIDE1", nil))
					wants(t, err, core.CodeForbiddenAddress, true, "inside a private network")
				}
				s.Inside = "ftp://127.0.0.1/x"
				_, _, err := fetchAll(c, find(t, "IINSIDE1", nil))
				wants(t, err, core.CodeBadRemote, true, "neither http nor https")
				if n := reached.Load(); n != 0 {
					t.Errorf("%d requests came inside", n)
				}
			})
			t.Run("no JSON", func(t *testing.T) {
				_, err := c.Describe(t.Context(), repo, accession("MNOJSON1"), nil)
				wants(t, err, core.CodeBadRemote, true, "Tell the administrator")
			})
		})
	}
}

// An address inside is refused when it is asked about and when it is fetched, without one byte being sent.
func TestAddressesInside(t *testing.T) {
	s, _ := stand(t)
	c := New(Options{}) // nothing is allowed
	for _, address := range []string{s.URL + "/storage/4DNFIGOOD001.bed", strings.Replace(s.URL, "127.0.0.1", "localhost", 1) + "/x"} {
		_, err := c.Look(t.Context(), address)
		wants(t, err, core.CodeForbiddenAddress, true)
		_, _, err = fetchAll(c, core.Fetch{URL: address})
		wants(t, err, core.CodeForbiddenAddress, true, "upload it")
	}
	if hits := s.Hits(); len(hits) != 0 {
		t.Errorf("it was asked: %v", hits)
	}
}

func TestPublicAddresses(t *testing.T) {
	for text, want := range map[string]bool{
		"8.8.8.8": true, "1.1.1.1": true, "93.184.216.34": true, "2606:4700:4700::1111": true, "::ffff:8.8.8.8": true, "64:ff9b::808:808": true,
		"127.0.0.1": false, "127.8.8.8": false, "::1": false, "::ffff:127.0.0.1": false, "0.0.0.0": false, "0.1.2.3": false, "::": false,
		"10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false, "::ffff:192.168.1.1": false,
		"169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false, "100.64.0.1": false, "100.100.100.200": false, "fd00:ec2::254": false, "fc00::1": false,
		"192.0.0.192": false, "198.18.0.1": false, "224.0.0.1": false, "ff02::1": false, "240.0.0.1": false, "255.255.255.255": false,
		"64:ff9b::a00:1": false, "64:ff9b:1::1": false, "2002:7f00:1::": false, "2002:c0a8:101::": false, "2001::1": false, "::7f00:1": false, "fec0::1": false,
	} {
		if got := public(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: public %v, want %v", text, got, want)
		}
	}
}

func TestAddressThatIsAWebPage(t *testing.T) {
	s, c := stand(t)
	_, err := c.Look(t.Context(), s.URL+"/page.html")
	wants(t, err, core.CodeBadFile, true, "web page")
	f, err := c.Look(t.Context(), s.URL+"/storage/4DNFIGOOD001.bed?token=1")
	if err != nil || f.FileName != "4DNFIGOOD001.bed" || f.Kind != core.KindRegions || f.Size != int64(len(standin.Content(""))) {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestSizeIsBounded(t *testing.T) {
	s, c := stand(t)
	_, _, err := fetchAll(c, core.Fetch{URL: s.URL + "/storage/4DNFIGOOD001.bed", MaxSize: 1000})
	wants(t, err, core.CodeTooLarge, true, "1000 bytes")
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { // tells no length
		for _, err := w.Write(make([]byte, 4096)); err == nil; _, err = w.Write(make([]byte, 4096)) {
		}
	}))
	defer endless.Close()
	c = New(Options{Allow: []netip.AddrPort{netip.MustParseAddrPort(endless.Listener.Addr().String())}})
	got, _, err := fetchAll(c, core.Fetch{URL: endless.URL, MaxSize: 100000})
	wants(t, err, core.CodeTooLarge, true)
	if len(got) > 100000 {
		t.Errorf("%d bytes", len(got))
	}
}

func TestRedirectsAreCounted(t *testing.T) {
	var c *Client
	loop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path+"x", 302) }))
	defer loop.Close()
	c = New(Options{Allow: []netip.AddrPort{netip.MustParseAddrPort(loop.Listener.Addr().String())}})
	_, _, err := fetchAll(c, core.Fetch{URL: loop.URL + "/"})
	wants(t, err, core.CodeBadRemote, true, "more than 8 times")
}

func TestProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:9")
	if New(Options{}).http.Transport.(*http.Transport).Proxy != nil {
		t.Error("a proxy would connect where the guard does not look")
	}
}
