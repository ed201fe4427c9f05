package genes

import "strings"

// bed reads a row of a BED12 file: a transcript, whose name is taken for that of its gene.
func (p *parser) bed(f []string) error {
	if len(f) < 12 {
		p.bad("BED12 needs 12 columns separated by tabs, the row has %d", len(f))
		return nil
	}
	start, ok1 := p.number("start", f[1])
	end, ok2 := p.number("end", f[2])
	n, ok3 := p.number("number of blocks", f[9])
	if !ok1 || !ok2 || !ok3 {
		return nil
	}
	if f[3] == "" || f[3] == "." {
		p.bad("the row has no name")
		return nil
	}
	sizes, starts := strings.Split(strings.TrimSuffix(f[10], ","), ","), strings.Split(strings.TrimSuffix(f[11], ","), ",")
	if int64(len(sizes)) != n || int64(len(starts)) != n {
		p.bad("%d blocks are announced, %d sizes and %d starts are given", n, len(sizes), len(starts))
		return nil
	}
	chrom, ok := p.place(f[0], start, end)
	if !ok {
		return nil
	}
	blocks := make([][2]int64, 0, n)
	for i := range sizes {
		size, ok1 := p.number("size of a block", sizes[i])
		offset, ok2 := p.number("start of a block", starts[i])
		if !ok1 || !ok2 {
			return nil
		}
		if size == 0 || offset > end-start || size > end-start-offset {
			p.bad("block %d does not lie within its row", i+1)
			return nil
		}
		blocks = append(blocks, [2]int64{start + offset, start + offset + size})
	}
	g, err := p.get(f[3], chrom, strandOf(f[5]), start, end)
	if err != nil {
		return err
	}
	g.describe(p, f[3], "")
	for _, b := range blocks {
		if err := p.exon(g, b[0], b[1]); err != nil {
			return err
		}
	}
	return nil
}
