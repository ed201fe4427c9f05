import type { LocationQuery, LocationQueryRaw } from 'vue-router'

import type { Dataset, DatasetFacets, DatasetQuery, DatasetSort, DatasetState, FacetValue, Kind } from '@/api/types'

import { kindName } from './kinds'

/** The tables of datasets: what each is about. */
export type Group = 'regions' | 'features'
export const groupKinds: Record<Group, Kind[]> = { regions: ['regions'], features: ['signal', 'contacts'] }
export const groupOf = (d: Pick<Dataset, 'kind'>): Group => (d.kind === 'regions' ? 'regions' : 'features')

/** The facets of a table, in their order on the page. */
export const facetNames = ['assemblyIds', 'kinds', 'states', 'cellTypes', 'perturbations', 'tags', 'ownerIds'] as const
export type FacetName = (typeof facetNames)[number]

export const facetTitle: Record<FacetName, string> = {
  assemblyIds: 'Assembly', kinds: 'Kind', states: 'State', cellTypes: 'Cell type', perturbations: 'Perturbation', tags: 'Tags', ownerIds: 'Owner',
}

/** What stands for "nothing was said" in a filter. */
export const NOT_GIVEN = '-'

const numeric = (name: FacetName): boolean => name === 'assemblyIds' || name === 'ownerIds'

/** The chosen values of a facet, as texts. */
export function chosenOf(q: DatasetQuery, name: FacetName): string[] {
  return ((q[name] ?? []) as (string | number)[]).map(String)
}

/** The query with other values of one facet. */
export function withFacet(q: DatasetQuery, name: FacetName, values: string[]): DatasetQuery {
  return { ...q, [name]: values.length ? (numeric(name) ? values.map(Number) : values) : undefined }
}

export function isEmpty(q: DatasetQuery): boolean {
  return !q.q?.trim() && facetNames.every((name) => chosenOf(q, name).length === 0)
}

/** What a value of a facet is called. */
export function facetLabel(name: FacetName, v: Pick<FacetValue, 'value' | 'label'>, assemblyName: (id: number) => string): string {
  if (v.value === NOT_GIVEN) return name === 'tags' ? 'untagged' : 'not given'
  if (name === 'assemblyIds') return assemblyName(Number(v.value))
  if (name === 'kinds') return kindName[v.value as Kind] ?? v.value
  return v.label || v.value
}

/** The values of a facet that can be chosen, with those that are chosen but not found any more. */
export function facetChoices(facets: DatasetFacets | null, q: DatasetQuery, name: FacetName): FacetValue[] {
  const found = facets?.[name] ?? []
  const absent = chosenOf(q, name).filter((v) => !found.some((f) => f.value === v))
  return [...found, ...absent.map((value) => ({ value, n: 0 }))]
}

export interface Order {
  sort?: DatasetSort
  desc: boolean
}

/** Names in the address; short, because people send it around. */
const inAddress: Record<FacetName, string> = { assemblyIds: 'assembly', kinds: 'kind', states: 'state', cellTypes: 'cell', perturbations: 'perturbation', tags: 'tag', ownerIds: 'owner' }

export function toAddress(q: DatasetQuery, order: Order): LocationQueryRaw {
  const out: LocationQueryRaw = {}
  if (q.q?.trim()) out.q = q.q.trim()
  if (q.q?.trim() && q.matchCase) out.case = '1'
  for (const name of facetNames) {
    const values = chosenOf(q, name)
    if (values.length) out[inAddress[name]] = values
  }
  if (order.sort) out.sort = `${order.desc ? '-' : ''}${order.sort}`
  return out
}

const sorts: DatasetSort[] = ['created', 'name', 'kind', 'assembly', 'regions', 'size', 'state', 'owner', 'cellType', 'perturbation', 'sampleId', 'sizeType', 'public']
const states: DatasetState[] = ['uploading', 'checking', 'ready', 'failed']

/** Reads an address that people may have written by hand: what is no filter is left out. */
export function fromAddress(query: LocationQuery): { query: DatasetQuery; order: Order } {
  const texts = (key: string): string[] => [query[key] ?? []].flat().filter((v): v is string => typeof v === 'string' && v !== '')
  let q: DatasetQuery = {}
  const text = texts('q')[0]
  if (text) q.q = text
  if (text && texts('case')[0] === '1') q.matchCase = true
  for (const name of facetNames) {
    let values = texts(inAddress[name])
    if (numeric(name)) values = values.filter((v) => /^[1-9]\d*$/.test(v))
    if (name === 'kinds') values = values.filter((v) => v in kindName)
    if (name === 'states') values = values.filter((v) => states.includes(v as DatasetState))
    if (values.length) q = withFacet(q, name, values)
  }
  const asked = texts('sort')[0] ?? ''
  const by = asked.replace(/^-/, '') as DatasetSort
  return { query: q, order: sorts.includes(by) ? { sort: by, desc: asked.startsWith('-') } : { desc: true } }
}

/** A click on the head of a column: upwards, downwards, and back to newest first. */
export function nextOrder(order: Order, by: DatasetSort): Order {
  if (order.sort !== by) return { sort: by, desc: false }
  return order.desc ? { desc: true } : { sort: by, desc: true }
}
