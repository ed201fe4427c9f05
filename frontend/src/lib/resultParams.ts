import type { Dataset, Result, ResultParams, Run } from '@/api/types'

// How results are computed, beyond what they are of. The rules are those of backend/core/params.go: what is left out is the default.

export type Value = NonNullable<ResultParams['value']>
export type Orient = NonNullable<ResultParams['orient']>
export type Summary = NonNullable<ResultParams['summary']>

export const SUMMARIES: Summary[] = ['mean', 'sum', 'min', 'max', 'coverage']

/** The regions of the set can be turned round: some are on the minus strand. */
export function hasStrands(set: Dataset | undefined): boolean {
  const r = set?.facts.regions
  return r !== undefined && (r.minus > 0 || r.bothStrands === true)
}

/** How the regions lie when nobody says how; undefined before the set was checked. */
export function defaultOrient(set: Dataset | undefined): Orient | undefined {
  const r = set?.facts.regions
  if (!r) return undefined
  return r.bothStrands || (r.plus > 0 && r.minus > 0) ? 'strand' : 'none'
}

/** A few words about the strands of a set: "± strand". */
export function strandMark(set: Dataset): string {
  const r = set.facts.regions
  if (!r) return ''
  if (defaultOrient(set) === 'strand') return '± strand'
  return r.plus > 0 ? '+ strand' : r.minus > 0 ? '− strand' : ''
}

type Facts = Pick<Dataset, 'facts'>

/** The balancing columns that a map has at any resolution, by name. */
export function weightColumns(map: Facts | undefined): string[] {
  const names = (map?.facts.contacts?.resolutions ?? []).flatMap((r) => r.weights.map((w) => w.name))
  return [...new Set(names)].sort()
}

const PREFERRED = ['weight', 'KR', 'SCALE', 'VC_SQRT', 'VC']

export function defaultWeight(map: Facts | undefined): string {
  const have = weightColumns(map)
  return PREFERRED.find((name) => have.includes(name)) ?? have[0] ?? 'weight'
}

/** The map was read, and has no weights at any resolution: there are only raw counts. */
export function onlyRaw(map: Facts | undefined): boolean {
  return map?.facts.contacts !== undefined && weightColumns(map).length === 0
}

/** The pipelines of pictures. */
export type Pipeline = 'pileup' | 'stackup' | 'enrichment' | 'embedding_1d' | 'embedding_2d'

/** Parameters are known to averages and stackups only; the others have at most a value: the universe, or ICCF or O/E. */
function hasParams(p: Pipeline): boolean {
  return p === 'pileup' || p === 'stackup'
}

/** Whether the pipeline looks at collections instead of single datasets. */
export function ofCollection(p: Pipeline): boolean {
  return p === 'enrichment' || p === 'embedding_1d'
}

/** Whether results of region pairs are made for each anchor by itself. */
export function perAnchor(p: Pipeline): boolean {
  return p === 'stackup' || p === 'enrichment' || p === 'embedding_1d'
}

/** A result is what `want` asks for, of whatever window, bin and side. Without a value: one of those made by default. */
export function isMadeWith(r: Result, pipeline: Pipeline, want: ResultParams, set: Dataset | undefined, feature: Facts | undefined, value?: string): boolean {
  if (!hasParams(pipeline)) return r.pipeline === pipeline && (value === undefined || r.value === value)
  const made = r.params ?? {}
  if (r.pipeline !== pipeline || !sameOrient(made.orient, want.orient, set)) return false
  if (pipeline === 'stackup') return r.value === (want.summary ?? 'mean') && (made.missing ?? 'nan') === (want.missing ?? 'nan')
  const weight = defaultWeight(feature)
  return (
    (want.value === undefined ? r.value !== 'raw' : r.value === want.value) &&
    (made.edge ?? 'drop') === (want.edge ?? 'drop') &&
    (r.value === 'raw' || (made.weight ?? weight) === (want.weight ?? weight))
  )
}

/** A run makes, among others, results that `want` asks for. */
export function runMakes(run: Run, pipeline: Pipeline, want: ResultParams, set: Dataset | undefined, feature: Facts | undefined, value?: string): boolean {
  if (!hasParams(pipeline)) {
    const { universe = 'genome' } = (run.params ?? {}) as { universe?: string }
    return run.pipeline === pipeline && (pipeline !== 'enrichment' || universe === (value ?? 'genome'))
  }
  const p = (run.params ?? {}) as Omit<ResultParams, 'value'> & { values?: string[] }
  if (run.pipeline !== pipeline || !sameOrient(p.orient, want.orient, set)) return false
  if (pipeline === 'stackup') return (p.summary ?? 'mean') === (want.summary ?? 'mean') && (p.missing ?? 'nan') === (want.missing ?? 'nan')
  const weight = defaultWeight(feature)
  return (
    (p.values ?? ['iccf', 'oe']).includes(want.value ?? 'iccf') &&
    (p.edge ?? 'drop') === (want.edge ?? 'drop') &&
    (want.value === 'raw' || (p.weight ?? weight) === (want.weight ?? weight))
  )
}

function sameOrient(a: Orient | undefined, b: Orient | undefined, set: Dataset | undefined): boolean {
  const usual = defaultOrient(set)
  if (usual === undefined && (a === undefined || b === undefined)) return true
  return (a ?? usual) === (b ?? usual)
}

/** Without the members that say the default anyway, so that documents and requests say only what was chosen. */
export function lean(p: ResultParams): ResultParams {
  const out: ResultParams = {}
  for (const [k, v] of Object.entries(p)) if (v) Object.assign(out, { [k]: v })
  return out
}

export const SUMMARY_WORDS: Record<Summary, string> = {
  mean: 'signal',
  sum: 'sum of the signal per bin',
  min: 'lowest signal per bin',
  max: 'highest signal per bin',
  coverage: 'share of covered bases',
}

/** How a result was made, as lines for people. */
export function madeWords(r: Pick<Result, 'pipeline' | 'value' | 'params'>, weightKind?: string): [string, string][] {
  const p = r.params
  const out: [string, string][] = []
  if (r.pipeline === 'pileup') {
    const balanced = `weights “${p.weight ?? 'weight'}”${weightKind ? `, ${weightKind}` : ''}`
    out.push(['Value', r.value === 'raw' ? 'raw counts, nothing masked' : `${r.value === 'oe' ? 'O/E' : 'ICCF'}, ${balanced}`])
    out.push(['Edges', p.edge === 'pad' ? 'windows that leave their arm are kept, their outside is missing' : 'windows that leave their arm are left out'])
  }
  if (r.pipeline === 'stackup') {
    out.push(['Bins', `${SUMMARY_WORDS[p.summary ?? 'mean']}; without data: ${p.missing === 'zero' ? '0' : 'missing'}`])
  }
  if (r.pipeline === 'embedding_1d' || r.pipeline === 'embedding_2d') return out
  out.push(['Orientation', p.orient === 'strand' ? 'regions on the − strand are turned' : 'as in the genome'])
  return out
}
