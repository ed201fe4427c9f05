package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"regioscope/backend/core"
)

var errStalled = errors.New("fetch: no byte for too long")

// Download implements core.Remote.
func (c *Client) Download(ctx context.Context, f core.Fetch, to core.Sink, progress func(done, total int64)) error {
	d := &download{client: c, Fetch: f, to: to, progress: progress}
	for try := 0; ; try++ {
		before := d.done
		err := d.attempt(ctx)
		var final *core.FinalError
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &final):
			return err
		}
		if d.done > before {
			try = 0 // it goes on, if with interruptions
		}
		if try >= len(c.pauses) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(c.pauses[try]):
		}
	}
}

// download is one file over several connections.
type download struct {
	client *Client
	core.Fetch
	to       core.Sink
	progress func(done, total int64)

	done, total int64
	validator   string // proves that the rest belongs to what is here: a strong ETag, or the date of the last change
}

// attempt begins, or goes on where the connection broke when the server can.
func (d *download) attempt(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	header := http.Header{"Accept": {"*/*"}}
	resume := d.done > 0 && d.validator != ""
	if resume {
		header.Set("Range", fmt.Sprintf("bytes=%d-", d.done))
		header.Set("If-Range", d.validator)
	}
	res, err := d.client.do(ctx, http.MethodGet, d.URL, header, d.Key, d.Host)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	switch {
	case resume && res.StatusCode == http.StatusPartialContent && startsAt(res, d.done):
	case res.StatusCode == http.StatusOK:
		if d.done > 0 {
			if err := d.to.Reset(); err != nil {
				return err
			}
		}
		d.done, d.total, d.validator = 0, max(0, res.ContentLength), validator(res)
	default:
		d.validator = "" // next time from the beginning
		return core.Errorf(core.CodeBadRemote, "%s gives another part of the file than was asked for.", res.Request.URL.Host)
	}
	if d.total > d.MaxSize {
		return d.tooLarge()
	}
	return d.copy(ctx, stop, res)
}

// copy reads the body; a watch ends it when no byte comes for a while.
func (d *download) copy(ctx context.Context, stop context.CancelCauseFunc, res *http.Response) error {
	watch := time.AfterFunc(d.client.stall, func() { stop(errStalled) })
	defer watch.Stop()
	buf := make([]byte, 256<<10)
	host := res.Request.URL.Host
	for {
		n, err := res.Body.Read(buf)
		watch.Reset(d.client.stall)
		if n > 0 {
			if d.done+int64(n) > d.MaxSize {
				return d.tooLarge()
			}
			if _, werr := d.to.Write(buf[:n]); werr != nil {
				return werr
			}
			d.done += int64(n)
			d.progress(d.done, d.total)
		}
		switch {
		case err == io.EOF && d.total > 0 && d.done < d.total:
			return core.Errorf(core.CodeBadRemote, "%s sent %s of %s and stopped.", host, core.ByteText(d.done), core.ByteText(d.total))
		case err == io.EOF:
			return nil
		case err != nil && errors.Is(context.Cause(ctx), errStalled):
			return core.Errorf(core.CodeBadRemote, "%s sent nothing for %s.", host, d.client.stall).WithCause(err)
		case err != nil && d.total > 0:
			return core.Errorf(core.CodeBadRemote, "The connection to %s broke after %s of %s.", host, core.ByteText(d.done), core.ByteText(d.total)).WithCause(err)
		case err != nil:
			return core.Errorf(core.CodeBadRemote, "The connection to %s broke after %s.", host, core.ByteText(d.done)).WithCause(err)
		}
	}
}

func (d *download) tooLarge() error {
	return core.Final(core.Errorf(core.CodeTooLarge, "The file is larger than %s, which is what you may still store here.", core.ByteText(d.MaxSize)))
}

// validator of a file that may be taken up again; "" when the server promises nothing.
func validator(res *http.Response) string {
	if tag := res.Header.Get("ETag"); len(tag) > 2 && tag[0] == '"' {
		return tag
	}
	return res.Header.Get("Last-Modified")
}

func startsAt(res *http.Response, offset int64) bool {
	var from int64
	text := res.Header.Get("Content-Range")
	_, err := fmt.Sscanf(text, "bytes "+strconv.FormatInt(offset, 10)+"-%d", &from)
	return err == nil
}
