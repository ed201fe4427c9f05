import { barDomain, resolveRange, valueFacts, type ValueFacts } from '@/lib/valueRange'
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
  return s.range ?? resolveRange(s.options.range, facts, centreOf(s.options.measure))
}

export function sceneDomain(s: AssociationScene, facts: ValueFacts): ValueScale {
  return barDomain(facts, resolveRange(s.options.range, facts, centreOf(s.options.measure)), centreOf(s.options.measure))
}

export function measureTicks(m: Measure, d: ValueScale, count = 5): Tick[] {
  return d.kind === 'log' ? ratioTicks(d.min, d.max, m === 'log2or' ? 'log2' : 'ratio', count) : linearTicks(d.min, d.max, count)
}
