package hdf5

// Walk visits every group and dataset that hard links reach below g, each object once, parents before children.
// A member that cannot be opened is handed over with its error. fn may stop the walk by an error.
func (g *Group) Walk(fn func(path string, grp *Group, ds *Dataset, err error) error) error {
	return g.walk(map[uint64]bool{g.obj.addr: true}, 0, fn)
}

func (g *Group) walk(seen map[uint64]bool, depth int, fn func(string, *Group, *Dataset, error) error) error {
	if depth > 64 {
		return formatErr(g.obj.at, "groups nested too deeply")
	}
	for _, name := range g.Names() {
		l := g.links[name]
		if l.kind != linkHard || seen[l.addr] {
			continue
		}
		seen[l.addr] = true
		path := g.join(name)
		o, err := g.obj.f.object(l.addr)
		if err != nil {
			if err = fn(path, nil, nil, err); err != nil {
				return err
			}
			continue
		}
		if o.has(msgLayout) {
			ds, err := o.dataset(path)
			if err = fn(path, nil, ds, err); err != nil {
				return err
			}
			continue
		}
		child, err := o.group(path)
		if stop := fn(path, child, nil, err); stop != nil {
			return stop
		}
		if err == nil {
			if err := child.walk(seen, depth+1, fn); err != nil {
				return err
			}
		}
	}
	return nil
}
