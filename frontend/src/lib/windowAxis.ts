import { formatBp, formatOffset, formatPercent } from './format'

/**
 * The positions that the cells of a window stand for.
 *
 * Point sets, 2D: 2·(W/b)+1 cells; the middle cell holds the point, so −W and +W are the middles of the outer cells.
 * Point sets, 1D: 2·(W/b) cells from −W to +W, so −W and +W are the outer edges.
 * Interval sets (window 0): the interval with 20 % of its length on both sides; positions are percent of the length.
 */
export interface WindowAxis {
  cells: number
  window: number
  bin: number
  centred: boolean
  /** Regions on the minus strand are turned: left is upstream, right is downstream. */
  oriented: boolean
}

export interface AxisTick {
  /** 0..1 along the axis. */
  at: number
  label: string
  /** Drawn longer, with a line through the picture where that helps. */
  main: boolean
  /** A word about the side of the axis, not a place on it; this is its short form, for narrow pictures. */
  word?: string
}

const FLANK = 20

export function windowAxis(cells: number, window: number, bin: number, oriented = false): WindowAxis {
  return { cells, window, bin, centred: window > 0 && cells % 2 === 1, oriented }
}

/** Ticks at the window's ends and named places; those without room for a label have an empty one. */
export function axisTicks(a: WindowAxis): AxisTick[] {
  if (a.window === 0) {
    const total = 100 + 2 * FLANK
    return [
      { at: 0, label: formatPercent(-FLANK), main: false },
      { at: FLANK / total, label: 'start', main: true },
      { at: (100 + FLANK) / total, label: 'end', main: true },
      { at: 1, label: formatPercent(FLANK), main: false },
      ...(a.oriented ? [{ at: 0.5, label: 'upstream → downstream', main: false, word: 'up → down' }] : []),
    ]
  }
  const edge = a.centred ? 0.5 / a.cells : 0
  const at = (f: number) => edge + ((f + 1) / 2) * (1 - 2 * edge)
  return [
    { at: at(-1), label: formatOffset(-a.window), main: false },
    { at: at(-0.5), label: '', main: false },
    { at: at(0), label: '0', main: true },
    { at: at(0.5), label: '', main: false },
    { at: at(1), label: formatOffset(a.window), main: false },
    ...(a.oriented ? [{ at: at(-0.5), label: 'upstream', main: false, word: 'up' }, { at: at(0.5), label: 'downstream', main: false, word: 'down' }] : []),
  ]
}

/** Where cell i lies: the offset of the middle of a centred bin, or the offsets of both ends of a bin; percent for intervals. */
export function cellLabel(a: WindowAxis, i: number): string {
  if (a.window === 0) {
    const width = (100 + 2 * FLANK) / a.cells
    const lo = -FLANK + i * width
    return `${formatPercent(lo)} to ${formatPercent(lo + width)}`
  }
  if (a.centred) return formatOffset((i - (a.cells - 1) / 2) * a.bin)
  const lo = -a.window + i * a.bin
  return `${formatOffset(lo)} to ${formatOffset(lo + a.bin)}`
}

/** What the zero of the axis is. */
export function axisTitle(a: WindowAxis, name: string): string {
  return a.window === 0 ? `Rescaled length of ${name}` : `Distance from midpoint of ${name}`
}

/** For text alternatives: "±100 kb in bins of 5 kb". */
export function axisSummary(a: WindowAxis): string {
  const window = a.window === 0 ? `start to end with 20 % flanks in bins of ${a.bin} %` : `±${formatBp(a.window)} in bins of ${formatBp(a.bin)}`
  return a.oriented ? `${window}, upstream left, downstream right` : window
}
