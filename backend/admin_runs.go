package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"regioscope/backend/config"
	"regioscope/backend/core"
)

// adminRuns lists runs, and cancels them or runs them again.
func adminRuns(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	names, flags := words(args)
	if len(names) == 0 || (names[0] == "list") != (len(names) == 1) || len(names) > 2 {
		return errUsage
	}
	q, flags, err := runQuery(flags)
	if err != nil {
		return err
	}
	i, closing, err := openInstallation(ctx, config.Admin, flags, environ, stderr)
	defer closing()
	if err != nil {
		return err
	}
	switch names[0] {
	case "list":
		return i.listRuns(ctx, q, stdout)
	case "retry":
		if names[1] == "failed" {
			return i.retryFailed(ctx, q, stdout)
		}
		return changeRun(ctx, names[1], stdout, i.runs.Retry)
	case "cancel":
		return changeRun(ctx, names[1], stdout, i.runs.Cancel)
	}
	return errUsage
}

// runQuery reads the flags that narrow a list of runs.
func runQuery(flags []string) (q core.RunQuery, rest []string, err error) {
	var state, pipeline, limit string
	rest = flags
	for name, to := range map[string]*string{"state": &state, "queue": &q.Queue, "pipeline": &pipeline, "user": &q.User, "limit": &limit} {
		if *to, rest, err = cut(rest, name); err != nil {
			return q, nil, err
		}
	}
	q.Pipeline, q.Limit = core.Pipeline(pipeline), 50
	if state != "" {
		q.States = []core.RunState{core.RunState(state)}
	}
	if limit != "" {
		if q.Limit, err = strconv.Atoi(limit); err != nil || q.Limit < 1 || q.Limit > 200 {
			return q, nil, fmt.Errorf("--limit must be 1 to 200")
		}
	}
	return q, rest, nil
}

func (i *installation) listRuns(ctx context.Context, q core.RunQuery, stdout io.Writer) error {
	page, err := i.runs.List(ctx, core.CommandLine, q)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "run\tstate\tattempt\tpipeline\tqueue\tuser\tregion set\tthrough\tasked for\twhat")
	for _, r := range page.Items {
		what := r.Message
		if r.Error != nil && r.State == core.RunFailed {
			what = r.Error.Message
		}
		fmt.Fprintf(w, "%d\t%s\t%d/%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.State, r.Attempt, r.MaxAttempts, r.Pipeline, r.Queue, r.UserName,
			r.RegionSetName, r.FeatureName, r.CreatedAt.UTC().Format("2006-01-02 15:04:05"), what)
	}
	return w.Flush()
}

func (i *installation) retryFailed(ctx context.Context, q core.RunQuery, stdout io.Writer) error {
	a, err := i.admin.RetryFailed(ctx, core.CommandLine, q)
	fmt.Fprintf(stdout, "queued again %d, cannot be %d\n", a.Retried, a.Refused)
	if a.More {
		fmt.Fprintln(stdout, "there are older ones: ask again")
	}
	return err
}

func changeRun(ctx context.Context, number string, stdout io.Writer, change func(context.Context, core.Caller, int64) (core.Run, error)) error {
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return fmt.Errorf("%q is not the number of a run", number)
	}
	r, err := change(ctx, core.CommandLine, id)
	if err == nil {
		fmt.Fprintf(stdout, "run %d is %s\n", r.ID, r.State)
	}
	return err
}
