package core

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
)

// A request for a hundred pairs starts a hundred runs and makes one notification, once the last of them has ended: the
// runs that somebody asked for together are a batch. What a picture in the workspace asks for belongs to none, because
// the picture itself shows how it ended.

// runEnded tells the users whose batches ended with this run. A failure is only logged: endBatches repairs it.
func (s *Notifications) runEnded(ctx context.Context, runID int64) {
	if err := s.endBatches(ctx, runID); err != nil {
		t := TrailOf(ctx)
		t.Run = runID
		slog.WarnContext(WithTrail(ctx, t), "users not notified, the sweeper will", "cause", err)
	}
}

// endBatches tells of every batch whose runs have all ended; runID 0 means all batches. Several may call it at once: each
// batch is told of once.
func (s *Notifications) endBatches(ctx context.Context, runID int64) error {
	batches, err := s.stores.Notifications().EndedBatches(ctx, runID)
	if err != nil {
		return err
	}
	for _, b := range batches {
		var n *Notification
		err := s.stores.InTx(ctx, func(tx Stores) error {
			n = nil // InTx may repeat
			ours, err := tx.Notifications().CloseBatch(ctx, b.ID)
			if err != nil || !ours {
				return err
			}
			runs, err := tx.Notifications().BatchRuns(ctx, b.ID)
			if err != nil {
				return err
			}
			if n = noticeOf(b, runs); n != nil {
				n.CreatedAt = s.now().UTC()
				if err := tx.Notifications().Create(ctx, n); err != nil {
					return err
				}
			}
			return tx.Notifications().DeleteBatch(ctx, b.ID)
		})
		if err != nil {
			return fmt.Errorf("batch %d: %w", b.ID, err)
		}
		if n != nil {
			s.publish(ctx, n)
		}
	}
	return nil
}

// noticeOf says how a batch ended; nil when its user has stopped or deleted all of it, which is no news to them.
func noticeOf(b RunBatch, runs []Run) *Notification {
	var finished, failed, stopped int
	var first *Run // the first that failed or was stopped
	for i := range runs {
		r := &runs[i]
		switch {
		case r.State == RunFinished:
			finished++
			continue
		case r.State == RunFailed:
			failed++
		case r.State == RunCancelled && r.Error != nil: // by somebody else, with a reason
			stopped++
		default:
			continue
		}
		if first == nil || first.State != RunFailed && r.State == RunFailed {
			first = r
		}
	}
	if finished+failed+stopped == 0 {
		return nil
	}
	n := &Notification{UserID: b.UserID, Kind: NoticeRuns, Count: len(runs), Link: "/runs"}
	switch {
	case len(runs) == 1:
		r := &runs[0]
		n.Link = fmt.Sprintf("/runs?run=%d", r.ID)
		if r.Made != nil {
			n.Link = r.Made.link()
		}
		n.Title = clip(describe(r) + map[RunState]string{RunFinished: " is ready", RunFailed: " failed", RunCancelled: " was stopped"}[r.State])
	case failed+stopped == 0:
		n.Title = fmt.Sprintf("%d runs have finished", finished)
		n.Text = describe(&runs[0]) + fmt.Sprintf(", and %d more.", len(runs)-1)
	default:
		n.Title = fmt.Sprintf("%d of %d runs have finished", finished, len(runs))
		if failed > 0 {
			n.Title += fmt.Sprintf(", %d failed", failed)
		}
		if stopped > 0 {
			n.Title += fmt.Sprintf(", %d stopped", stopped)
		}
	}
	if first != nil {
		n.Kind = NoticeRunsFailed
		n.Text = first.Error.Message
		if len(runs) > 1 {
			n.Text = describe(first) + ": " + first.Error.Message
		}
	}
	return n
}

// describe says what a run does, in a few words.
func describe(r *Run) string {
	if r.Pipeline == PipelineDerive {
		var params struct{ Name string }
		_ = json.Unmarshal(r.Params, &params) // they are ours; without them the title has no name
		return fmt.Sprintf("New region set “%s”", params.Name)
	}
	what := map[Pipeline]string{PipelineBed: "Check", PipelineImport: "Import", PipelinePileup: "2D average", PipelineStackup: "Stackup", PipelineEnrichment: "Association",
		PipelineEmbedding1D: "1D embedding", PipelineEmbedding2D: "2D embedding"}[r.Pipeline]
	if r.FeatureName == "" {
		return fmt.Sprintf("%s of “%s”", what, r.RegionSetName)
	}
	return fmt.Sprintf("%s of “%s” at “%s”", what, r.FeatureName, r.RegionSetName)
}

// bedEnded tells the owner of a dataset how its check or import ended, but for one that they cancelled. Failures are only
// logged: the dataset says it, too.
func (s *Notifications) bedEnded(ctx context.Context, run Run) {
	now, err := s.stores.Runs().ByID(ctx, run.ID)
	if err != nil || now.State == RunCancelled {
		return
	}
	d, err := s.stores.Datasets().ByID(ctx, run.RegionSetID)
	if err != nil {
		return
	}
	link := fmt.Sprintf("/datasets/%d", d.ID)
	ready, refused := NoticeUpload, NoticeUploadFailed
	if d.Facts.Source != nil { // the check of a region set that was fetched is still part of its import
		ready, refused = NoticeImport, NoticeImportFailed
	}
	switch d.State {
	case DatasetReady:
		n := Notification{UserID: d.OwnerID, Kind: ready, Title: fmt.Sprintf("“%s” is ready", d.Name), Link: link}
		if d.Facts.Regions != nil {
			n.Text = fmt.Sprintf("%d regions were read.", d.Facts.Regions.Count)
		}
		many, page := "%d region sets are ready", "/datasets/regions"
		if d.Kind != KindRegions { // imported ones; what is uploaded is ready at once
			many, page = "%d features are ready", "/datasets/features"
		}
		err = s.TellTogether(ctx, n, func(count int) string { return fmt.Sprintf(many, count) }, page)
	case DatasetFailed:
		n := Notification{UserID: d.OwnerID, Kind: refused, Title: fmt.Sprintf("“%s” was refused", d.Name), Link: link}
		if run.Pipeline == PipelineImport {
			n.Title = fmt.Sprintf("“%s” could not be imported", d.Name)
		}
		if d.Error != nil {
			n.Text = d.Error.Message
		}
		err = s.Tell(ctx, n)
	}
	if err != nil {
		slog.WarnContext(ctx, "owner not notified", "dataset", d.ID, "cause", err)
	}
}
