import type { ResultParams } from '@/api/types'

import { oneOf } from './optionParse'
import { lean, SUMMARIES, type Orient, type Summary } from './resultParams'

/** What the widgets of signals, which show the same results, have in common: how bins are made. */
export interface StackParams {
  summary: Summary
  /** Bins without data: missing, or 0. */
  missing: 'nan' | 'zero'
  /** Whether regions on the minus strand are turned; empty: if the set has both strands. */
  orient: Orient | ''
}

export function parseStackParams(raw: Record<string, unknown>): StackParams {
  return {
    summary: oneOf(raw.summary, SUMMARIES, 'mean'),
    missing: oneOf(raw.missing, ['nan', 'zero'], 'nan'),
    orient: oneOf(raw.orient, ['', 'none', 'strand'], ''),
  }
}

/** What is to be computed. */
export function stackParamsOf(o: StackParams): ResultParams {
  return lean({ summary: o.summary === 'mean' ? undefined : o.summary, missing: o.missing === 'zero' ? 'zero' : undefined, orient: o.orient || undefined })
}
