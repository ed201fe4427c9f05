import type { ContactFacts } from '@/api/types'

import { bp } from './kinds'

/** What there is to know about one balancing column, in sentences. */
export interface WeightStory {
  name: string
  kind: 'divisive' | 'multiplicative' | 'mixed'
  /** At how many of the resolutions the column is. */
  levels: number
  sentences: string[]
  warning: string
}

/** A flatness: "1.2 %", or that it is too small to matter. */
export const percent = (v: number): string => (v < 0.001 ? 'less than 0.1 %' : `${Number((100 * v).toPrecision(2))} %`)

/** The columns of a map by name, each with what its numbers do, how that is known, and how even the balanced map is. */
export function weightStories(facts: ContactFacts): WeightStory[] {
  const names = [...new Set(facts.resolutions.flatMap((r) => r.weights.map((w) => w.name)))].sort()
  return names.map((name) => {
    const all = facts.resolutions.flatMap((r) => r.weights.filter((w) => w.name === name).map((w) => ({ ...w, binSize: r.binSize })))
    const kinds = new Set(all.map((w) => w.divisive))
    const kind = kinds.size > 1 ? 'mixed' : all[0].divisive ? 'divisive' : 'multiplicative'
    const sentences = [MEANING[kind]]
    const sources = [...new Set(all.flatMap((w) => (w.source ? [w.source] : [])))]
    if (sources.length > 0) sentences.push(`Known by: ${sources.join('; ')}.`)
    const measured = all.filter((w) => w.flatness !== undefined).sort((a, b) => b.binSize - a.binSize)
    const at = measured[0]
    if (at?.flatness !== undefined) {
      const other = at.other === undefined ? '' : `; taken the other way round they would vary by ${percent(at.other)}`
      sentences.push(`Flatness: at ${bp(at.binSize)} the balanced sums of bins vary by ${percent(at.flatness)} (standard deviation ÷ mean; 0 % is perfectly even)${other}.`)
    } else {
      sentences.push('Flatness: not measured, every level with this column is too large for that at the upload.')
    }
    const doubt = measured.find((w) => w.doubt)
    const warning = doubt
      ? `In doubt: at ${bp(doubt.binSize)} the map would be much flatter if the column were taken as ${doubt.divisive ? 'multiplicative' : 'divisive'}. Check how it was made before you trust ICCF and O/E.`
      : ''
    return { name, kind, levels: all.length, sentences, warning }
  })
}

const MEANING: Record<WeightStory['kind'], string> = {
  multiplicative: 'A balanced contact is the count times the weights of its two bins, as cooler writes them.',
  divisive: 'A balanced contact is the count divided by the weights of its two bins, as Juicer writes them.',
  mixed: 'At some resolutions the weights multiply the counts, at others they divide them.',
}
