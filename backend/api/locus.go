package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"regioscope/backend/core"
	"regioscope/worker/format/bbi"
	"regioscope/worker/format/locus"
	"regioscope/worker/format/npy"
	"regioscope/worker/genome"
)

// What one answer holds at most, and how many are read at once: that bounds memory and keeps a page that scrolls from
// taking the processors of everybody.
const (
	locusContactBins = 1200
	locusReaders     = 4
	locusThreads     = 2
	locusSweepers    = 2 // of whole maps, for what is expected
)

// LocusPlace is a stretch of the genome.
type LocusPlace struct {
	Chrom string `query:"chrom" required:"true" doc:"a chromosome of the assembly, or another name of it"`
	Start int64  `query:"start" minimum:"0" doc:"0-based"`
	End   int64  `query:"end" minimum:"1" doc:"not included"`
	V     string `query:"v" doc:"the SHA-256 of the dataset: with it, the answer may be kept for ever"`
}

type locusSignalIn struct {
	IDPath
	LocusPlace
	Bins int `query:"bins" minimum:"1" maximum:"4000" default:"1000"`
	Conditions
}

func (s *server) locusRoutes() {
	s.locusContactsRoute()
	route(s, spec{id: "getLocusSignal", method: http.MethodGet, path: "/datasets/{id}/locus/signal",
		summary: "A signal track in equal bins of a stretch, read from the file: 3×bins float32 as .npy: mean, smallest, largest; NaN where no base has a value", tag: "datasets",
		adjust: binaryAnswer("application/x-npy")},
		func(ctx context.Context, in *locusSignalIn) (*huma.StreamResponse, error) {
			l, err := s.openLocus(ctx, in.ID, core.KindSignal, in.LocusPlace)
			if err != nil {
				return nil, err
			}
			var values []float32
			err = s.reading(ctx, s.readers, func() error {
				values, err = l.signal(ctx, in.Bins)
				return err
			})
			return s.locusAnswer(&in.Conditions, l, in.V, fmt.Sprintf("%v %d", l.place, in.Bins), values, []int{3, in.Bins}, err)
		})
}

// place is a stretch of an open file.
type place struct {
	dataset  *core.Dataset
	blob     core.Blob
	assembly *core.Assembly
	place    genome.Interval
	other    genome.Interval // of the columns of a contact map
}

// openLocus opens the file of a dataset of a kind and checks the place against its assembly. The caller closes the file.
func (s *server) openLocus(ctx context.Context, id int64, kind core.Kind, p LocusPlace) (*place, error) {
	d, blob, err := s.Datasets.OpenFile(ctx, caller(ctx), id)
	if err != nil {
		return nil, err
	}
	l := &place{dataset: d, blob: blob}
	if d.Kind != kind || d.State != core.DatasetReady {
		err = core.Errorf(core.CodeState, "%q has no %s to show: it is %s, %s.", d.Name, kind, d.Kind, d.State)
	} else {
		l.assembly, l.place, err = s.Assemblies.Place(ctx, caller(ctx), d.AssemblyID, genome.Interval{Chrom: p.Chrom, Start: p.Start, End: p.End})
	}
	if err != nil {
		blob.Close()
		return nil, err
	}
	return l, nil
}

// reading waits for its turn in a queue.
func (s *server) reading(ctx context.Context, turns chan struct{}, read func() error) error {
	select {
	case turns <- struct{}{}:
		defer func() { <-turns }()
		return read()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *server) locusAnswer(in *Conditions, l *place, v, asked string, values []float32, shape []int, err error) (*huma.StreamResponse, error) {
	if err != nil {
		l.blob.Close()
		return nil, err
	}
	return s.sendArray(in, l.dataset.SHA256+" locus "+asked, v, l.blob, func(w io.Writer) error { return npy.Write(w, values, shape...) }), nil
}

func (l *place) signal(ctx context.Context, bins int) ([]float32, error) {
	f, err := bbi.Open(l.blob, l.blob.Size())
	if err != nil {
		return nil, l.broken(err)
	}
	chrom := l.chromOf(l.place.Chrom, f.Chroms())
	if chrom < 0 {
		return nil, core.Errorf(core.CodeUnavailable, "The track has no %s.", l.place.Chrom)
	}
	out, err := locus.Signal(ctx, f, f.Chroms()[chrom].Name, l.place.Start, l.place.End, bins)
	if err != nil {
		return nil, l.broken(err)
	}
	return slices.Concat(out.Mean, out.Min, out.Max), nil
}

// chromOf finds a chromosome of the assembly among those of a file, which may name it otherwise; -1 = it is not there.
func (l *place) chromOf(name string, chroms []genome.Chrom) int {
	names := genome.NewNames(l.assembly.Chroms, l.assembly.Aliases)
	return slices.IndexFunc(chroms, func(c genome.Chrom) bool {
		i, _ := names.Resolve(c.Name)
		return i >= 0 && l.assembly.Chroms[i].Name == name
	})
}

func (l *place) broken(err error) error {
	return fmt.Errorf("locus of dataset %d: %w", l.dataset.ID, err)
}

func invalidField(field, format string, args ...any) *core.Error {
	e := core.Errorf(core.CodeInvalid, format, args...)
	return e.WithFields(core.Field{Field: field, Message: e.Message})
}
