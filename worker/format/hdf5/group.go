package hdf5

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

const maxSoftLinks = 16

// Group is a folder of an HDF5 file.
type Group struct {
	Path  string
	obj   *object
	links map[string]link
}

type linkKind uint8

const (
	linkHard linkKind = iota
	linkSoft
	linkExternal
	linkOther
)

type link struct {
	name   string
	kind   linkKind
	addr   uint64
	target string
}

// Root returns the group "/".
func (f *File) Root() (*Group, error) { return f.group(f.root, "/") }

func (f *File) group(addr uint64, path string) (*Group, error) {
	o, err := f.object(addr)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return o.group(path)
}

func (o *object) isGroup() bool {
	return o.has(msgSymbolTable) || o.has(msgLinkInfo) || o.has(msgLink) || o.has(msgGroupInfo)
}

func (o *object) group(path string) (*Group, error) {
	if !o.isGroup() {
		return nil, fmt.Errorf("%s: %w", path, formatErr(o.at, "not a group"))
	}
	g := &Group{Path: path, obj: o, links: map[string]link{}}
	if err := g.load(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return g, nil
}

// Names lists the members in byte order.
func (g *Group) Names() []string {
	names := make([]string, 0, len(g.links))
	for n := range g.links {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Has tells whether a member of that name exists (not a path).
func (g *Group) Has(name string) bool { _, ok := g.links[name]; return ok }

// Group opens a group by its path relative to g, or from the root when it begins with a slash.
func (g *Group) Group(path string) (*Group, error) {
	o, err := g.lookup(path, 0)
	if err != nil {
		return nil, err
	}
	return o.group(g.join(path))
}

// Dataset opens a dataset by its path.
func (g *Group) Dataset(path string) (*Dataset, error) {
	o, err := g.lookup(path, 0)
	if err != nil {
		return nil, err
	}
	return o.dataset(g.join(path))
}

// IsGroup tells whether a path leads to a group; a broken or absent one is not.
func (g *Group) IsGroup(path string) bool {
	o, err := g.lookup(path, 0)
	return err == nil && o.isGroup()
}

// Address identifies the object behind the group: hard links to one object share it.
func (g *Group) Address() uint64 { return g.obj.addr }

func (g *Group) join(path string) string {
	if strings.HasPrefix(path, "/") {
		return path
	}
	return strings.TrimSuffix(g.Path, "/") + "/" + path
}

func (g *Group) lookup(path string, soft int) (*object, error) {
	f := g.obj.f
	if strings.HasPrefix(path, "/") {
		root, err := f.Root()
		if err != nil {
			return nil, err
		}
		g = root
	}
	here := g
	o := g.obj
	for name := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if name == "" || name == "." {
			continue
		}
		if here == nil {
			var err error
			if here, err = o.group(path); err != nil {
				return nil, err
			}
		}
		l, ok := here.links[name]
		if !ok {
			return nil, fmt.Errorf("%w: %s", ErrNotFound, here.join(name))
		}
		var err error
		switch l.kind {
		case linkHard:
			if o, err = f.object(l.addr); err != nil {
				return nil, fmt.Errorf("%s: %w", here.join(name), err)
			}
		case linkSoft:
			if soft >= maxSoftLinks {
				return nil, fmt.Errorf("%s: %w", here.join(name), formatErr(here.obj.at, "too many soft links"))
			}
			if o, err = here.lookup(l.target, soft+1); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("%s: %w", here.join(name), unsupported(here.obj.at, "link into another file"))
		}
		here = nil
	}
	return o, nil
}

// load collects the links, whichever of the three ways stores them.
func (g *Group) load() error {
	o := g.obj
	m := o.f.meter()
	if c, ok, err := o.find(msgSymbolTable); err != nil {
		return err
	} else if ok {
		tree, heap := c.addr(), c.addr()
		if c.err != nil {
			return c.err
		}
		return g.loadSymbols(tree, heap, m)
	}
	for _, msg := range o.msgs {
		if msg.kind != msgLink {
			continue
		}
		body := *msg.body
		if err := g.addLink(&body); err != nil {
			return err
		}
	}
	c, ok, err := o.find(msgLinkInfo)
	if err != nil || !ok {
		return err
	}
	c.version(0, "link info")
	if c.u8()&1 != 0 {
		c.skip(8) // creation order
	}
	heap, names := c.addr(), c.addr()
	if c.err != nil {
		return c.err
	}
	if heap == undefined || names == undefined {
		return nil
	}
	return o.f.dense(heap, names, 4, m, func(c *cursor, _ uint8) error { return g.addLink(c) })
}

// dense walks a name index (a version 2 B-tree of heap ids) and hands out the heap object of every record. skip is the
// number of bytes before the heap id in a record: 4 for links (hash), 0 for attributes.
func (f *File) dense(heap, tree uint64, skip int, m *meter, fn func(c *cursor, flags uint8) error) error {
	h, err := f.fractalHeap(heap)
	if err != nil {
		return err
	}
	return f.walkBTree2(tree, m, func(rec *cursor, kind uint8) error {
		if (skip == 4) != (kind == 5) || (skip == 0) != (kind == 8) {
			return formatErr(rec.base, "name index of type %d", kind)
		}
		rec.skip(skip)
		id := rec.take(h.idLen)
		var flags uint8
		if kind == 8 {
			flags = rec.u8()
		}
		if rec.err != nil {
			return rec.err
		}
		c, err := h.object(id, m)
		if err != nil {
			return err
		}
		return fn(c, flags)
	})
}

func (g *Group) put(l link) error {
	if l.name == "" || strings.Contains(l.name, "/") {
		return formatErr(g.obj.at, "link name %q", l.name)
	}
	if _, ok := g.links[l.name]; ok {
		return formatErr(g.obj.at, "two links named %q", l.name)
	}
	g.links[l.name] = l
	return nil
}

// addLink parses a link message.
func (g *Group) addLink(c *cursor) error {
	c.version(1, "link")
	flags := c.u8()
	kind := uint8(0)
	if flags&8 != 0 {
		kind = c.u8()
	}
	if flags&4 != 0 {
		c.skip(8)
	}
	if flags&16 != 0 {
		c.skip(1)
	}
	n := c.uint(1 << (flags & 3))
	if n > uint64(c.remaining()) {
		c.fail("link name of %d bytes", n)
		return c.err
	}
	l := link{name: string(c.take(int(n)))}
	switch kind {
	case 0:
		l.addr = c.addr()
	case 1:
		l.kind = linkSoft
		l.target = string(c.take(int(c.u16())))
	case 64:
		l.kind = linkExternal
	default:
		l.kind = linkOther
	}
	if c.err != nil {
		return c.err
	}
	return g.put(l)
}

// Attr returns one attribute, or ErrNotFound.
func (g *Group) Attr(name string) (*Attr, error) { return g.obj.attr(name) }

// Attrs returns every attribute that can be parsed, in byte order of the names.
func (g *Group) Attrs() ([]*Attr, error) { return g.obj.attrs() }

// IsNotFound tells whether err says that a member or attribute does not exist.
func IsNotFound(err error) bool { return errors.Is(err, ErrNotFound) }
