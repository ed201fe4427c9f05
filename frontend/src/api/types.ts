/** The words of the API, as the pages use them; all from the generated schema. */
import type * as schema from './schema.gen'

export type {
  Assembly, BulkDependants, BulkOutcome, BulkPatch, ChromCount, Collection, CollectionMeta, CollectionPatch, DatasetFacets, ContactsPreview, DatasetQuery, FacetValue, HistogramOut, Lineage, PreviewOut, ResultMatrix, SignalPreview, View, ViewDocument, ContactFacts, Dataset, DatasetError, DatasetMeta, DatasetPatch, Dependants, Derivation, DerivePreview, Draft, Facts,
  AverageScores, Estimate, RegionFacts, RegionPage, ResolutionFact, Result, ResultParams, Run, RunLog, Session, SessionVersion, SignalFacts, User, WeightFact, WindowBin, Wish,
} from './schema.gen'

export type ArrayInfo = schema.Array
export type Grid = schema.Grids
export type PreprocessBody = schema.PreprocessBody
export type Region = schema.RegionRow
export type Signed = schema.SignInAnswer
export type Kind = schema.Dataset['kind']
export type SizeType = NonNullable<schema.Dataset['sizeType']>
export type DatasetSort = NonNullable<schema.ViewDocument['sort']>
export type DatasetState = schema.Dataset['state']
export type MemberKind = schema.Collection['kind']
export type RunState = schema.Run['state']

/** The event of a deleted dataset; events are not part of the schema. */
export interface DatasetGone {
  id: number
  deleted: boolean
}
