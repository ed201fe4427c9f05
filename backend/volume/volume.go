// Package volume opens the data volume that the settings name: a folder, or a bucket with a folder of this machine for
// what is on its way.
package volume

import (
	"context"

	"regioscope/backend/blob"
	"regioscope/backend/blob/bucket"
	"regioscope/backend/config"
	"regioscope/backend/core"
)

// Volume is a data volume, with its unfinished uploads.
type Volume interface {
	core.BlobVolume
	core.Partials
	// Check tells whether the folder is there.
	Check(ctx context.Context) error
}

// Remote is a volume whose files are not in the folder.
type Remote interface {
	Volume
	Where() string                       // for administrators
	Reach(ctx context.Context) error     // asks once
	Try(ctx context.Context) (err error) // stores, reads and deletes something
}

// Open prepares the folder cfg.Data. A bucket is not asked yet.
func Open(cfg *config.Config) (Volume, error) { return open(cfg, int64(cfg.BlockCache)) }

// OpenOnce is Open for commands that read every file at most once: they leave the cache of blocks to others.
func OpenOnce(cfg *config.Config) (Volume, error) { return open(cfg, 0) }

func open(cfg *config.Config, cache int64) (Volume, error) {
	if cfg.Blobs == "" {
		return blob.Open(cfg.Data)
	}
	address, err := bucket.ParseAddress(cfg.Blobs)
	if err != nil {
		return nil, err
	}
	return bucket.Open(bucket.Options{Address: address, Login: bucket.Login{Key: cfg.BlobsKey, Secret: cfg.BlobsSecret},
		Folder: cfg.Data, CacheBytes: cache})
}
