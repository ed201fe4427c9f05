package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"runtime"

	"regioscope/worker/format"
	"regioscope/worker/format/bbi"
	"regioscope/worker/format/bed"
	"regioscope/worker/format/cool/balance"
	"regioscope/worker/genome"
)

// facts is what `compute inspect` prints. Fields of other kinds of file are absent.
type facts struct {
	File        string            `json:"file"`
	Bytes       int64             `json:"bytes"`
	Kind        string            `json:"kind"` // contacts, signal or regions
	Format      string            `json:"format"`
	Chromosomes []genome.Chrom    `json:"chromosomes,omitempty"`
	Resolutions []resolutionFacts `json:"resolutions,omitempty"`
	ZoomLevels  []int64           `json:"zoomLevels,omitempty"` // bp per summary record
	Summary     *signalFacts      `json:"summary,omitempty"`
	Regions     *regionFacts      `json:"regions,omitempty"`
	Warnings    []string          `json:"warnings"`
}

type resolutionFacts struct {
	BinSize int64         `json:"binSize"`
	Bins    int64         `json:"bins"`
	Pixels  int64         `json:"pixels"`
	Counts  string        `json:"counts"`  // integer or float
	Storage string        `json:"storage"` // symmetric-upper or square
	Weights []weightFacts `json:"weights"`
}

// weightFacts describe a weight column. Kind is the verdict that every command goes by, Source how it came about (see
// balance.Detect). Flatness is the coefficient of variation of the balanced marginals of this level, taken as Kind says;
// OtherFlatness as if it were the other kind. Both are absent where the level was too large to measure. Verdict puts it
// all into words.
type weightFacts struct {
	Name          string   `json:"name"`
	Kind          string   `json:"kind"` // multiplicative or divisive
	Source        string   `json:"source"`
	Masked        int      `json:"masked"` // bins
	Flatness      *float64 `json:"flatness,omitempty"`
	OtherFlatness *float64 `json:"otherFlatness,omitempty"`
	Verdict       string   `json:"verdict"`
}

type signalFacts struct {
	BasesCovered uint64   `json:"basesCovered"`
	Min          *float64 `json:"min"` // null where the file stores no number
	Max          *float64 `json:"max"`
	Sum          *float64 `json:"sum"`
}

type regionFacts struct {
	Rows    int            `json:"rows"`
	Columns []string       `json:"columns"`
	ByChrom map[string]int `json:"byChromosome"` // first anchors
	Plus    int            `json:"plus"`
	Minus   int            `json:"minus"`
}

func runInspect(ctx context.Context, e env, args []string) error {
	fs := flag.NewFlagSet("inspect", flag.ContinueOnError)
	threads := fs.Int("threads", runtime.GOMAXPROCS(0), "number of `cores` to use")
	largest := fs.Int64("flatness-pixels", 50_000_000, "measure weights of levels up to this many `pixels`")
	files, err := parse(fs, e, args)
	if err != nil {
		return err
	}
	if len(files) != 1 {
		return usagef("inspect takes one file, not %d", len(files))
	}
	in, err := openInput("file", files[0])
	if err != nil {
		return err
	}
	defer in.Close()
	head := make([]byte, min(in.size, format.HeadSize))
	if _, err := io.ReadFull(in.file, head); err != nil {
		return inputf("%s: %w", in.path, err)
	}
	if _, err := in.file.Seek(0, io.SeekStart); err != nil {
		return inputf("%s: %w", in.path, err)
	}
	f := &facts{File: filepath.Base(in.path), Bytes: in.size, Warnings: []string{}}
	switch kind := format.Sniff(head); kind {
	case format.HDF5:
		err = f.contacts(ctx, in.path, max(1, *threads), *largest)
	case format.BigWig:
		err = f.signal(in)
	case format.BED, format.BEDPE, format.Text:
		err = f.regions(in)
	default:
		err = inputf("%s: this is %s; it should be a contact map (.mcool, .cool), a bigWig, BED or BEDPE file", in.path, kind)
	}
	if err != nil {
		return err
	}
	enc := json.NewEncoder(e.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(f)
}

func (f *facts) warn(format string, args ...any) {
	f.Warnings = append(f.Warnings, fmt.Sprintf(format, args...))
}

func (f *facts) contacts(ctx context.Context, path string, threads int, largest int64) error {
	in, err := openContacts(path)
	if err != nil {
		return err
	}
	defer in.Close()
	f.Kind, f.Format, f.Chromosomes = "contacts", "cooler", in.cool.Chroms()
	for _, b := range in.cool.Resolutions() {
		level, err := in.cool.Level(b)
		if err != nil {
			return in.wrap(err)
		}
		r := resolutionFacts{BinSize: b, Bins: level.NumBins(), Pixels: level.NumPixels(), Counts: "float", Storage: "symmetric-upper", Weights: []weightFacts{}}
		if !level.SymmetricUpper() {
			r.Storage = "square"
		}
		if level.Info().IntegerCounts {
			r.Counts = "integer"
		}
		var columns [][]float64
		for _, name := range level.WeightNames() {
			verdict, err := balance.Detect(ctx, in.cool, level, name, threads)
			if err != nil {
				return in.wrap(err)
			}
			w, err := level.WeightAs(name, verdict.Divisive)
			if err != nil {
				return in.wrap(err)
			}
			inverse, err := level.WeightAs(name, !verdict.Divisive)
			if err != nil {
				return in.wrap(err)
			}
			fact := weightFacts{Name: name, Kind: verdict.Kind(), Source: verdict.Source, Verdict: verdict.Kind() + " by " + verdict.Source}
			for _, v := range w {
				if v-v != 0 {
					fact.Masked++
				}
			}
			columns = append(columns, w, inverse)
			r.Weights = append(r.Weights, fact)
		}
		switch {
		case len(columns) == 0:
			f.warn("resolution %d has no weight column: only raw counts can be shown", b)
		case r.Pixels > largest:
			f.warn("resolution %d has %d pixels: the flatness of its weights was not measured (--flatness-pixels)", b, r.Pixels)
		default:
			flat, err := balance.Flatness(ctx, level, len(level.Chroms()), columns, threads)
			if err != nil {
				return in.wrap(err)
			}
			for i := range r.Weights {
				f.judge(b, &r.Weights[i], flat[2*i], flat[2*i+1])
			}
		}
		f.Resolutions = append(f.Resolutions, r)
	}
	return nil
}

// judge notes the flatness of a column, and warns where the marginals speak against its kind.
func (f *facts) judge(resolution int64, w *weightFacts, flatness, other float64) {
	w.Flatness, w.OtherFlatness = finite(flatness), finite(other)
	if w.Flatness != nil && w.OtherFlatness != nil {
		w.Verdict += fmt.Sprintf("; here the marginals vary by %.3g, taken the other way by %.3g", flatness, other)
	}
	opposite := map[string]string{"multiplicative": "divisive", "divisive": "multiplicative"}[w.Kind]
	if other < flatness/2 {
		f.warn("resolution %d: weight column %s is %s (%s), but the map is flatter if it is taken as %s (variation %.3g instead of %.3g)",
			resolution, w.Name, w.Kind, w.Source, opposite, other, flatness)
	}
}

func (f *facts) signal(in *input) error {
	bw, err := bbi.Open(in.file, in.size)
	if err != nil {
		return inputf("%s: %w", in.path, err)
	}
	f.Kind, f.Format, f.Chromosomes = "signal", "bigWig", bw.Chroms()
	f.ZoomLevels = []int64{}
	for _, z := range bw.Zooms() {
		f.ZoomLevels = append(f.ZoomLevels, z.Reduction)
	}
	s := bw.Summary()
	if !s.Stored {
		f.warn("the file has no summary")
		return nil
	}
	f.Summary = &signalFacts{BasesCovered: s.BasesCovered, Min: finite(s.Min), Max: finite(s.Max), Sum: finite(s.Sum)}
	if f.Summary.Sum == nil || f.Summary.Min == nil || f.Summary.Max == nil {
		f.warn("the file stores values that are no numbers; they count as missing")
	}
	return nil
}

func (f *facts) regions(in *input) error {
	table, err := bed.Parse(in.file, bed.Options{})
	if err != nil {
		return inputf("%s: %w", in.path, err)
	}
	f.Kind, f.Format = "regions", table.Format.String()
	f.Regions = &regionFacts{Rows: len(table.Regions), Columns: []string{}, ByChrom: make(map[string]int), Plus: table.Report.Plus, Minus: table.Report.Minus}
	for _, c := range table.Columns {
		f.Regions.Columns = append(f.Regions.Columns, c.Name)
	}
	for _, r := range table.Regions {
		f.Regions.ByChrom[r.A.Chrom]++
	}
	if table.Report.Short > 0 {
		f.warn("%d rows have fewer columns than the first (line %d is the first of them)", table.Report.Short, table.Report.FirstShort)
	}
	return nil
}

func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
