package fetch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"

	"regioscope/backend/core"
)

const agent = "Regioscope (genomics data import)"

// metaLimit bounds answers about files.
const metaLimit = 8 << 20

// do sends one request and turns what can go wrong into errors for users. Statuses from 400 are errors, too; those that
// another attempt cannot mend are final.
func (c *Client) do(ctx context.Context, method, address string, header http.Header, key *core.Credential, keyHost string) (*http.Response, error) {
	if err := core.CheckURL(address); err != nil {
		var e *core.Error
		errors.As(err, &e)
		return nil, core.Final(e)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return nil, core.Final(core.Errorf(core.CodeInvalid, "This address cannot be fetched.").WithCause(err))
	}
	if header != nil {
		req.Header = header
	}
	req.Header.Set("User-Agent", agent)
	keyed := key != nil && strings.EqualFold(req.URL.Host, keyHost)
	if keyed {
		req.SetBasicAuth(key.KeyID, key.Secret)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, connectError(ctx, req.URL.Host, err)
	}
	if res.StatusCode < 400 {
		return res, nil
	}
	_, _ = io.CopyN(io.Discard, res.Body, 64<<10)
	res.Body.Close()
	return nil, statusError(res, keyHost, keyed)
}

func connectError(ctx context.Context, host string, err error) error {
	var final *core.FinalError
	var dns *net.DNSError
	switch {
	case errors.As(err, &final):
		return final
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errInside):
		return core.Final(core.Errorf(core.CodeForbiddenAddress,
			"%s leads to an address inside a private network, which this server does not fetch from. Download the file yourself and upload it.", host).WithCause(err))
	case errors.As(err, &dns) && dns.IsNotFound:
		return core.Final(core.Errorf(core.CodeBadRemote, "There is no server %s: check the address.", host).WithCause(err))
	}
	return core.Errorf(core.CodeBadRemote, "%s does not answer. Try again later.", host).WithCause(err)
}

func statusError(res *http.Response, keyHost string, keyed bool) error {
	host := res.Request.URL.Host
	cause := fmt.Errorf("%s %s: %s", res.Request.Method, withoutQuery(res.Request.URL), res.Status)
	switch s := res.StatusCode; {
	case s == http.StatusUnauthorized || s == http.StatusForbidden:
		advice := "The file may not be public."
		if keyed {
			advice = "Your access key for it is not accepted: check it, or whether you may have this file."
		} else if keyHost != "" {
			advice = "Files there may need an access key: make one in your account of the repository and enter it here."
		}
		return core.Final(core.Errorf(core.CodeAccessDenied, "%s denies access (status %d). %s", host, s, advice).WithCause(cause))
	case s == http.StatusNotFound || s == http.StatusGone:
		return core.Final(core.Errorf(core.CodeRemoteMissing, "%s has no such file (status %d): check the accession or the address.", host, s).WithCause(cause))
	case s == http.StatusTooManyRequests || s >= 500:
		return core.Errorf(core.CodeBadRemote, "%s has a problem of its own (status %d). Try again later.", host, s).WithCause(cause)
	default:
		return core.Final(core.Errorf(core.CodeBadRemote, "%s refuses the request (status %d).", host, s).WithCause(cause))
	}
}

func withoutQuery(u *url.URL) string {
	v := *u
	v.RawQuery, v.User = "", nil
	return v.String()
}

// getJSON reads an answer about a file.
func (c *Client) getJSON(ctx context.Context, address string, key *core.Credential, keyHost string, to any) error {
	ctx, cancel := context.WithTimeout(ctx, headerTimeout)
	defer cancel()
	res, err := c.do(ctx, http.MethodGet, address, http.Header{"Accept": {"application/json"}}, key, keyHost)
	if err != nil {
		if ctx.Err() != nil {
			return core.Errorf(core.CodeBadRemote, "%s takes too long to answer. Try again later.", keyHost).WithCause(err)
		}
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, metaLimit))
	if err != nil {
		return core.Errorf(core.CodeBadRemote, "The answer of %s broke off. Try again later.", keyHost).WithCause(err)
	}
	if err := json.Unmarshal(raw, to); err != nil {
		return core.Final(core.Errorf(core.CodeBadRemote, "%s does not answer as this repository should. Tell the administrator.", keyHost).WithCause(err))
	}
	return nil
}

// Look implements core.Remote. A server that does not know HEAD is asked for the first byte.
func (c *Client) Look(ctx context.Context, address string) (*core.RemoteFile, error) {
	ctx, cancel := context.WithTimeout(ctx, headerTimeout)
	defer cancel()
	res, err := c.do(ctx, http.MethodHead, address, nil, nil, "")
	if err != nil && !errors.Is(err, &core.Error{Code: core.CodeForbiddenAddress}) && ctx.Err() == nil {
		// Signed addresses are signed for GET only, and are then denied to HEAD.
		res, err = c.do(ctx, http.MethodGet, address, http.Header{"Range": {"bytes=0-0"}}, nil, "")
	}
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	f := &core.RemoteFile{URL: address, FileName: nameOf(res), Size: max(0, res.ContentLength)}
	if res.StatusCode == http.StatusPartialContent {
		f.Size = 0
		if _, total, ok := strings.Cut(res.Header.Get("Content-Range"), "/"); ok {
			_, _ = fmt.Sscan(total, &f.Size)
		}
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		return nil, core.Final(core.Errorf(core.CodeBadFile, "This address gives a web page, not a file: look there for the address of the file itself."))
	}
	f.Kind = kindOf(f.FileName)
	f.Name = plainName(f.FileName)
	return f, nil
}

// nameOf is what the server calls the file, or the last part of its address.
func nameOf(res *http.Response) string {
	if _, p, err := mime.ParseMediaType(res.Header.Get("Content-Disposition")); err == nil && p["filename"] != "" {
		return cleanName(p["filename"])
	}
	return cleanName(path.Base(res.Request.URL.Path))
}

// cleanName: names are shown, never used as paths.
func cleanName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if len(name) > 255 {
		name = strings.ToValidUTF8(name[:255], "")
	}
	if name == "" || name == "." || name == "/" {
		return "download"
	}
	return name
}

// kindOf guesses by the ending; the content decides once it is here.
func kindOf(name string) core.Kind {
	switch strings.ToLower(path.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz"))) {
	case ".bed", ".bedpe", ".narrowpeak", ".broadpeak":
		return core.KindRegions
	case ".bw", ".bigwig":
		return core.KindSignal
	case ".mcool", ".cool":
		return core.KindContacts
	}
	return ""
}

func plainName(file string) string {
	base := strings.TrimSuffix(file, ".gz")
	if kindOf(base) != "" {
		return strings.TrimSuffix(base, path.Ext(base))
	}
	return file
}
