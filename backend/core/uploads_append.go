package core

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"
)

const (
	// keepEvery bounds what a crash loses, and what another instance cannot see yet.
	keepEvery  = 16 << 20
	copyBuffer = 256 << 10
)

// Chunk is one piece of an upload.
type Chunk struct {
	Offset int64
	Body   io.Reader
	Length int64 // bytes of Body, -1 when not known
	// Hash and Sum verify the piece before any of it counts; nil when the client says nothing of it.
	Hash hash.Hash
	Sum  []byte
	// Interrupt makes a Read of Body that waits return; it is called when somebody else wants the upload.
	Interrupt func()
}

// ErrChecksum: the piece is not what the client has sent. None of it counts.
var ErrChecksum = &Error{Code: CodeChecksum, Message: "The piece was damaged on its way; nothing of it was kept. Send it again."}

// Append adds a piece at its offset, which must be where the upload ends. When the connection breaks, what came counts
// all the same, unless the piece has a checksum. The answer tells how far the upload is, also beside an error.
func (s *Uploads) Append(ctx context.Context, caller Caller, id string, c Chunk) (*Upload, error) {
	u, err := s.own(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if u.DatasetID != 0 {
		return nil, Errorf(CodeState, "This upload is complete and has become a dataset.")
	}
	limits, err := s.Limits(ctx)
	if err != nil {
		return nil, err
	}
	p, err := s.partials.OpenPartial(ctx, id)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	u.Offset = p.Size()
	switch {
	case c.Offset != u.Offset:
		return u, Errorf(CodeConflict, "The upload goes on at byte %d, not at byte %d.", u.Offset, c.Offset)
	case c.Length > u.Size-u.Offset:
		return u, Errorf(CodeTooLarge, "The upload was announced with %d bytes; this would be more.", u.Size)
	}
	stop := interruptWhenWanted(p, c.Interrupt)
	err = s.receive(p, c, u.Size-u.Offset, limits)
	stop()
	if err == nil || c.Hash == nil && !errors.Is(err, errUnkept) {
		err = errors.Join(err, p.Keep())
	}
	if failed := p.Rewind(); failed != nil { // a piece that is not kept is gone
		return u, errors.Join(err, failed)
	}
	u.Offset = p.Size()
	// Also after an error: the upload is alive. Also when the client is gone.
	u.ExpiresAt = s.now().UTC().Add(limits.keep())
	if touched := s.stores.Uploads().Touch(context.WithoutCancel(ctx), id, u.ExpiresAt); touched != nil {
		err = errors.Join(err, fmt.Errorf("touch upload: %w", touched))
	}
	return u, err
}

var errUnkept = errors.New("core: more bytes than announced")

func interruptWhenWanted(p Partial, interrupt func()) (stop func()) {
	done := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-p.Wanted():
			if interrupt != nil {
				interrupt()
			}
		case <-done:
		}
	}()
	return func() { close(done); <-ended }
}

// receive copies the body, at most room bytes, and looks at the free space as it goes.
func (s *Uploads) receive(p Partial, c Chunk, room int64, limits UploadLimits) error {
	buf := make([]byte, copyBuffer)
	var sinceKeep, sinceLook int64
	if err := s.space(0, limits); err != nil {
		return err
	}
	for got := int64(0); ; {
		n, readErr := c.Body.Read(buf[:min(int64(len(buf)), room-got+1)])
		if got += int64(n); got > room {
			return errors.Join(errUnkept, Errorf(CodeTooLarge, "More bytes came than were announced; the piece was dropped."))
		}
		if n > 0 {
			if c.Hash != nil {
				c.Hash.Write(buf[:n])
			}
			if _, err := p.Write(buf[:n]); err != nil {
				return err
			}
		}
		sinceKeep, sinceLook = sinceKeep+int64(n), sinceLook+int64(n)
		if sinceLook >= keepEvery {
			sinceLook = 0
			if err := s.space(0, limits); err != nil {
				return err
			}
		}
		if c.Hash == nil && sinceKeep >= keepEvery {
			sinceKeep = 0
			if err := p.Keep(); err != nil {
				return err
			}
		}
		if readErr == io.EOF {
			if c.Hash != nil && string(c.Hash.Sum(nil)) != string(c.Sum) {
				return ErrChecksum
			}
			return nil
		}
		if readErr != nil {
			return Errorf(CodeInvalid, "The connection broke off. The upload can go on from where it is.").WithCause(readErr)
		}
	}
}

// Complete takes a complete upload, to make a dataset of it: the caller closes the Partial. When that was done before,
// there is no Partial and the upload names the dataset.
func (s *Uploads) Complete(ctx context.Context, caller Caller, id string) (*Upload, Partial, error) {
	u, err := s.own(ctx, caller, id)
	if err != nil || u.DatasetID != 0 {
		return u, nil, err
	}
	p, err := s.partials.OpenPartial(ctx, id)
	if errors.Is(err, ErrNotFound) { // another request has just made a dataset of it
		if u, err := s.own(ctx, caller, id); err == nil && u.DatasetID != 0 {
			return u, nil, nil
		}
	}
	if err != nil {
		return nil, nil, err
	}
	if u.Offset = p.Size(); u.Offset != u.Size {
		p.Close()
		return nil, nil, Errorf(CodeState, "%d of %d bytes of %s have arrived: send the rest first.", u.Offset, u.Size, u.FileName)
	}
	return u, p, CheckSum(u.FileName, "SHA-256", u.SHA256, p.SHA256(), p)
}

// CheckSum compares what a file should have with what it has; "" is not compared. c is closed when they differ.
func CheckSum(name, what, want, have string, c io.Closer) error {
	if want == "" || equalHex(want, have) {
		return nil
	}
	if c != nil {
		c.Close()
	}
	return Errorf(CodeChecksum, "%s arrived damaged: its %s is %s, and should be %s. Send it again.", name, what, have, want).
		WithFields(Field{Field: "sha256", Value: have, Message: "should be " + want})
}

// Finish notes, within the transaction that makes the dataset, what has become of an upload.
func (s *Uploads) Finish(ctx context.Context, tx Stores, u *Upload, datasetID int64) error {
	ok, err := tx.Uploads().Finish(ctx, u.ID, datasetID)
	if err == nil && !ok {
		err = Errorf(CodeConflict, "A dataset has been made of this upload already.")
	}
	return err
}

func (l UploadLimits) keep() time.Duration { return time.Duration(l.KeepHours) * time.Hour }
