#!/usr/bin/python3
"""Makes the test files of package hdf5: one per libver setting of h5py, plus the values that h5py reads back.

Run in this folder: python3 make.py
Made with h5py 3.7.0, HDF5 1.10.8, numpy 1.24.2 (1.10 has no libver v112; its files equal those of v110).
The files are stored gzip-compressed, as most of an HDF5 file this small is zeros.
"""
import gzip, json, os
import h5py, numpy as np

LIBVERS = {"earliest": "earliest", "v108": ("v108", "v108"), "v110": ("v110", "v110"), "latest": "latest"}


def numbers(n, dtype):
    i = np.arange(n, dtype=np.int64)
    v = (i * i + 3 * i) % 251
    if np.dtype(dtype).kind in "if" and np.dtype(dtype).itemsize > 1:
        v = v * 120 - 9000
    if np.dtype(dtype).kind == "i" and np.dtype(dtype).itemsize == 1:
        v = v % 127 - 60
    return (v / 16 if np.dtype(dtype).kind == "f" else v).astype(dtype)


def low_level(f, name, data, chunk, early=False, maxshape=None, fletcher=False):
    dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    dcpl.set_chunk((chunk,))
    if fletcher:
        dcpl.set_fletcher32()
    if early:
        dcpl.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    space = h5py.h5s.create_simple(data.shape, maxshape or data.shape)
    d = h5py.h5d.create(f.id, name.encode(), h5py.h5t.py_create(data.dtype), space, dcpl)
    d.write(h5py.h5s.ALL, h5py.h5s.ALL, data)


def fill(f):
    t = f.create_group("types")
    for dt in ["<i1", "<u1", "<i2", ">i2", "<u2", "<i4", ">i4", "<u4", "<i8", ">i8", "<u8", "<f4", ">f4", "<f8", ">f8"]:
        name = dt.replace("<", "le_").replace(">", "be_")
        t.create_dataset(name, data=numbers(40, dt), chunks=(16,), compression="gzip", shuffle=True)
    t.create_dataset("enum", data=numbers(30, "u1") % 3, dtype=h5py.enum_dtype({"chr1": 0, "chr2": 1, "chrX": 2}, basetype="i4"))
    t.create_dataset("bool", data=np.arange(10) % 3 == 0)
    t.create_dataset("fixed", data=np.array([b"chr1", b"chr10", b"", b"chrUn_1"], dtype="S7"), chunks=(3,), compression="gzip", shuffle=True)
    t.create_dataset("vlen", data=["chr1", "chrö", "", "x" * 300], dtype=h5py.string_dtype())
    t.create_dataset("scalar", data=np.float64(2.5))
    t.create_dataset("empty", data=np.zeros(0, "i4"), maxshape=(None,), chunks=(8,))
    t.create_dataset("matrix", data=np.zeros((3, 4)))
    t.create_dataset("compound", data=np.zeros(3, dtype=[("a", "i4"), ("b", "f8")]))
    t.create_dataset("half", data=np.zeros(3, dtype="f2"))
    t["committed"] = np.dtype("<i4")
    t.create_dataset("of_committed", data=numbers(9, "<i4"), dtype=t["committed"])

    c = f.create_group("layout")
    d = numbers(1000, "<i4")
    c.create_dataset("contiguous", data=numbers(5000, "<i8"))
    dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    dcpl.set_layout(h5py.h5d.COMPACT)
    h5py.h5d.create(c.id, b"compact", h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((100,)), dcpl).write(h5py.h5s.ALL, h5py.h5s.ALL, d[:100])
    c.create_dataset("single", data=d, chunks=(1000,))
    c.create_dataset("single_gzip", data=d, chunks=(1000,), compression="gzip")
    low_level(c, "implicit", d, 64, early=True)
    low_level(c, "fletcher", d, 64, fletcher=True)
    c.create_dataset("fixed_plain", data=d, chunks=(64,))
    c.create_dataset("fixed_gzip", data=d, chunks=(64,), compression="gzip", shuffle=True)
    c.create_dataset("fixed_room", data=d, chunks=(64,), maxshape=(100000,), compression="gzip", shuffle=True)
    c.create_dataset("grow_plain", data=d, chunks=(10,), maxshape=(None,))
    c.create_dataset("grow_gzip", data=d, chunks=(10,), maxshape=(None,), compression="gzip", shuffle=True)
    c.create_dataset("grow_lzf", data=d, chunks=(300,), maxshape=(None,), compression="lzf", shuffle=True)
    c.create_dataset("all", data=d, chunks=(300,), compression="gzip", shuffle=True, fletcher32=True)
    # Sparse: missing chunks are fill value; long enough for pages of both kinds of array.
    for name, maxshape in [("sparse_fixed", (30000,)), ("sparse_grow", (None,))]:
        for comp in [None, "gzip"]:
            s = c.create_dataset(name + ("_gzip" if comp else ""), shape=(30000,), maxshape=maxshape, chunks=(2,), dtype="i4", fillvalue=-7, compression=comp)
            for at in [0, 9, 77, 500, 2047, 2048, 9000, 29999]:
                s[at] = at + 1
    s = c.create_dataset("shrunk", data=d, chunks=(100,), maxshape=(None,), compression="gzip")
    s.resize((250,))
    s = c.create_dataset("deep", shape=(600000,), maxshape=(None,), chunks=(1,), dtype="i1")
    for at in [3, 599999]:
        s[at] = 42

    g = f.create_group("many")
    for i in range(60):
        g.create_group("member_%03d" % i).attrs["i"] = i
    g = f.create_group("nested/a/b/c/d")
    f["soft"] = h5py.SoftLink("/types/le_i4")
    f["hard"] = f["types/le_i4"]
    f["outside"] = h5py.ExternalLink("other.h5", "/x")
    f["dangling"] = h5py.SoftLink("/nowhere")
    f["loop"] = h5py.SoftLink("/loop")

    a = f.create_group("attrs")
    for i in range(40):
        a.attrs["number_%02d" % i] = i * i
    b = f.create_group("attrs_few").attrs
    b["int"] = 5
    b["big"] = np.int64(-(2**40))
    b["float"] = 0.125
    b["float32"] = np.float32(1.5)
    b["text"] = "HDF5::Cooler"
    b["bytes"] = np.bytes_(b"abc")
    b["true"] = True
    b["array"] = np.array([1.5, 2.5, 3.5])
    b["texts"] = ["a", "bb"]
    b.create("shaped", np.arange(6).reshape(2, 3))
    b["empty"] = h5py.Empty("f8")
    b["long"] = "y" * 5000


def value(v):
    if isinstance(v, bytes):
        return v.decode()
    if isinstance(v, np.ndarray):
        return [value(x) for x in v.ravel()]
    if isinstance(v, (np.bool_,)):
        return bool(v)
    return v.item() if isinstance(v, np.generic) else v


def describe(f):
    out = {}

    def visit(name, o):
        if not isinstance(o, h5py.Dataset):
            return
        if o.ndim > 1 or o.dtype.kind == "V" or o.dtype == np.float16:
            out[name] = None
            return
        v = o[()] if o.dtype.kind != "O" else o.asstr()[()]
        v = np.atleast_1d(v)
        d = {"n": int(v.size)}
        if o.dtype.kind in "SO":
            d["values"] = value(v)
        else:
            v = v.astype(np.float64)
            d["sum"] = v.sum()
            d["weighted"] = (v * (np.arange(v.size) % 1009)).sum()
            d["head"] = value(v[:5])
        out[name] = d

    f.visititems(visit)
    attrs = {k: value(v) for k, v in f["attrs_few"].attrs.items() if not isinstance(v, h5py.Empty)}
    return {"datasets": out, "attrs_few": attrs, "sum_attrs": int(sum(f["attrs"].attrs.values()))}


expected = {}
for name, libver in LIBVERS.items():
    with h5py.File("tmp.h5", "w", libver=libver) as f:
        fill(f)
    with h5py.File("tmp.h5", "r") as f:
        expected[name] = describe(f)
    with open("tmp.h5", "rb") as src, open(name + ".h5.gz", "wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as dst:
        dst.write(src.read())
# Seeds for fuzzing: a little of everything, as few bytes as possible.
for name, libver in [("small_earliest", "earliest"), ("small_latest", "latest")]:
    with h5py.File("tmp.h5", "w", libver=libver) as f:
        d = numbers(60, "<i4")
        f.create_dataset("fixed", data=d, chunks=(7,), compression="gzip", shuffle=True)
        f.create_dataset("grow", data=d, chunks=(3,), maxshape=(None,), compression="lzf")
        f.create_dataset("single", data=d, chunks=(60,), fletcher32=True)
        f.create_dataset("contiguous", data=d)
        f.create_dataset("vlen", data=["a", "bb"], dtype=h5py.string_dtype())
        f.create_dataset("enum", data=d[:9] % 2, dtype=h5py.enum_dtype({"x": 0, "y": 1}))
        for i in range(10):
            f.create_group("g/%d" % i)
            f["g"].attrs["a%d" % i] = "text"
    with open("tmp.h5", "rb") as src, open(name + ".h5.gz", "wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as dst:
        dst.write(src.read())
# A block of the user's own before the superblock.
with h5py.File("tmp.h5", "w", userblock_size=1024) as f:
    f["x"] = np.arange(5)
with open("tmp.h5", "rb") as src, open("userblock.h5.gz", "wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as dst:
    dst.write(src.read())
os.remove("tmp.h5")
with open("expected.json", "w") as o:
    json.dump({"h5py": h5py.version.version, "hdf5": h5py.version.hdf5_version, "files": expected}, o, sort_keys=True, separators=(",", ":"))
