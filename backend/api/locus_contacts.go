package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"regioscope/backend/core"
	"regioscope/worker/format/cool"
	"regioscope/worker/format/cool/balance"
	"regioscope/worker/format/locus"
	"regioscope/worker/genome"
)

type locusContactsIn struct {
	IDPath
	LocusPlace
	Chrom2 string `query:"chrom2" doc:"with start2 and end2: the contacts of the first stretch (rows) with this one (columns); without: with itself"`
	Start2 int64  `query:"start2" minimum:"0"`
	End2   int64  `query:"end2" minimum:"0"`
	Bin    int64  `query:"bin" minimum:"1" required:"true" doc:"a resolution of the map"`
	Value  string `query:"value" enum:"iccf,oe,raw" doc:"balanced, observed / expected, or counts; without: iccf where a weight is named, else raw"`
	Weight string `query:"weight" doc:"weight column of iccf and oe; without: that of the averages of this map"`
	Conditions
}

func (s *server) locusContactsRoute() {
	route(s, spec{id: "getLocusContacts", method: http.MethodGet, path: "/datasets/{id}/locus/contacts",
		summary: "The contacts of a stretch with itself or another one, read from the file: rows×columns float32 as .npy, for the bins that the stretches touch; 0 is no contact, NaN a masked bin, or a pair without an expected", tag: "datasets",
		adjust: binaryAnswer("application/x-npy")},
		func(ctx context.Context, in *locusContactsIn) (*huma.StreamResponse, error) {
			l, err := s.openLocus(ctx, in.ID, core.KindContacts, in.LocusPlace)
			if err != nil {
				return nil, err
			}
			values, shape, err := s.locusContacts(ctx, l, in)
			asked := fmt.Sprintf("%v %v %d %q %q", l.place, l.other, in.Bin, in.Value, in.Weight)
			if in.Value == core.ValueOE { // arms may be given another time
				asked += fmt.Sprint(l.assembly.Genome().View())
			}
			return s.locusAnswer(&in.Conditions, l, in.V, asked, values, shape, err)
		})
}

func (s *server) locusContacts(ctx context.Context, l *place, in *locusContactsIn) ([]float32, []int, error) {
	l.other = l.place
	if in.Chrom2 != "" {
		var err error
		if _, l.other, err = s.Assemblies.Place(ctx, caller(ctx), l.dataset.AssemblyID, genome.Interval{Chrom: in.Chrom2, Start: in.Start2, End: in.End2}); err != nil {
			return nil, nil, ofSecond(err)
		}
	}
	if in.Value == "" {
		in.Value = core.ValueRaw
		if in.Weight != "" {
			in.Value = core.ValueICCF
		}
	}
	var m *mapPlace
	if err := s.reading(ctx, s.readers, func() (err error) {
		m, err = l.contacts(ctx, in.Bin, in.Value, in.Weight)
		return err
	}); err != nil {
		return nil, nil, err
	}
	if in.Value == core.ValueOE {
		err := s.reading(ctx, s.sweepers, func() error {
			return s.Expected.Divide(ctx, l.dataset, l.assembly, in.Bin, m.weight, m.divisive, m.values, m.rows, m.cols)
		})
		if err != nil {
			return nil, nil, l.broken(err)
		}
	}
	values := make([]float32, len(m.values))
	for i, v := range m.values {
		values[i] = float32(v)
	}
	return values, []int{int(m.rows.Bins()), int(m.cols.Bins())}, nil
}

// ofSecond says of a problem that it lies in the second stretch.
func ofSecond(err error) error {
	var e *core.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	fields := slices.Clone(e.Fields)
	for i := range fields {
		fields[i].Field += "2"
	}
	return core.Errorf(e.Code, "%s", e.Message).WithFields(fields...)
}

// mapPlace is what was read of a map, and with which weights.
type mapPlace struct {
	rows, cols locus.Span
	weight     string
	divisive   bool
	values     []float64
}

func (l *place) contacts(ctx context.Context, bin int64, value, weight string) (*mapPlace, error) {
	f, err := cool.Open(l.blob, l.blob.Size())
	if err != nil {
		return nil, l.broken(err)
	}
	if !slices.Contains(f.Resolutions(), bin) {
		return nil, invalidField("bin", "%q has no bins of %d bp.", l.dataset.Name, bin)
	}
	level, err := f.Level(bin)
	if err != nil {
		return nil, l.broken(err)
	}
	m := &mapPlace{}
	if m.rows, err = l.span(level, l.place); err != nil {
		return nil, err
	}
	if m.cols, err = l.span(level, l.other); err != nil {
		return nil, err
	}
	var weights [2][]float64
	if value != core.ValueRaw {
		if weights, err = l.weights(ctx, f, level, m, cmp.Or(weight, l.dataset.DefaultWeight())); err != nil {
			return nil, err
		}
	}
	m.values, err = locus.Contacts(ctx, level, m.rows, m.cols, weights[0], weights[1], locusThreads)
	if errors.Is(err, locus.ErrTooMuch) {
		return nil, invalidField("bin", "Too much of this file would have to be read. Choose larger bins or a shorter stretch.")
	}
	if err != nil {
		return nil, l.broken(err)
	}
	return m, nil
}

// span finds the bins of a stretch.
func (l *place) span(level *cool.Level, where genome.Interval) (locus.Span, error) {
	bin := level.BinSize()
	lo, hi := where.Start/bin, (where.End+bin-1)/bin
	if hi-lo > locusContactBins {
		return locus.Span{}, invalidField("bin", "The stretch has %d bins of %d bp; at most %d are shown. Choose larger bins or a shorter stretch.", hi-lo, bin, locusContactBins)
	}
	chrom := l.chromOf(where.Chrom, level.Chroms())
	if chrom < 0 {
		return locus.Span{}, core.Errorf(core.CodeUnavailable, "The contact map has no %s.", where.Chrom)
	}
	// A file may know the chromosome a little shorter than the assembly does.
	first := level.ChromOffset(chrom)
	hi = min(hi, level.ChromOffset(chrom+1)-first)
	if lo >= hi {
		return locus.Span{}, core.Errorf(core.CodeUnavailable, "%s of the contact map ends before this place.", where.Chrom)
	}
	return locus.Span{Lo: first + lo, Hi: first + hi}, nil
}

// weights reads those of the rows and of the columns, divisive or not as averages take them: what was found out when the file
// was checked, or else now.
func (l *place) weights(ctx context.Context, f *cool.File, level *cool.Level, m *mapPlace, name string) (w [2][]float64, err error) {
	known := false
	if facts := l.dataset.Facts.Contacts; facts != nil {
		for _, r := range facts.Resolutions {
			for _, c := range r.Weights {
				if r.BinSize == level.BinSize() && c.Name == name {
					m.divisive, known = c.Divisive, true
				}
			}
		}
	}
	if !known {
		verdict, err := balance.Detect(ctx, f, level, name, locusThreads)
		var missing *cool.ErrNoWeights
		if errors.As(err, &missing) {
			return w, invalidField("weight", "Bins of %d bp have no weight column %q; they have %s.", level.BinSize(), name, cmp.Or(strings.Join(missing.Have, ", "), "none"))
		}
		if err != nil {
			return w, l.broken(err)
		}
		m.divisive = verdict.Divisive
	}
	m.weight = name
	for i, s := range []locus.Span{m.rows, m.cols} {
		if w[i], err = level.WeightPart(name, m.divisive, s.Lo, s.Hi); err != nil {
			return w, l.broken(err)
		}
	}
	return w, nil
}
