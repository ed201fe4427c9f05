import { memberWord } from '@/components/collections/words'
import { summary } from '@/components/datasets/kinds'
import type { Collection, Dataset, Grid } from '@/api/types'
import { plural } from '@/text/units'

/** A collection as a column of the matrix. */
export interface CollectionSource {
  id: number
  name: string
  kind: 'collection'
  assemblyId: number
  members: Collection['kind']
  size: number
}

/** What region sets are looked at through: a map, a track, or a collection. */
export type Source = Dataset | CollectionSource
export type GridKey = keyof Grid
export type SourcePipeline = 'pileup' | 'stackup' | 'enrichment' | 'embedding_1d'

export function collectionSource(c: Collection): CollectionSource {
  return { id: c.id, name: c.name, kind: 'collection', assemblyId: c.assemblyId, members: c.kind, size: c.datasetIds.length }
}

export const isCollection = (s: Source): s is CollectionSource => s.kind === 'collection'

export function pipelineOf(s: Source): SourcePipeline {
  if (isCollection(s)) return s.members === 'regions' ? 'enrichment' : 'embedding_1d'
  return s.kind === 'contacts' ? 'pileup' : 'stackup'
}

export const gridKey: Record<SourcePipeline, GridKey> = { pileup: 'pileup', stackup: 'stackup', enrichment: 'enrichment', embedding_1d: 'embedding1d' }

/** The groups of columns, in their order. */
export const GROUPS: { pipeline: SourcePipeline; head: string; makes: string }[] = [
  { pipeline: 'pileup', head: 'Contact maps', makes: '2D averages (contact maps)' },
  { pipeline: 'stackup', head: 'Signal tracks', makes: 'Stackups and 1D averages (signal tracks)' },
  { pipeline: 'enrichment', head: 'Collections of region sets', makes: 'Association (collections of region sets)' },
  { pipeline: 'embedding_1d', head: 'Collections of tracks', makes: '1D embeddings (collections of tracks)' },
]

export function sourceSummary(s: Source): string {
  return isCollection(s) ? plural(s.size, memberWord[s.members]) : summary(s)
}

export const groupOf = (s: Source): number => GROUPS.findIndex((g) => g.pipeline === pipelineOf(s))

