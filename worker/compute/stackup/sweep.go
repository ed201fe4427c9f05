package stackup

import (
	"context"
	"fmt"
	"sync"

	"regioscope/worker/compute/ledger"
	"regioscope/worker/format/bbi"
)

// sweep is the walk over the signal. Every goroutine does what is next: cut rows whose pages are there, or decode the
// next block. So all of them are busy to the end, whether time goes into blocks (one window) or into rows (thirty), and
// pages are used while they are in the cache. A page is there when all before it are: which error comes first and what
// the sums before a page are does not depend on who was faster.
type sweep struct {
	*run
	ctx    context.Context
	writer *rowWriter
	total  int64 // rows

	mu      sync.Mutex
	wake    *sync.Cond
	err     error
	done    int64
	pages   []*page // by unit; nil before they are decoded and after all sites are done with them
	next    int     // the unit to decode
	there   int     // units before this one are decoded
	dropped int     // units before this one are forgotten
	before  sums    // over the pages of the chromosome that are there
	last    uint32  // where they end
	held    int64   // bytes of pages
	idle    []*page // for later units
	unused  int64   // bytes of these
	cut     int     // sites before this one are cut, or being cut
	cutting []int   // of those being cut, by goroutine: the first unit that they need
}

// sweep walks over the signal once, on all threads.
func (r *run) sweep(ctx context.Context) error {
	s := &sweep{run: r, ctx: ctx, writer: &rowWriter{r, make([]sync.Mutex, len(r.jobs))}, pages: make([]*page, len(r.units)), cutting: make([]int, r.opt.Threads)}
	s.wake = sync.NewCond(&s.mu)
	s.total = int64(len(r.sites) + len(r.lost[0]) + len(r.lost[1]))
	if err := s.writer.lost(); err != nil {
		return err
	}
	s.advance(len(r.lost[0]) + len(r.lost[1]))
	cutters := make([]*cutter, r.opt.Threads)
	for t := range cutters {
		cutters[t], s.cutting[t] = newCutter(r), len(r.units)
	}
	each(r.opt.Threads, r.opt.Threads, func(t int) { s.work(t, cutters[t]) })
	if s.err != nil {
		return s.err
	}
	for i, res := range r.results {
		var all losses
		for _, c := range cutters {
			all.outside = append(all.outside, c.losses[i].outside...)
			all.length = append(all.length, c.losses[i].length...)
			all.signal = append(all.signal, c.losses[i].signal...)
		}
		res.account(ledger.Inside, reasonLength, all.length)
		res.account(ledger.Inside, reasonOutside, all.outside)
		res.account(ledger.Unmasked, reasonSignal, all.signal)
	}
	return ctx.Err()
}

// work is goroutine t of the sweep.
func (s *sweep) work(t int, c *cutter) {
	var d bbi.Decoder
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.wake.Broadcast()
	for {
		if s.err == nil {
			s.err = s.ctx.Err()
		}
		if s.err != nil || s.cut == len(s.sites) {
			return
		}
		switch ready := s.ready(); {
		case ready == s.group || ready > 0 && !s.mayDecode():
			s.cutGroup(t, c, ready)
		case s.mayDecode():
			s.decode(&d)
		case s.next == s.there && !s.isCutting():
			// Everything that could be given back is, and the first window still lacks pages.
			at := s.sites[s.cut]
			s.err = fmt.Errorf("%w of %d MiB: region %d, %s:%d-%d with its flanks", ErrMemory, s.opt.Memory>>20, at.index,
				s.chroms[at.chrom].Name, at.start, at.end)
		default:
			s.wake.Wait()
		}
	}
}

// ready is how many sites can be cut, at most a group of them.
func (s *sweep) ready() int {
	n := 0
	for n < s.group && s.cut+n < len(s.sites) && s.sites[s.cut+n].pages[1] <= s.there {
		n++
	}
	return n
}

// mayDecode says whether there is a block to decode and room for it: half of the limit for pages that are read ahead,
// all of it for those that the first window waits for.
func (s *sweep) mayDecode() bool {
	if s.next == len(s.units) {
		return false
	}
	if s.next < s.sites[s.cut].pages[1] {
		return s.held < s.limit
	}
	return s.held < s.limit/2
}

func (s *sweep) isCutting() bool {
	for _, first := range s.cutting {
		if first < len(s.units) {
			return true
		}
	}
	return false
}

// decode makes the page of the next unit.
func (s *sweep) decode(d *bbi.Decoder) {
	at := s.next
	s.next++
	p := &page{}
	if n := len(s.idle); n > 0 {
		p, s.idle = s.idle[n-1], s.idle[:n-1]
		s.unused -= p.bytes()
	}
	s.mu.Unlock()
	u := &s.units[at]
	list, err := s.signal.Read(u.Block, u.until, d)
	if err == nil {
		err = p.fill(list, u.ranges)
	}
	p.err = err
	s.mu.Lock()
	s.pages[at] = p
	s.held += p.bytes()
	s.arrive()
	s.wake.Broadcast()
}

// arrive takes note of the pages that follow those that are there.
func (s *sweep) arrive() {
	for ; s.err == nil && s.there < len(s.pages) && s.pages[s.there] != nil; s.there++ {
		p, u := s.pages[s.there], &s.units[s.there]
		if s.there == 0 || s.units[s.there-1].Chrom != u.Chrom {
			s.before, s.last = sums{}, 0
		}
		if p.err == nil && p.first < s.last {
			p.err = overlap(p.first, s.last)
		}
		if p.err != nil {
			s.err = fmt.Errorf("%s: %w", u.chrom, p.err)
			return
		}
		p.before = s.before
		s.before.add(p.total.hi, p.total.lo, p.total.covered)
		s.last = max(s.last, p.last)
	}
}

// cutGroup cuts the next n sites.
func (s *sweep) cutGroup(t int, c *cutter, n int) {
	sites := s.sites[s.cut : s.cut+n]
	s.cut += n
	s.cutting[t] = sites[0].pages[0]
	s.mu.Unlock()
	err := c.cut(s.ctx, sites, s.pages)
	if err == nil {
		err = s.writer.write(sites, c)
	}
	s.mu.Lock()
	if s.cutting[t] = len(s.units); s.err == nil {
		s.err = err
	}
	s.drop()
	s.advance(n)
	s.wake.Broadcast()
}

// drop forgets the pages that no site needs any more.
func (s *sweep) drop() {
	low := s.there
	if s.cut < len(s.sites) {
		low = min(low, s.sites[s.cut].pages[0])
	}
	for _, first := range s.cutting {
		low = min(low, first)
	}
	for ; s.dropped < low; s.dropped++ {
		p := s.pages[s.dropped]
		s.pages[s.dropped] = nil
		s.held -= p.bytes()
		if s.unused+p.bytes() <= s.limit/4 {
			s.idle = append(s.idle, p)
			s.unused += p.bytes()
		}
	}
}

func (s *sweep) advance(n int) {
	s.done += int64(n)
	if s.opt.Progress != nil {
		s.opt.Progress(s.done, s.total)
	}
}
