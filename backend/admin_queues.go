package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"regioscope/backend/config"
	"regioscope/backend/core"
)

// adminQueue shows and tunes the queues.
func adminQueue(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	names, flags := words(args)
	modes := map[string]core.QueueMode{"pause": core.QueuePaused, "drain": core.QueueDraining, "resume": core.QueueOpen}
	var patch core.QueuePatch
	switch {
	case len(names) == 1 && names[0] == "list":
	case len(names) == 2 && modes[names[0]] != "":
		mode := modes[names[0]]
		patch.Mode = &mode
	case len(names) == 3 && names[0] == "concurrency":
		n, err := strconv.Atoi(names[2])
		if err != nil {
			return fmt.Errorf("%q is not a number of runs", names[2])
		}
		patch.Concurrency = &n
	default:
		return errUsage
	}
	i, closing, err := openInstallation(ctx, config.Admin, flags, environ, stderr)
	defer closing()
	if err != nil {
		return err
	}
	if names[0] == "list" {
		return i.listQueues(ctx, stdout)
	}
	q, err := i.admin.PatchQueue(ctx, core.CommandLine, names[1], patch)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s is %s\n", q.Name, q.Mode)
	return nil
}

func (i *installation) listQueues(ctx context.Context, stdout io.Writer) error {
	o, err := i.admin.Overview(ctx, core.CommandLine, 60)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "queue\tmode\twaiting\toldest\trunning\tof\tworkers\tdone/min\tfailed/min")
	for _, q := range o.Queues {
		oldest := "-"
		if !q.OldestSince.IsZero() {
			oldest = o.At.Sub(q.OldestSince).Round(time.Second).String()
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%d\t%d\t%d\t%.1f\t%.1f\n", q.Name, q.Mode, q.Depth, oldest, q.Running, q.Slots, q.Workers, q.DoneRate, q.FailedRate)
	}
	return w.Flush()
}
