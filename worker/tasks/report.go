package tasks

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"

	"regioscope/backend/core"
	"regioscope/worker/compute"
)

// reportEvery is how often a worker shows that it lives, and what it has at work.
const reportEvery = 2 * time.Second

// live reports until ctx ends, and then takes the worker's name from the list.
func (e *Executor) live(ctx context.Context, s *slots) {
	w := &core.WorkerReport{Name: e.Worker, Version: version(), Engine: compute.Version, StartedAt: time.Now().UTC(), Memory: e.Memory,
		Threads: e.Threads, CPUs: runtime.NumCPU()}
	w.Host, _, _ = strings.Cut(e.Worker, ":")
	tick := time.NewTicker(reportEvery)
	defer tick.Stop()
	for {
		s.report(w)
		w.Load, w.Heap = load(), heap()
		if err := e.Stores.Workers().Report(ctx, w); err != nil && ctx.Err() == nil {
			e.Log.WarnContext(ctx, "sign of life not given", "err", err)
		}
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if err := e.Stores.Workers().Gone(last, e.Worker); err != nil {
				e.Log.WarnContext(last, "not taken from the list of workers", "err", err)
			}
			return
		case <-tick.C:
		}
	}
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return ""
}

// load reads the mean load of the last minute where the system tells it; -1 elsewhere.
func load() float64 {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return -1
	}
	first, _, _ := strings.Cut(string(raw), " ")
	v, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return -1
	}
	return v
}

func heap() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}
