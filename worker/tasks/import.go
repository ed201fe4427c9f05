package tasks

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"regioscope/backend/core"
	"regioscope/backend/inspect"
)

// fetch downloads the file of a dataset to the data volume, compares its checksum and reads its facts. Region sets are then
// checked by a run of their own.
func (e *Executor) fetch(ctx context.Context, run core.Run, p *progress) (func(context.Context) error, error) {
	if e.Imports == nil {
		return nil, core.Final(core.Errorf(core.CodeUnavailable, "this worker cannot fetch files; the administrator finds why in its settings"))
	}
	job, err := e.Imports.Job(ctx, run)
	if err != nil {
		return nil, err
	}
	to := &landing{ctx: ctx, blobs: e.Blobs, md5: md5.New()}
	if job.SHA256 != "" {
		to.sha = sha256.New()
	}
	if err := to.Reset(); err != nil {
		return nil, err
	}
	defer func() { to.Abort() }() // does nothing after Commit
	p.set(0, "asking for the file")
	faultPoint("fetching")
	err = e.Imports.Remote().Download(ctx, job.Fetch, to, func(done, total int64) {
		share := 0.0
		text := "fetching: " + core.ByteText(done)
		if total > 0 {
			share, text = 0.95*float64(done)/float64(total), text+" of "+core.ByteText(total)
		}
		p.set(share, text)
	})
	if err != nil {
		return nil, err
	}
	d := *job.Dataset
	if err := core.CheckSum(d.FileName, "MD5", job.MD5, hex.EncodeToString(to.md5.Sum(nil)), nil); err != nil {
		return nil, final(err)
	}
	if job.SHA256 != "" {
		if err := core.CheckSum(d.FileName, "SHA-256", job.SHA256, hex.EncodeToString(to.sha.Sum(nil)), nil); err != nil {
			return nil, final(err)
		}
	}
	p.set(0.95, "looking into the file")
	source := d.Facts.Source
	d.Dimension, d.Facts, err = inspect.File(ctx, to, to.Size(), d.FileName, d.Kind, job.Assembly)
	if err != nil {
		return nil, final(err)
	}
	d.Facts.Source = source
	ref, err := to.Commit(ctx)
	if err != nil {
		return nil, fmt.Errorf("store file: %w", err)
	}
	d.SHA256, d.Size = ref.SHA256, ref.Size
	return func(ctx context.Context) error {
		faultPoint("saved")
		return e.Imports.Finish(ctx, run, &d)
	}, nil
}

// final: what is wrong with the file itself is not mended by fetching it again.
func final(err error) error {
	if own, ok := err.(*core.Error); ok && (own.Code == core.CodeBadFile || own.Code == core.CodeChecksum) {
		return core.Final(own)
	}
	return err
}

// landing is the blob that a download becomes. It implements core.Sink.
type landing struct {
	core.BlobWriter
	ctx   context.Context
	blobs core.Blobs
	md5   hash.Hash // what repositories tell of their files
	sha   hash.Hash // nil when there is nothing to compare it with
}

func (l *landing) Write(b []byte) (int, error) {
	l.md5.Write(b)
	if l.sha != nil {
		l.sha.Write(b)
	}
	return l.BlobWriter.Write(b)
}

// Reset begins anew.
func (l *landing) Reset() (err error) {
	l.md5.Reset()
	if l.sha != nil {
		l.sha.Reset()
	}
	if l.BlobWriter != nil {
		if err := l.Abort(); err != nil {
			return err
		}
	}
	l.BlobWriter, err = l.blobs.Create(l.ctx)
	return err
}
