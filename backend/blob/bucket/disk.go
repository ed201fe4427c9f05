package bucket

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// disk keeps blocks as files, root/blocks/ab/SHA-N: the bytes and their checksum. Several processes may use the same
// folder: a file appears by being renamed, one that is not whole or was damaged counts as not there, and every process
// deletes what was used longest ago once the folder has grown. There is no index: the files are it. Nothing that goes
// wrong here is an error; the bucket has the bytes.
type disk struct {
	dir     string
	limit   int64
	written atomic.Int64 // bytes since the last look at the folder
	trims   sync.Mutex
}

// slack is the part of the limit that one process writes between two looks at the folder.
const slack = 16

func openDisk(root string, limit int64) (*disk, error) {
	d := &disk{dir: filepath.Join(root, "blocks"), limit: limit}
	if err := os.MkdirAll(d.dir, 0o750); err != nil {
		return nil, fmt.Errorf("bucket: %w", err)
	}
	d.trim(time.Now())
	return d, nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumOf is also of the name, so that a file under another's name is found out.
func sumOf(key blockKey, data []byte) uint32 {
	return crc32.Update(crc32.Checksum(fmt.Appendf(nil, "%s-%d", key.sha256, key.n), castagnoli), castagnoli, data)
}

func (d *disk) path(key blockKey) string {
	return filepath.Join(d.dir, key.sha256[:2], fmt.Sprintf("%s-%d", key.sha256, key.n))
}

func (d *disk) get(key blockKey, size int) []byte {
	if d == nil {
		return nil
	}
	path := d.path(key)
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	if len(raw) != size+4 || sumOf(key, raw[:size]) != binary.LittleEndian.Uint32(raw[size:]) {
		_ = os.Remove(path)
		return nil
	}
	now := time.Now()
	_ = os.Chtimes(path, now, now)
	return raw[:size:size]
}

func (d *disk) put(key blockKey, data []byte) {
	if d == nil {
		return
	}
	path := d.path(key)
	if os.MkdirAll(filepath.Dir(path), 0o750) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(path), temporary+"*")
	if err != nil {
		return
	}
	_, err = f.Write(binary.LittleEndian.AppendUint32(slices.Clip(data), sumOf(key, data)))
	if f.Close() != nil || err != nil || os.Rename(f.Name(), path) != nil {
		_ = os.Remove(f.Name())
		return
	}
	if d.written.Add(int64(len(data))) >= d.limit/slack && d.trims.TryLock() {
		d.trim(time.Now())
		d.trims.Unlock()
	}
}

const (
	temporary     = ".part-"
	temporaryLife = time.Hour
)

// trim makes room for what is written until the next look.
func (d *disk) trim(now time.Time) {
	d.written.Store(0)
	type entry struct {
		path string
		size int64
		used time.Time
	}
	var all []entry
	var total int64
	_ = filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return nil
		}
		if strings.HasPrefix(e.Name(), temporary) {
			if now.Sub(info.ModTime()) > temporaryLife {
				_ = os.Remove(path)
			}
			return nil
		}
		all, total = append(all, entry{path, info.Size(), info.ModTime()}), total+info.Size()
		return nil
	})
	room := d.limit - d.limit/slack
	if total <= room {
		return
	}
	slices.SortFunc(all, func(a, b entry) int { return a.used.Compare(b.used) })
	for _, e := range all {
		if total <= room {
			return
		}
		if os.Remove(e.path) == nil {
			total -= e.size
		}
	}
}
