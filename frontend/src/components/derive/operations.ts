import type { Dataset, Derivation } from '@/api/types'
import { opText, type Op } from '@/components/datasets/regionFilter'

/** The operations of the dialog. Regions that were chosen in a picture become a set there. */
export type Operation = Exclude<Derivation['operation'], 'pick'>

export interface OperationInfo {
  key: Operation
  title: string
  /** What it does, in one sentence. */
  text: string
  /** It compares the first set with others. */
  compares: boolean
  /** It leaves coordinates alone, so that pairs can be taken, too. */
  pairs: boolean
}

export const OPERATIONS: OperationInfo[] = [
  { key: 'intersect', title: 'Intersect', text: 'What of a set lies over all the others: whole regions, or the parts that they share.', compares: true, pairs: false },
  { key: 'subtract', title: 'Subtract', text: 'What of a set lies over none of the others: whole regions, or what is left of them.', compares: true, pairs: false },
  { key: 'union', title: 'Union', text: 'What lies in any of the sets: overlapping regions become one, or all rows one after the other.', compares: true, pairs: true },
  { key: 'nearest', title: 'Nearest within', text: 'The regions of a set that have a region of another one nearby, with its distance and its place.', compares: true, pairs: false },
  { key: 'merge', title: 'Merge', text: 'Regions of a set that overlap, touch, or lie close together become one.', compares: false, pairs: false },
  { key: 'resize', title: 'Resize or flank', text: 'Longer or shorter regions, the stretches beside them, or one width around their centre or an end.', compares: false, pairs: false },
  { key: 'filter', title: 'Filter', text: 'The regions whose columns, or whose scores in a result, meet conditions.', compares: false, pairs: true },
  { key: 'sample', title: 'Sample', text: 'Some regions, drawn at random; the same seed draws the same ones.', compares: false, pairs: true },
  { key: 'shuffle', title: 'Shuffle', text: 'Every region at a random place of its chromosome arm, with its width: a control set.', compares: false, pairs: false },
  { key: 'split', title: 'Split by column', text: 'One set per value of a column, or groups of equal size of a numeric one.', compares: false, pairs: true },
]
export const infoOf = (key: Operation): OperationInfo => OPERATIONS.find((o) => o.key === key)!

/** Why an operation cannot be had for these sets; empty when it can. */
export function unfit(o: OperationInfo, first: Pick<Dataset, 'dimension'> | undefined): string {
  return first?.dimension === 2 && !o.pairs ? 'Not for pairs of anchors (BEDPE): they are no single stretches of the genome' : ''
}

export interface FormCondition {
  /** 0: a column of the set; else a score of this result. */
  resultId: number
  column: string
  op: Op
  value: string
}

/** What is typed. Numbers are texts, so that nothing is lost while they are wrong. */
export interface DeriveForm {
  operation: Operation
  first: number
  others: number[]
  keep: 'regions' | 'pieces'
  /** Per cent of a region that one of another set has to lie over; empty: one base. */
  fraction: string
  strand: '' | 'same' | 'opposite'
  union: 'merged' | 'all'
  gap: string
  distance: string
  beyond: boolean
  mode: 'extend' | 'flank' | 'width'
  upstream: string
  downstream: string
  width: string
  anchor: 'centre' | 'start' | 'end'
  stranded: boolean
  where: FormCondition[]
  n: string
  seed: string
  column: string
  grouped: boolean
  groups: string
  collection: boolean
  name: string
}

export function newForm(ids: number[], operation: Operation = ids.length > 1 ? 'intersect' : 'filter'): DeriveForm {
  return {
    operation, first: ids[0], others: ids.slice(1), keep: 'regions', fraction: '', strand: '', union: 'merged', gap: '0', distance: '10,000', beyond: false, mode: 'extend', upstream: '1,000', downstream: '1,000',
    width: '2,000', anchor: 'centre', stranded: false, where: [{ resultId: 0, column: '', op: 'ge', value: '' }], n: '1,000', seed: '42', column: '', grouped: false, groups: '4', collection: true, name: '',
  }
}

/** A form with the settings of a derivation that was made before. */
export function formOf(ids: number[], operation: Operation, params: Partial<Derivation>): DeriveForm {
  const f = newForm(ids, operation)
  const text = (n: number | undefined, old: string): string => (n === undefined ? old : n.toLocaleString('en-US'))
  if (params.keep === 'regions' || params.keep === 'pieces') f.keep = params.keep
  if (params.keep === 'merged' || params.keep === 'all') f.union = params.keep
  if (operation === 'merge') f.gap = text(params.distance, f.gap)
  else f.distance = text(params.distance, f.distance)
  if (params.where?.length) f.where = params.where.map((c) => ({ resultId: c.resultId ?? 0, column: c.column, op: c.op, value: c.value }))
  return {
    ...f, fraction: params.fraction ? String(Number((100 * params.fraction).toPrecision(12))) : '', strand: params.strand ?? '', beyond: params.beyond ?? false, mode: params.mode ?? f.mode, upstream: text(params.upstream, f.upstream), downstream: text(params.downstream, f.downstream), width: text(params.width, f.width),
    anchor: params.anchor ?? f.anchor, stranded: params.stranded ?? false, n: text(params.n, f.n), seed: params.seed === undefined ? f.seed : String(params.seed), column: params.column ?? '', grouped: (params.groups ?? 0) > 0,
    groups: text(params.groups || undefined, f.groups),
  }
}

/** A whole number as people type it: 10,000 or 10 000. NaN for anything else. */
export function whole(text: string): number {
  const plain = text.replaceAll(/[,\s]/g, '')
  return /^-?\d{1,15}$/.test(plain) ? Number(plain) : NaN
}

/** The request for a form, or what is wrong with it by field. The name is the caller's to check. */
export function derivationOf(f: DeriveForm): { body: Derivation; complaints: Record<string, string> } {
  const complaints: Record<string, string> = {}
  const number = (field: string, text: string, least: number): number => {
    const n = whole(text)
    if (Number.isNaN(n)) complaints[field] = 'Give a whole number.'
    else if (n < least) complaints[field] = least === 0 ? 'This must not be negative.' : `This must be at least ${least}.`
    return n
  }
  const info = infoOf(f.operation)
  const body: Derivation = { operation: f.operation, datasetIds: info.compares ? [f.first, ...f.others] : [f.first] }
  if (info.compares && f.others.length === 0) complaints.datasetIds = 'Choose at least one other region set.'
  const name = f.name.trim()
  if (name) body.name = name
  switch (f.operation) {
    case 'intersect':
    case 'subtract':
      body.keep = f.keep
      if (f.fraction.trim()) {
        const percent = Number(f.fraction.trim().replace(/\s*%$/, '').replace(',', '.'))
        if (percent > 0 && percent <= 100) body.fraction = percent / 100
        else complaints.fraction = 'Give per cent: more than 0, up to 100. Without it one base is enough.'
      }
      if (f.strand) body.strand = f.strand
      break
    case 'union':
      body.keep = f.union
      break
    case 'merge':
      body.distance = number('distance', f.gap, 0)
      break
    case 'nearest':
      body.distance = number('distance', f.distance, 0)
      if (f.beyond) body.beyond = true
      break
    case 'resize':
      body.mode = f.mode
      if (f.mode === 'width') {
        body.width = number('width', f.width, 1)
        body.anchor = f.anchor
      } else {
        const least = f.mode === 'flank' ? 0 : -1e9
        body.upstream = number('upstream', f.upstream, least)
        body.downstream = number('downstream', f.downstream, least)
      }
      if (f.stranded) body.stranded = true
      break
    case 'filter':
      body.where = f.where.map((c, i) => {
        if (!c.column) complaints[`where.${i}.column`] = 'Choose a column.'
        if (!c.value.trim()) complaints[`where.${i}.value`] = 'Give a value.'
        return { column: c.column, op: c.op, value: c.value.trim(), ...(c.resultId ? { resultId: c.resultId } : {}) }
      })
      break
    case 'sample':
      body.n = number('n', f.n, 1)
      body.seed = number('seed', f.seed, -1e15)
      break
    case 'shuffle':
      body.seed = number('seed', f.seed, -1e15)
      break
    case 'split':
      if (!f.column) complaints.column = 'Choose the column.'
      body.column = f.column
      if (f.grouped) body.groups = number('groups', f.groups, 2)
      if (f.collection) body.collection = true
  }
  return { body, complaints }
}

/** The name that is suggested for the new set. */
export function suggestName(f: DeriveForm, nameOf: (id: number) => string): string {
  const a = nameOf(f.first)
  const others = f.others.length === 0 ? 'another set' : f.others.length === 1 ? nameOf(f.others[0]) : `${f.others.length} sets`
  const text = {
    intersect: `${a} in ${others}`, subtract: `${a} without ${others}`, union: `${a} or ${others}`, nearest: `${a} ${f.beyond ? 'away from' : 'near'} ${others}`, merge: `${a} merged`,
    resize: f.mode === 'flank' ? `${a} flanks` : f.mode === 'width' ? `${a} ${f.width} bp` : `${a} extended`, filter: `${a} filtered`, sample: `${a} sample`, shuffle: `${a} shuffled`, split: f.column ? `${a} by ${f.column}` : `${a} split`,
  }[f.operation]
  return text.slice(0, 255)
}

/** Which overlaps count, with a comma before; empty when all do. */
const counting = (p: Partial<Derivation>): string =>
  [p.fraction ? `, by at least ${Number((100 * p.fraction).toPrecision(12))} % of the region` : '', p.strand ? `, on the ${p.strand} strand` : ''].join('')
const bp = (n: number | undefined): string => `${(n ?? 0).toLocaleString('en-US')} bp`

/** What was done, in words, from the settings that the lineage keeps. */
export function sayOrigin(operation: string, raw: unknown): string {
  const p = (typeof raw === 'object' && raw !== null ? raw : {}) as Partial<Derivation> & { value?: string }
  const sides = [p.upstream ? `${bp(p.upstream)} upstream` : '', p.downstream ? `${bp(p.downstream)} downstream` : ''].filter(Boolean).join(' and ')
  const stranded = p.stranded ? ', by strand' : ''
  switch (operation) {
    case 'intersect':
      return p.keep === 'pieces' ? `the parts that the others cover${counting(p)}` : `the regions that the others overlap${counting(p)}`
    case 'subtract':
      return p.keep === 'pieces' ? `the parts that the others do not cover${counting(p)}` : `the regions that the others do not overlap${counting(p)}`
    case 'union':
      return p.keep === 'all' ? 'all rows, one set after the other' : 'overlapping regions become one'
    case 'merge':
      return p.distance ? `regions at most ${bp(p.distance)} apart become one` : 'overlapping and touching regions become one'
    case 'nearest':
      return `regions that have ${p.beyond ? 'none' : 'one'} within ${bp(p.distance)}`
    case 'resize':
      if (p.mode === 'width') return `${bp(p.width)} around the ${p.anchor ?? 'centre'}${stranded}`
      return (p.mode === 'flank' ? `the stretches of ${sides}` : `extended by ${sides}`) + stranded
    case 'filter':
      return (p.where ?? []).map((c) => `${c.column} ${opText[c.op]} ${c.value}${c.of ? ` (${c.of})` : ''}`).join(' and ')
    case 'sample':
      return `${(p.n ?? 0).toLocaleString('en-US')} regions at random, seed ${p.seed}`
    case 'shuffle':
      return `random places on their chromosome arms, seed ${p.seed}`
    case 'pick':
      return 'regions that were chosen in the pictures'
    case 'split':
      return `${p.column}: ${p.value ?? ''}${p.groups ? `, one of ${p.groups} groups` : ''}`
  }
  return Object.entries(p).filter(([k]) => k !== 'operation').map(([k, v]) => `${k} ${typeof v === 'object' ? JSON.stringify(v) : String(v)}`).join(', ')
}

export const isOperation = (text: string): text is Operation => OPERATIONS.some((o) => o.key === text)
