import { barDomain, DEFAULT_RANGE, resolveRange, valueFacts, type ValueFacts } from '@/lib/valueRange'
import { linearTicks, ratioTicks, type Tick } from '@/lib/ticks'
import type { ValueScale } from '@/lib/valueScale'

import { centreOf, type Measure } from './options'
import { scaleKind, values, type AssociationScene } from './table'

/** The line above every view that names what is compared with what. */
export const CAPTION = 18

export function sceneFacts(s: AssociationScene): ValueFacts {
  return valueFacts(values(s), scaleKind(s.options.measure))
}

export function sceneRange(s: AssociationScene, facts: ValueFacts): ValueScale {
  return s.range ?? resolved(s, facts)
}

/**
 * The automatic range of probabilities reaches to the square of the chosen level on both sides: most cells are without effect, and
 * ends made of them alone would paint a q of 0.3 as strongly as one of 10⁻⁹⁰.
 */
function resolved({ options }: AssociationScene, facts: ValueFacts): ValueScale {
  const range = resolveRange(options.range, facts, centreOf(options.measure))
  const { range: asked, measure } = options
  const automatic = asked.mode === 'percentile' && DEFAULT_RANGE.mode === 'percentile' && asked.lo === DEFAULT_RANGE.lo && asked.hi === DEFAULT_RANGE.hi
  if (!automatic || (measure !== 'q' && measure !== 'p')) return range
  const least = -2 * Math.log10(options.level)
  return { ...range, min: Math.min(range.min, -least), max: Math.max(range.max, least) }
}

export function sceneDomain(s: AssociationScene, facts: ValueFacts): ValueScale {
  return barDomain(facts, resolved(s, facts), centreOf(s.options.measure))
}

export function measureTicks(m: Measure, d: ValueScale, count = 5): Tick[] {
  return d.kind === 'log' ? ratioTicks(d.min, d.max, m === 'log2or' ? 'log2' : 'ratio', count) : linearTicks(d.min, d.max, count)
}
