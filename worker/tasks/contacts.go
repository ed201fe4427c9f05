package tasks

import (
	"log/slog"
	"path/filepath"

	"regioscope/worker/contactcache"
)

// OpenContacts opens the cache of contact maps on a data volume; limit is its size in bytes. Every process that has the
// volume uses the same.
func OpenContacts(volume string, limit int64, log *slog.Logger) (*contactcache.Store, error) {
	return contactcache.Open(contactcache.Options{Dir: filepath.Join(volume, "cache", "contacts"), Limit: limit,
		Warn: func(msg string, err error) { log.Warn(msg, "cause", err) }})
}

// contacts is a level of the run's map as the cache wants it.
func (in *inputs) contacts(l *mapLevel) contactcache.Level {
	return contactcache.Level{Level: l.Level, SHA256: in.feature.SHA256, Weights: l.weights,
		View: in.assembly.View(), Aliases: in.assembly.Aliases}
}
