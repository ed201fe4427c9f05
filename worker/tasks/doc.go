// Package tasks runs the pipelines: it takes one attempt of a run from the queue, claims it, keeps its lease alive while
// a pipeline works, and records what came of it. One file per pipeline: each loads its references, calls a compute
// package, and saves; nothing else.
//
// What may go wrong, and what becomes of the run:
//
//	bad data, panic, time limit     failed at once, with a sentence for the user
//	disk, database, Redis           back to the queue while attempts are left, then failed
//	worker killed                   its lease runs out, core.Runs.Sweep puts the run back
//	worker stopped                  back to the queue
//	somebody cancels                stops within two seconds, cancelled
//	lease lost, dataset deleted     stops; nothing is recorded, because the run is not ours any more
package tasks
