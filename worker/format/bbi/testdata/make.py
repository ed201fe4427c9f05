#!/usr/bin/env python3
"""Makes mixed.bw and mixed.json with pyBigWig: /usr/bin/python3 make.py (Debian python3-pybigwig, 0.3.18).

chrA: bedGraph intervals with gaps; chrB: variableStep, span 7; chrC: fixedStep; chrD: nothing.
mixed.json: what pyBigWig reads back, chrom -> [[start, end, value], ...], and its header().
"""
import json
import os

import pyBigWig

os.chdir(os.path.dirname(os.path.abspath(__file__)))
CHROMS = [("chrA", 100000), ("chrB", 50000), ("chrC", 20000), ("chrD", 1000)]
with pyBigWig.open("mixed.bw", "w") as bw:
    bw.addHeader(CHROMS, maxZooms=2)
    starts, ends, values = [], [], []
    for i in range(1500):
        starts.append(40 * i)
        ends.append(40 * i + 10 + i % 30)
        values.append((i * 37 % 101) / 8)
    bw.addEntries(["chrA"] * 1500, starts, ends=ends, values=values)
    bw.addEntries("chrB", [500 * i + i * i for i in range(60)], values=[float(i) for i in range(60)], span=7)
    bw.addEntries("chrC", 1000, values=[0.5 * i for i in range(80)], span=100, step=200)
with pyBigWig.open("mixed.bw") as bw:
    out = {"header": {k: v for k, v in bw.header().items()}, "intervals": {}}
    for chrom, _ in CHROMS:
        out["intervals"][chrom] = [[a, b, v] for a, b, v in bw.intervals(chrom) or ()]
with open("mixed.json", "w") as f:
    json.dump(out, f, separators=(",", ":"))
    f.write("\n")
