/** One group of regions. */
export interface Cluster {
  id: number
  n: number
  /** Means of the standardised features, a missing value counting as the mean of its column; empty where there are no features. */
  means: number[]
  /** Where its name stands: at the region nearest to the medians of x and y, so that it lies on a dot of the cluster. */
  at: [number, number]
}

/** Groups of a row of labels (−1 = none), with sizes, means and places. `features` is regions × columns, NaN = missing. */
export function clustersOf(labels: ArrayLike<number>, xy: ArrayLike<number>, features: ArrayLike<number> | null, columns: number): Cluster[] {
  const k = Array.from(labels).reduce((a, b) => Math.max(a, b), -1) + 1
  const members: number[][] = Array.from({ length: k }, () => [])
  for (let i = 0; i < labels.length; i++) if (labels[i] >= 0) members[labels[i]].push(i)
  const z = features ? standardise(features, columns, labels) : null
  return members.map((rows, id) => ({
    id,
    n: rows.length,
    means: z ? Array.from({ length: columns }, (_, c) => rows.reduce((s, i) => s + z[i * columns + c], 0) / rows.length) : [],
    at: nearestTo(rows, xy, median(rows.map((i) => xy[2 * i])), median(rows.map((i) => xy[2 * i + 1]))),
  }))
}

/**
 * What some regions have in common, counted as one group whatever clusters they are of: each region weighs the same. `snippet` is
 * the mean of their features as they are, for those of contact maps. Regions without a cluster do not count; null: there is none.
 */
export function summaryOf(chosen: (region: number) => boolean, labels: ArrayLike<number>, features: ArrayLike<number>, columns: number): { n: number; means: number[]; snippet: Float64Array } | null {
  const one = Int32Array.from(labels, (label, i) => (label >= 0 && chosen(i) ? 0 : -1))
  const rows = [...one.keys()].filter((i) => one[i] === 0)
  if (rows.length === 0) return null
  const z = standardise(features, columns, labels)
  return {
    n: rows.length,
    means: Array.from({ length: columns }, (_, c) => rows.reduce((s, i) => s + z[i * columns + c], 0) / rows.length),
    snippet: meanRows(one, 1, features, columns),
  }
}

/** z-scores per column over the regions with a group; missing ones are 0, which is the mean. */
export function standardise(features: ArrayLike<number>, columns: number, labels: ArrayLike<number>): Float64Array {
  const out = new Float64Array(features.length)
  for (let c = 0; c < columns; c++) {
    let [n, sum, squares] = [0, 0, 0]
    for (let i = 0; i < labels.length; i++) {
      const v = features[i * columns + c]
      if (labels[i] < 0 || Number.isNaN(v)) continue
      n++
      sum += v
    }
    const mean = sum / n
    for (let i = 0; i < labels.length; i++) {
      const v = features[i * columns + c]
      if (labels[i] >= 0 && !Number.isNaN(v)) squares += (v - mean) ** 2
    }
    const sd = Math.sqrt(squares / n)
    for (let i = 0; i < labels.length; i++) {
      const v = features[i * columns + c]
      out[i * columns + c] = Number.isNaN(v) || !(sd > 0) ? 0 : (v - mean) / sd
    }
  }
  return out
}

/** Mean of rows of features over the members of every group, missing left out: groups × columns. */
export function meanRows(labels: ArrayLike<number>, k: number, features: ArrayLike<number>, columns: number): Float64Array {
  const sum = new Float64Array(k * columns)
  const n = new Float64Array(k * columns)
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] < 0) continue
    for (let c = 0; c < columns; c++) {
      const v = features[i * columns + c]
      if (Number.isNaN(v)) continue
      sum[labels[i] * columns + c] += v
      n[labels[i] * columns + c]++
    }
  }
  return sum.map((s, i) => s / n[i])
}

function median(values: number[]): number {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort((a, b) => a - b)
  return sorted.length > 0 ? sorted[Math.floor(sorted.length / 2)] : NaN
}

function nearestTo(rows: number[], xy: ArrayLike<number>, x: number, y: number): [number, number] {
  let [best, least] = [-1, Infinity]
  for (const i of rows) {
    const d = (xy[2 * i] - x) ** 2 + (xy[2 * i + 1] - y) ** 2
    if (d < least) [best, least] = [i, d]
  }
  return best < 0 ? [NaN, NaN] : [xy[2 * best], xy[2 * best + 1]]
}
