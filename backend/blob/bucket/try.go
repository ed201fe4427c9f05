package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
)

// Try does with an object of its own everything that the service will do: it stores, lists, reads, copies and deletes. It
// says what did not work.
func (s *Store) Try(ctx context.Context) error {
	content := []byte("Regioscope tries out whether this bucket can be used.\n")
	name := s.remote.address.Prefix + "trial/" + unique()
	copied := name + "-copy"
	steps := []struct {
		what string
		do   func(ctx context.Context) error
	}{
		{"store an object (s3:PutObject)", func(ctx context.Context) error {
			_, err := s.remote.one.PutObject(ctx, s.remote.address.Bucket, name, bytes.NewReader(content), int64(len(content)), "", "", putOptions(int64(len(content))))
			return err
		}},
		{"list objects (s3:ListBucket)", func(ctx context.Context) error {
			found := false
			err := s.remote.list(ctx, name, 1, func(object) error { found = true; return errEnough })
			if err == nil && !found {
				err = errors.New("what was stored is not listed")
			}
			return err
		}},
		{"read a part of an object (s3:GetObject)", func(ctx context.Context) error {
			b, err := s.remote.readOnce(ctx, name, 11, 5)
			if err == nil && !bytes.Equal(b, content[11:16]) {
				err = fmt.Errorf("it has other bytes: %q", b)
			}
			return err
		}},
		{"copy an object (s3:GetObject, s3:PutObject)", func(ctx context.Context) error {
			return s.remote.copy(ctx, name, copied, int64(len(content)))
		}},
		{"delete an object (s3:DeleteObject)", func(ctx context.Context) error {
			return errors.Join(s.remote.remove(ctx, name), s.remote.remove(ctx, copied))
		}},
		{"see that an object is gone", func(ctx context.Context) error {
			_, err := s.remote.readOnce(ctx, name, 0, 5)
			if err = named(ctx, err); errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err == nil {
				err = errors.New("what was deleted can still be read")
			}
			return err
		}},
	}
	for _, step := range steps {
		if err := s.remote.once(ctx, step.do); err != nil {
			_ = s.remote.remove(context.WithoutCancel(ctx), name)
			return fmt.Errorf("it cannot %s: %w", step.what, err)
		}
	}
	return nil
}
