package demo

import (
	"bufio"
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// regionWriter writes the region sets of a data set and counts their rows.
type regionWriter struct {
	dir    string
	seed   uint64
	p      preset
	chroms []*chromosome
	rows   map[string]int
}

// file writes the rows that each chromosome gives, in genome order.
func (w *regionWriter) file(name, header string, rows func(c *chromosome, line func(format string, args ...any))) error {
	f, err := os.Create(filepath.Join(w.dir, name))
	if err != nil {
		return err
	}
	defer f.Close()
	out := bufio.NewWriter(f)
	out.WriteString(header)
	for _, c := range w.chroms {
		rows(c, func(format string, args ...any) {
			w.rows[name]++
			fmt.Fprintf(out, format+"\n", args...)
		})
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("demo: %s: %w", name, err)
	}
	return f.Close()
}

// all writes the sets that a peak, TAD or loop caller would give, and the sets made from them.
func (w *regionWriter) all() error {
	steps := []func() error{w.assembly, w.ctcf, w.tads, w.loops}
	if w.p.extras {
		steps = append(steps, w.compartments, w.elements, w.genes, w.derived)
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (w *regionWriter) assembly() error {
	err := w.file("chrom.sizes", "", func(c *chromosome, line func(string, ...any)) { line("%s\t%d", c.name, c.length) })
	if err != nil {
		return err
	}
	return w.file("arms.csv", "chrom,start,end\n", func(c *chromosome, line func(string, ...any)) {
		line("%s,0,%d", c.name, c.centromere)
		line("%s,%d,%d", c.name, c.centromere, c.length)
	})
}

func (w *regionWriter) ctcf() error {
	n := 0
	err := w.file("CTCF_peaks.bed", "", func(c *chromosome, line func(string, ...any)) {
		for _, s := range c.sites {
			n++
			line("%s\t%d\t%d\tCTCF_%d\t%.2f\t%c", c.name, s.pos-150, s.pos+150, n, s.height, s.strand)
		}
	})
	if err != nil || !w.p.extras {
		return err
	}
	n = 0
	return w.file("CTCF_peaks.tsv", "name\theight\tclass\tloops\tcompartment_score\n", func(c *chromosome, line func(string, ...any)) {
		for _, s := range c.sites {
			n++
			class := "inner"
			if s.boundary {
				class = "boundary"
			}
			line("CTCF_%d\t%.2f\t%s\t%d\t%.3f", n, s.height, class, s.loops, c.score(float64(s.pos)))
		}
	})
}

func (w *regionWriter) tads() error {
	n := 0
	err := w.file("TAD_boundaries.bed", "", func(c *chromosome, line func(string, ...any)) {
		for _, b := range c.bounds {
			n++
			line("%s\t%d\t%d\tboundary_%d\t%.3f\t.", c.name, b.pos-5000, b.pos+5000, n, b.strength)
		}
	})
	if err != nil {
		return err
	}
	n = 0
	return w.file("TADs.bed", "", func(c *chromosome, line func(string, ...any)) {
		for _, t := range c.tads {
			n++
			line("%s\t%d\t%d\tTAD_%d\t%d\t.", c.name, t.Start, t.End, n, t.End-t.Start)
		}
	})
}

func (w *regionWriter) loops() error {
	n := 0
	return w.file("loops.bedpe", "", func(c *chromosome, line func(string, ...any)) {
		for _, l := range c.loops {
			n++
			class := "inner"
			if l.corner {
				class = "corner"
			}
			line("%s\t%d\t%d\t%s\t%d\t%d\tloop_%d\t%.2f\t+\t-\t%d\t%s", c.name, l.a-2500, l.a+2500, c.name, l.b-2500, l.b+2500, n, l.fold, l.b-l.a, class)
		}
	})
}

// compartments writes A domains, and borders oriented so that A lies downstream.
func (w *regionWriter) compartments() error {
	err := w.file("compartments_A.bed", "", func(c *chromosome, line func(string, ...any)) {
		for _, d := range c.domains {
			if d.sign > 0 {
				line("%s\t%d\t%d\tA\t%.3f\t.", c.name, d.Start, d.End, d.strength)
			}
		}
	})
	if err != nil {
		return err
	}
	return w.file("compartment_borders.bed", "", func(c *chromosome, line func(string, ...any)) {
		for i := 1; i < len(c.domains); i++ {
			name, strand := "B_to_A", '+'
			if c.domains[i].sign < 0 {
				name, strand = "A_to_B", '-'
			}
			at := c.domains[i].Start
			line("%s\t%d\t%d\t%s\t0\t%c", c.name, at-5000, at+5000, name, strand)
		}
	})
}

func (w *regionWriter) elements() error {
	n := 0
	put := func(prefix string, e element, c *chromosome, line func(string, ...any)) {
		n++
		line("%s\t%d\t%d\t%s_%d\t%.2f\t%c", c.name, e.pos-250, e.pos+250, prefix, n, e.height, e.strand)
	}
	err := w.file("promoters.bed", "", func(c *chromosome, line func(string, ...any)) {
		for _, e := range c.promoters {
			put("TSS", e, c, line)
		}
	})
	if err != nil {
		return err
	}
	n = 0
	return w.file("enhancers.bed", "", func(c *chromosome, line func(string, ...any)) {
		for _, e := range c.enhancers {
			put("enhancer", e, c, line)
		}
	})
}

// derived writes the control and the sets that relate to the CTCF sites in a stated way; each has a quarter of their rows.
func (w *regionWriter) derived() error {
	sets := []struct {
		name  string
		share float64 // of the rows that lie at a CTCF site
		shift int64
		far   bool // the others keep away from CTCF sites
		ratio int  // rows: number of CTCF sites divided by this
	}{
		{"random_control.bed", 0, 0, false, 1},
		{"same70.bed", 0.7, 0, false, 4},
		{"same30.bed", 0.3, 0, false, 4},
		{"shift30k.bed", 1, shift30k, false, 4},
		{"depleted.bed", 0, 0, true, 4},
	}
	for _, s := range sets {
		err := w.file(s.name, "", func(c *chromosome, line func(string, ...any)) {
			r := stream(w.seed, c.name, s.name)
			for _, pos := range c.pick(r, max(10, len(c.sites)/s.ratio), s.share, s.shift, s.far) {
				line("%s\t%d\t%d\t%s\t0\t%c", c.name, pos-100, pos+100, "row", "+-"[r.IntN(2)])
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const (
	shift30k = 30_000 // bp downstream of CTCF sites
	farAway  = 20_000 // bp that the depleted set keeps from CTCF sites
)

// pick gives n sorted positions: a share of them at different CTCF sites (± 80 bp, shifted), the others anywhere usable.
func (c *chromosome) pick(r *rand.Rand, n int, share float64, shift int64, far bool) []int64 {
	var out []int64
	for _, k := range r.Perm(len(c.sites)) {
		if pos := c.sites[k].pos + shift + r.Int64N(161) - 80; float64(len(out)) < share*float64(n) && c.usable(pos) {
			out = append(out, pos)
		}
	}
	for tries := 0; share < 1 && len(out) < n && tries < 1000*n; tries++ {
		pos := r.Int64N(c.length)
		near := func(s site) bool { return max(s.pos-pos, pos-s.pos) < farAway+200 }
		if c.usable(pos) && !(far && slices.ContainsFunc(c.sites, near)) {
			out = append(out, pos)
		}
	}
	slices.SortFunc(out, cmp.Compare[int64])
	return out
}
