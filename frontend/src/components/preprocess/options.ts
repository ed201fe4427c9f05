import type { Dataset, Result, ResultParams, Run } from '@/api/types'
import { isMadeWith, lean, runMakes, weightColumns, type Value } from '@/lib/resultParams'
import { stackParamsOf, type StackParams } from '@/lib/stackParams'

import { isCollection, pipelineOf, type Source } from './sources'

/** How everything of a request is computed; each option concerns the pictures that know it. */
export interface PreprocessOptions extends StackParams {
  /** Raw counts besides ICCF and O/E. */
  raw: boolean
  /** Balancing column of the maps; empty: each map's own. */
  weight: string
  edge: 'drop' | 'pad'
}

export const DEFAULT_OPTIONS: PreprocessOptions = { raw: false, weight: '', edge: 'drop', orient: '', summary: 'mean', missing: 'nan' }

/** What the API is asked for. */
export function requestOf(o: PreprocessOptions): { params?: ResultParams; values?: Value[] } {
  const params = lean({ ...stackParamsOf(o), weight: o.weight, edge: o.edge === 'pad' ? 'pad' : undefined })
  return { ...(Object.keys(params).length ? { params } : {}), ...(o.raw ? { values: ['iccf', 'oe', 'raw'] as Value[] } : {}) }
}

/** The result is one of those that the options ask for. */
export function answers(o: PreprocessOptions, r: Result, set: Dataset, feature: Source): boolean {
  if (isCollection(feature)) return r.pipeline === pipelineOf(feature) && (r.pipeline !== 'enrichment' || r.value === 'genome')
  const want = requestOf(o).params ?? {}
  const pipeline = feature.kind === 'contacts' ? 'pileup' : 'stackup'
  return isMadeWith(r, pipeline, want, set, feature) || (o.raw && pipeline === 'pileup' && isMadeWith(r, pipeline, { ...want, value: 'raw' }, set, feature))
}

/** The run makes what the options ask for. */
export function runAnswers(o: PreprocessOptions, run: Run, set: Dataset, feature: Source): boolean {
  if (isCollection(feature)) return run.pipeline === pipelineOf(feature) && !(run.params as { universe?: string } | null)?.universe
  const want = requestOf(o).params ?? {}
  const pipeline = feature.kind === 'contacts' ? 'pileup' : 'stackup'
  const raw = o.raw && pipeline === 'pileup'
  return runMakes(run, pipeline, want, set, feature) && (!raw || runMakes(run, pipeline, { ...want, value: 'raw' }, set, feature))
}

/** The columns that one may choose among: those of all maps, when there is anything to choose. */
export function columnChoices(maps: Dataset[]): string[] {
  const all = [...new Set(maps.flatMap(weightColumns))].sort()
  return all.length > 1 ? all : []
}

/** What differs from the default, in a few words. */
export function optionWords(o: PreprocessOptions): string {
  return [
    o.raw && 'raw counts too',
    o.weight && `weights “${o.weight}”`,
    o.edge === 'pad' && 'edges kept',
    o.orient && (o.orient === 'strand' ? 'by strand' : 'not turned by strand'),
    o.summary !== 'mean' && `${o.summary} per bin`,
    o.missing === 'zero' && 'bins without data 0',
  ].filter(Boolean).join(', ')
}
