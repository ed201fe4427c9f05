package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"regioscope/backend/config"
	"regioscope/backend/core"
)

// storage tells what the data volume is full of, and clears away what nobody needs. It may run beside a server: at most
// one of them cleans up at a time.
func storage(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	if len(args) == 0 || (args[0] != "gc" && args[0] != "report") {
		return errUsage
	}
	i, closing, err := openInstallation(ctx, config.Storage, args[1:], environ, stderr)
	defer closing()
	if err != nil {
		return err
	}
	garbage, err := i.garbage()
	if err != nil {
		return err
	}
	if args[0] == "gc" {
		r, err := garbage.CollectFor(ctx, core.CommandLine)
		if err == nil || r != (core.GarbageReport{}) {
			fmt.Fprintf(stdout, "expired datasets %d, files put aside %d, put back %d, deleted %d (%s), temporary files %d, notifications %d\n",
				r.Expired, r.Condemned, r.PutBack, r.Purged, size(r.PurgedBytes), r.Temporary, r.Notices)
		}
		return err
	}
	r, err := garbage.ReportFor(ctx, core.CommandLine)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintf(w, "files\t%d\t%s\n", r.Blobs, size(r.Bytes))
	fmt.Fprintf(w, "of these unused\t%d\t%s\n", r.Orphans, size(r.OrphanBytes))
	fmt.Fprintf(w, "waiting to be deleted\t%d\t%s\n", r.Condemned, size(r.CondemnedBytes))
	fmt.Fprintf(w, "temporary\t%d\t%s\n\n", r.Temporary, size(r.TemporaryBytes))
	fmt.Fprintln(w, "user\tdatasets\tfiles\tresults\tin the trash")
	for _, u := range r.Users {
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\n", u.Username, u.Datasets, size(u.Bytes), size(u.Results), size(u.Trash))
	}
	return w.Flush()
}

func size(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.3g GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.3g MB", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.3g kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%d B", n)
}

// nobody is told of events and wakes no worker.
type nobody struct{}

func (nobody) Publish(context.Context, core.Event)     {}
func (nobody) Enqueue(context.Context, core.Run) error { return nil }
