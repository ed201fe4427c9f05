import { flag, oneOf } from '@/lib/optionParse'
import { parseStackParams, type StackParams } from '@/lib/stackParams'

export type Scaling = 'none' | 'minmax' | 'zscore'

/** State of a 1D average, version 2: lines have names of their own since there can be several of one track. */
export interface Average1dOptions extends StackParams {
  v: 2
  statistic: 'mean' | 'median'
  ci: boolean
  scaling: Scaling
  /** Fixed ends of the y axis; null = from the data. */
  y: [number, number] | null
  /** Lines that are switched off in the legend: the id of the feature, followed by what they are of (see parts.ts). In version 1 the number alone. */
  hidden: string[]
  side: 'left' | 'right'
}

export function parseAverage1d(raw: Record<string, unknown>): Average1dOptions {
  const y = raw.y
  return {
    v: 2,
    ...parseStackParams(raw),
    statistic: oneOf(raw.statistic, ['mean', 'median'], 'mean'),
    ci: flag(raw.ci, true),
    scaling: oneOf(raw.scaling, ['none', 'minmax', 'zscore'], 'none'),
    y: Array.isArray(y) && y.length === 2 && y.every((v) => typeof v === 'number' && Number.isFinite(v)) && y[0] < y[1] ? [y[0], y[1]] : null,
    hidden: Array.isArray(raw.hidden) ? raw.hidden.flatMap((v: unknown) => (typeof v === 'string' ? [v] : typeof v === 'number' ? [String(v)] : [])) : [],
    side: oneOf(raw.side, ['left', 'right'], 'left'),
  }
}
