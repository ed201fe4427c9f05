import { formatCount, formatValue } from '@/lib/format'
import { SUMMARY_WORDS } from '@/lib/resultParams'
import { CI95, extent, highest } from '@/lib/stats'
import { axisSummary, cellLabel } from '@/lib/windowAxis'

import type { Average1dScene, Line, Track } from './draw'
import type { Average1dOptions } from './options'
import { affineOf } from './scaling'

/** The title of the y axis. */
export function valueTitle(o: Average1dOptions): string {
  const spread = o.statistic === 'mean' && o.ci ? ' ± 95 % CI' : ''
  const of = o.summary === 'mean' ? 'signal' : `of ${SUMMARY_WORDS[o.summary]}`
  if (o.scaling === 'none') return `${o.statistic} ${of}${spread}`
  return `${o.statistic}${spread}, ${o.scaling === 'minmax' ? 'min–max' : 'z-score'}`
}

/** A name in the legend, with n where lines are of different regions; of a scaled line with what 0 and 1 stand for. */
export function legendText(track: Track, o: Average1dOptions, withN = false): string {
  const name = withN ? `${track.name}, n = ${formatCount(track.n)}` : track.name
  if (o.scaling === 'none') return name
  const { offset, unit } = affineOf(track.values, o.scaling)
  return o.scaling === 'minmax'
    ? `${name} (${formatValue(offset)}–${formatValue(offset + unit)})`
    : `${name} (mean ${formatValue(offset)}, SD ${formatValue(unit, 2)})`
}

/** What one line says at bin i, in the units of its track; scaled too when the plot is. */
export function readoutAverage1d(line: Line, o: Average1dOptions, i: number, n: number): string {
  const { track } = line
  const se = o.statistic === 'mean' ? (track.sem?.[i] ?? NaN) : NaN
  const spread = Number.isFinite(se) ? ` ± ${formatValue(CI95 * se, 2)}` : ''
  const scaledText = o.scaling === 'none' ? '' : `, scaled ${formatValue(line.values[i])}`
  return `${track.name}: ${formatValue(track.values[i])}${spread}${scaledText}, n ${formatCount(n)}`
}

/** The text alternative of the plot. */
export function describeAverage1d(scene: Average1dScene): string {
  const { axis, options } = scene
  const each = scene.tracks.map((t) => {
    const [ends, top] = [extent(t.values), highest(t.values)]
    const count = `${t.name}: n = ${formatCount(t.n)} of ${formatCount(t.total)}${t.ghost ? ' selected' : ''}`
    return ends && top ? `${count}, ${formatValue(ends[0])} to ${formatValue(ends[1])}, highest at ${cellLabel(axis, top.at)}` : `${count}, no data`
  })
  const scaling = options.scaling === 'none' ? '' : `, each line ${options.scaling === 'minmax' ? 'min–max' : 'z-score'} scaled`
  const of = options.summary === 'mean' ? '' : ` of the ${SUMMARY_WORDS[options.summary]}`
  return `Average profile at ${scene.setName}, ${options.statistic} per bin${of}${scaling}, ${axisSummary(axis)}. ${each.join('; ')}`
}
