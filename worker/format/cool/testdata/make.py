#!/usr/bin/python3
"""Makes the test files of package cool.

Run in this folder: python3 make.py
Made with cooler 0.9.1, h5py 3.7.0, HDF5 1.10.8, numpy 1.24.2.

matrix_LIBVER.mcool.gz  one file per libver setting of h5py; each of its 18 resolutions is one combination of
                        {plain, gzip+shuffle, lzf} x {int32, int64, float64 counts} x {enum, text chromosomes}
cooler.mcool.gz         made by cooler itself: create, zoomify, balance (weights with masked bins)
single.cool.gz          the finest level of it as a .cool, square storage
zooms.cool.gz           HiGlass's first multi-resolution layout: levels named by zoom number
tiny_LIBVER.cool.gz     seeds for fuzzing
broken/                 maps with one thing wrong each
unequal.cool.gz         a map with bins of unequal size, which must be refused
expected.json           what h5py reads back
"""
import gzip, itertools, json, os
import cooler, h5py, numpy as np, pandas as pd

LIBVERS = {"earliest": "earliest", "v108": ("v108", "v108"), "v110": ("v110", "v110"), "latest": "latest"}
CHROMS = [("chrA", 2530), ("chrB", 1000), ("chrC", 95)]
rng = np.random.default_rng(11)
expected = {"tools": {"cooler": cooler.__version__, "h5py": h5py.version.version, "hdf5": h5py.version.hdf5_version}, "levels": {}}


def pack(src, dst):
    with open(src, "rb") as i, open(dst, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as o:
        o.write(i.read())
    os.remove(src)


def bins(size):
    rows = [(c, s, min(s + size, n)) for c, n in CHROMS for s in range(0, n, size)]
    return pd.DataFrame(rows, columns=["chrom", "start", "end"])


def pixels(n, symmetric=True):
    m = rng.poisson(1.2, (n, n))
    i, j = np.nonzero(np.triu(m) if symmetric else m)
    return i, j, m[i, j]


def write(g, size, opts, dtype, text):
    b = bins(size)
    names = [c for c, _ in CHROMS]
    i, j, v = pixels(len(b))
    v = v.astype(dtype) * (1.25 if dtype == "f8" else 1)
    str_t = h5py.string_dtype() if text else "S5"
    put = lambda path, data, **kw: g.create_dataset(path, data=data, **{**opts, **kw})
    put("chroms/name", names if text else np.array(names, "S5"), dtype=str_t)
    put("chroms/length", np.array([n for _, n in CHROMS], "i4"))
    codes = b.chrom.map(names.index).to_numpy()
    if text:
        put("bins/chrom", np.array(b.chrom.tolist(), "S5"))
    else:
        put("bins/chrom", codes, dtype=h5py.enum_dtype({c: k for k, c in enumerate(names)}, basetype="i4"))
    put("bins/start", b.start.to_numpy("i4"))
    put("bins/end", b.end.to_numpy("i4"))
    w = rng.uniform(0.5, 2, len(b))
    w[::7] = np.nan
    put("bins/weight", w)
    kr = 1 / w
    kr[3], kr[4] = 0, np.inf
    put("bins/KR", kr)
    put("bins/flagged", 1 / w).attrs["divisive_weights"] = True
    put("bins/gc", (w * 100).astype("f4"))
    put("bins/coverage", codes)
    put("pixels/bin1_id", i, chunks=(97,), maxshape=(None,))
    put("pixels/bin2_id", j, chunks=(97,), maxshape=(None,))
    put("pixels/count", v, chunks=(191,), maxshape=(None,))
    put("indexes/bin1_offset", np.searchsorted(i, np.arange(len(b) + 1)))
    put("indexes/chrom_offset", np.r_[0, np.cumsum(np.bincount(codes))])
    g.attrs.update({"format": "HDF5::Cooler", "format-version": 3, "bin-type": "fixed", "bin-size": size, "storage-mode": "symmetric-upper",
                    "genome-assembly": "toy1", "generated-by": "make.py", "nbins": len(b), "nchroms": len(CHROMS), "nnz": len(i), "sum": v.sum().item()})


def describe(g):
    v, j = g["pixels/count"][:].astype(float), g["pixels/bin2_id"][:]
    k = np.arange(len(v)) % 1009
    out = {"bins": int(g["bins/start"].shape[0]), "pixels": len(v), "sum": v.sum(), "weighted": (v * k).sum(), "columns": int((j * k).sum()),
           "offsets": g["indexes/chrom_offset"][:].tolist(), "rows": int((g["indexes/bin1_offset"][:] * (np.arange(len(g["bins/start"]) + 1) % 1009)).sum()), "weights": {}}
    for name, d in g["bins"].items():
        if d.dtype.kind == "f":
            w = d[:].astype(float)
            if d.attrs.get("divisive_weights", name == "KR"):
                with np.errstate(divide="ignore"):
                    w = 1 / w
                w[(w == 0) | np.isinf(w)] = np.nan
            out["weights"][name] = {"masked": int(np.isnan(w).sum()), "sum": np.nansum(w)}
    return out


for name, libver in LIBVERS.items():
    with h5py.File("tmp", "w", libver=libver) as f:
        f.attrs.update({"format": "HDF5::MCOOL", "format-version": 2})
        combos = itertools.product([{}, {"compression": "gzip", "shuffle": True}, {"compression": "lzf"}], ["i4", "i8", "f8"], [False, True])
        levels = {}
        for k, (opts, dtype, text) in enumerate(combos):
            size = 50 + 2 * k
            g = f.create_group("resolutions/%d" % size)
            write(g, size, opts, dtype, text)
            levels[size] = describe(g)
    expected["levels"]["matrix_" + name] = levels
    pack("tmp", "matrix_%s.mcool.gz" % name)

b = bins(20)
i, j, v = pixels(len(b))
cooler.create_cooler("tmp.cool", b, pd.DataFrame({"bin1_id": i, "bin2_id": j, "count": v}), assembly="toy1", ordered=True)
cooler.zoomify_cooler("tmp.cool", "tmp.mcool", [20, 40, 100], 100000)
for r in [20, 40, 100]:
    clr = cooler.Cooler("tmp.mcool::resolutions/%d" % r)
    cooler.balance_cooler(clr, store=True, min_nnz=clr.shape[0] * 35 // 100, mad_max=2, ignore_diags=1)
with h5py.File("tmp.mcool", "r") as f:
    expected["levels"]["cooler"] = {r: describe(f["resolutions/%d" % r]) for r in [20, 40, 100]}
with h5py.File("tmp.mcool", "r") as src, h5py.File("tmp.zooms", "w") as dst:
    for z, r in enumerate([100, 40, 20]):
        src.copy("resolutions/%d" % r, dst, str(z))
    dst.attrs["max-zoom"] = 2
expected["levels"]["zooms"] = expected["levels"]["cooler"]
pack("tmp.zooms", "zooms.cool.gz")
pack("tmp.mcool", "cooler.mcool.gz")
i, j, v = pixels(len(b), symmetric=False)
cooler.create_cooler("tmp.cool", b, pd.DataFrame({"bin1_id": i, "bin2_id": j, "count": v + 0.5}), dtypes={"count": float}, symmetric_upper=False, ordered=True)
with h5py.File("tmp.cool", "r") as f:
    expected["levels"]["single"] = {20: describe(f)}
pack("tmp.cool", "single.cool.gz")
b.loc[:, "end"] -= np.arange(len(b)) % 3
b.loc[1:, "start"] = np.where(b.chrom[1:].to_numpy() == b.chrom[:-1].to_numpy(), b.end[:-1], 0)
cooler.create_cooler("tmp.cool", b, pd.DataFrame({"bin1_id": [0], "bin2_id": [1], "count": [1]}), ordered=True)
pack("tmp.cool", "unequal.cool.gz")
# A seed for fuzzing and mutants, in the newer file format.
CHROMS = [("chrA", 100), ("chrB", 35)]
with h5py.File("tmp", "w", libver="latest") as f:
    write(f, 10, {"compression": "gzip", "shuffle": True}, "i4", False)
pack("tmp", "tiny_latest.cool.gz")
with h5py.File("tmp", "w", libver="earliest") as f:
    write(f, 10, {}, "i4", False)
pack("tmp", "tiny_earliest.cool.gz")


# Maps with one thing wrong each.
def broken(name, change):
    with h5py.File("tmp", "w", libver="latest") as f:
        write(f, 10, {}, "i4", False)
        change(f)
    pack("tmp", "broken/%s.cool.gz" % name)


def replace(f, path, data, **kw):
    del f[path]
    f.create_dataset(path, data=data, **kw)


def put(path, at, value):
    def change(f):
        f[path][at] = value
    return change


def attr(name, value):
    return lambda f: f.attrs.__setitem__(name, value)


def sparse(f):
    n = len(f["pixels/count"])
    del f["pixels/count"]
    f.create_dataset("pixels/count", shape=(n,), dtype="i4", chunks=(10,), maxshape=(None,))[0] = 1


def bomb(f):
    del f["chroms"], f["bins"], f["indexes"]
    n = 1 << 31
    f["chroms/name"], f["chroms/length"] = np.array([b"chrA"]), np.array([n * 9])
    for c in ["chrom", "start", "end", "weight"]:
        f.create_dataset("bins/" + c, shape=(n - 1,), dtype="f8" if c == "weight" else "i4", chunks=(1 << 16,), compression="gzip")
    f.create_dataset("indexes/bin1_offset", shape=(n,), dtype="i8", chunks=(1 << 16,), compression="gzip")
    f["indexes/chrom_offset"] = np.array([0, n - 1])
    f["chroms/length"][0] = (n - 1) * 10


def chunk_bomb(f):
    n = len(f["pixels/count"])
    replace(f, "pixels/count", np.ones(n, "i4"), chunks=(60000000,), maxshape=(None,), compression="gzip")


os.makedirs("broken", exist_ok=True)
broken("no_count", lambda f: f["pixels"].__delitem__("count"))
broken("no_chroms", lambda f: f.__delitem__("chroms"))
broken("short_count", lambda f: replace(f, "pixels/count", f["pixels/count"][:-1]))
broken("text_count", lambda f: replace(f, "pixels/count", f["pixels/count"][:].astype("S3")))
broken("two_dimensions", lambda f: replace(f, "pixels/count", f["pixels/count"][:].reshape(-1, 1)))
broken("missing_chunks", sparse)
broken("column_outside", put("pixels/bin2_id", -1, 14))
broken("column_negative", put("pixels/bin2_id", 0, -1))
broken("rows_back", put("indexes/bin1_offset", 3, 0))
broken("rows_short", put("indexes/bin1_offset", -1, 5))
broken("chrom_offset", put("indexes/chrom_offset", 1, 9))
broken("chrom_length", put("chroms/length", 0, 50))
broken("chrom_twice", put("chroms/name", 1, b"chrA"))
broken("bin_moved", put("bins/start", 4, 41))
broken("bin_other_chrom", put("bins/chrom", 4, 1))
broken("bin_size", attr("bin-size", 20))
broken("storage_mode", attr("storage-mode", "diagonal"))
broken("scool", attr("format", "HDF5::SCOOL"))
broken("other_format", attr("format", "loom"))
broken("bin_bomb", bomb)
broken("chunk_bomb", chunk_bomb)
with open("expected.json", "w") as o:
    json.dump(expected, o, sort_keys=True, separators=(",", ":"))
