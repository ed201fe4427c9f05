package main

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"regioscope/backend/config"
	"regioscope/backend/core"
	"regioscope/backend/store"
	"regioscope/backend/volume"
)

// backupFormat counts changes of what a backup looks like.
const backupFormat = 1

// backupHead is the first entry of a backup, head.json.
type backupHead struct {
	Format  int       `json:"format"`
	Schema  int64     `json:"schema"`
	Created time.Time `json:"created"`
}

// backupEnd is the last entry, end.json: a backup without it is not whole.
type backupEnd struct {
	Rows  int `json:"rows"`
	Files int `json:"files"`
}

// backup writes everything into one tar file: rows as of one moment, then the files that they name. It may run beside
// servers and workers: files are never changed, and deleted a day after the last row that named them at the earliest.
func backup(ctx context.Context, args, environ []string, stdout, stderr io.Writer) (err error) {
	names, flags := words(args)
	if len(names) != 1 {
		return errUsage
	}
	i, closing, err := openInstallation(ctx, config.Admin, flags, environ, stderr)
	defer closing()
	if err != nil {
		return err
	}
	blobs, err := volume.OpenOnce(i.cfg)
	if err != nil {
		return err
	}
	if _, err := os.Stat(names[0]); err == nil {
		return fmt.Errorf("%s is there already: choose another name", names[0])
	}
	part := names[0] + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		f.Close()
		if err != nil {
			os.Remove(part)
		}
	}()
	end, err := writeBackup(ctx, f, i.db, blobs)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close(), os.Rename(part, names[0])); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d rows and %d files are in %s\n", end.Rows, end.Files, names[0])
	fmt.Fprintln(stdout, "keep the signing key (signing.key of a standalone folder, REGIOSCOPE_SIGNING_KEY) beside it: stored access keys are sealed with it")
	return nil
}

func writeBackup(ctx context.Context, to io.Writer, db *store.Store, blobs volume.Volume) (end backupEnd, err error) {
	version, err := db.Version(ctx)
	if err != nil {
		return end, err
	}
	out := tar.NewWriter(to)
	entry := func(name string, content []byte) error {
		if err := out.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(content)), Format: tar.FormatPAX}); err != nil {
			return err
		}
		_, err := out.Write(content)
		return err
	}
	describe := func(name string, v any) error {
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		return entry(name, b)
	}
	if err := describe("head.json", backupHead{backupFormat, version, time.Now().UTC()}); err != nil {
		return end, err
	}
	// Rows go into pieces that fit into memory, whatever the size of the table.
	var table string
	var piece bytes.Buffer
	flush := func() error {
		if piece.Len() == 0 {
			return nil
		}
		defer piece.Reset()
		return entry("rows/"+table+".jsonl", piece.Bytes())
	}
	err = db.Dump(ctx, func(name string) error {
		err := flush()
		table = name
		return err
	}, func(r store.Row) error {
		b, err := json.Marshal(r)
		if err != nil {
			return err
		}
		end.Rows++
		piece.Write(append(b, '\n'))
		if piece.Len() < 4<<20 {
			return nil
		}
		return flush()
	})
	if err = errors.Join(err, flush()); err != nil {
		return end, err
	}
	err = blobs.Stored(ctx, func(b core.StoredBlob) error {
		file, err := blobs.Open(ctx, b.SHA256)
		if errors.Is(err, core.ErrNotFound) {
			return nil // nothing has referred to it for days
		}
		if err != nil {
			return err
		}
		defer file.Close()
		if err := out.WriteHeader(&tar.Header{Name: "files/" + b.SHA256, Mode: 0o600, Size: file.Size(), Format: tar.FormatPAX}); err != nil {
			return err
		}
		end.Files++
		_, err = io.Copy(out, io.NewSectionReader(file, 0, file.Size()))
		return err
	})
	if err != nil {
		return end, err
	}
	return end, errors.Join(describe("end.json", end), out.Close())
}

// restore puts a backup into an empty installation, whose schema is that of the backup. Files are checked against their
// names, rows are taken over all or none.
func restore(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	names, flags := words(args)
	if len(names) != 1 {
		return errUsage
	}
	cfg, rest, err := config.Load(config.Admin, flags, environ, stderr)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errUsage
	}
	if cfg.Database == "" { // a standalone folder begins here
		if err := os.MkdirAll(cfg.Data, 0o750); err != nil {
			return err
		}
		abs, err := filepath.Abs(cfg.Data)
		if err != nil {
			return err
		}
		cfg.Database = "sqlite://" + filepath.ToSlash(filepath.Join(abs, "regioscope.db"))
	}
	db, err := store.Open(ctx, cfg.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.MigrateUp(ctx); err != nil {
		return err
	}
	blobs, err := volume.OpenOnce(cfg)
	if err != nil {
		return err
	}
	f, err := os.Open(names[0])
	if err != nil {
		return err
	}
	defer f.Close()
	end, err := readBackup(ctx, f, db, blobs)
	if err != nil {
		return fmt.Errorf("nothing was restored: %w", err)
	}
	fmt.Fprintf(stdout, "%d rows and %d files were restored\n", end.Rows, end.Files)
	return nil
}

func readBackup(ctx context.Context, from io.Reader, db *store.Store, blobs volume.Volume) (done backupEnd, err error) {
	in := tar.NewReader(from)
	h, err := in.Next()
	var head backupHead
	if err != nil || h.Name != "head.json" || json.NewDecoder(in).Decode(&head) != nil || head.Format != backupFormat {
		return done, errors.New("this is not a backup of Regioscope, or of another release")
	}
	version, err := db.Version(ctx)
	if err != nil {
		return done, err
	}
	if head.Schema != version {
		return done, fmt.Errorf("the backup has the schema %d, this program %d: restore it with the program that made it, then migrate", head.Schema, version)
	}
	table, lines := "", (*json.Decoder)(nil)
	err = db.Load(ctx, func() (string, store.Row, error) {
		for {
			if lines != nil {
				var r store.Row
				switch err := lines.Decode(&r); {
				case err == nil:
					done.Rows++
					return table, r, nil
				case errors.Is(err, io.ErrUnexpectedEOF):
					return "", nil, errCut
				case !errors.Is(err, io.EOF):
					return "", nil, fmt.Errorf("%s: %w", table, err)
				}
				lines = nil
			}
			h, err := in.Next()
			if err != nil {
				return "", nil, errCut
			}
			kind, name, _ := strings.Cut(h.Name, "/")
			switch kind {
			case "rows":
				table, lines = strings.TrimSuffix(name, ".jsonl"), json.NewDecoder(in)
				lines.UseNumber()
			case "files":
				if err := restoreFile(ctx, in, blobs, name); err != nil {
					return "", nil, err
				}
				done.Files++
			case "end.json":
				var end backupEnd
				if err := json.NewDecoder(in).Decode(&end); err != nil || end != done {
					return "", nil, fmt.Errorf("the backup is not whole: %+v of %+v", done, end)
				}
				return "", nil, nil
			}
		}
	})
	return done, err
}

var errCut = errors.New("the backup is not whole: it ends in the middle")

func restoreFile(ctx context.Context, from io.Reader, blobs core.Blobs, sha256 string) error {
	w, err := blobs.Create(ctx)
	if err != nil {
		return err
	}
	defer w.Abort() // after Commit this does nothing
	if _, err := io.Copy(w, from); errors.Is(err, io.ErrUnexpectedEOF) {
		return errCut
	} else if err != nil {
		return err
	}
	ref, err := w.Commit(ctx)
	if err == nil && ref.SHA256 != sha256 {
		err = fmt.Errorf("the file %.12s… was damaged", sha256)
	}
	return err
}
