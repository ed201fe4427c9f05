import { mdiChartBellCurve, mdiChartScatterPlot, mdiChartScatterPlotHexbin, mdiGrid, mdiSetCenter, mdiViewSequentialOutline } from '@mdi/js'
import { defineAsyncComponent, type AsyncComponentLoader, type Component } from 'vue'

import type { Dataset } from '@/api/types'
import WidgetLoading from '@/components/workspace/WidgetLoading.vue'
import type { Facet } from '@/lib/facets'
import type { Pipeline } from '@/lib/resultParams'
import type { WidgetDoc } from '@/lib/workspaceDoc'
import { COLLECTION, type Source } from '@/stores/collections'

/** What a widget can be about: datasets of a kind, or collections of a kind. */
export type DataKind = 'contacts' | 'signal' | 'regionCollection' | 'signalCollection'

/** One kind of picture. Nothing outside this folder knows a widget by name. */
export interface WidgetType {
  type: string
  label: string
  description: string
  icon: string
  /** The datasets it shows. */
  kind: DataKind
  pipeline: Pipeline
  /** Several datasets in one picture. */
  multiple: boolean
  component: Component
  /** It says something of single regions, which can be downloaded with it. */
  labels?: boolean
}

/** What every widget component is given. */
export interface WidgetProps {
  widget: WidgetDoc
  panelId: string
  regionSet: Dataset | undefined
  /** Half-width in bp, 0 for interval sets, -1 while it is not known. */
  window: number
  /** The part of the regions that it is of, in a panel with facets. */
  facet?: Facet
}

/** Loaded at the first use. */
function later(loader: AsyncComponentLoader): Component {
  return defineAsyncComponent({ loader, loadingComponent: WidgetLoading, errorComponent: WidgetLoading, delay: 0 })
}

export const WIDGET_TYPES: WidgetType[] = [
  {
    type: 'average2d', label: '2D average', description: 'Average contact map around the regions (pileup)', icon: mdiGrid,
    kind: 'contacts', pipeline: 'pileup', multiple: false, component: later(() => import('./average2d/Widget.vue')),
  },
  {
    type: 'average1d', label: '1D average', description: 'Average signal around the regions, one line per track', icon: mdiChartBellCurve,
    kind: 'signal', pipeline: 'stackup', multiple: true, component: later(() => import('./average1d/Widget.vue')),
  },
  {
    type: 'stackup', label: 'Stackup', description: 'Signal of every region, one row each', icon: mdiViewSequentialOutline,
    kind: 'signal', pipeline: 'stackup', multiple: false, component: later(() => import('./stackup/Widget.vue')),
  },
  {
    type: 'embedding1d', label: '1D embedding', description: 'A dot per region, alike by their signals lie close; clusters', icon: mdiChartScatterPlot,
    kind: 'signalCollection', pipeline: 'embedding_1d', multiple: false, component: later(() => import('./embedding1d/Widget.vue')), labels: true,
  },
  {
    type: 'embedding2d', label: '2D embedding', description: 'A dot per region, alike by their contact maps lie close; clusters', icon: mdiChartScatterPlotHexbin,
    kind: 'contacts', pipeline: 'embedding_2d', multiple: false, component: later(() => import('./embedding2d/Widget.vue')), labels: true,
  },
  {
    type: 'association', label: 'Association', description: 'Which other region sets lie at the regions, and where (enrichment)', icon: mdiSetCenter,
    kind: 'regionCollection', pipeline: 'enrichment', multiple: false, component: later(() => import('./association/Widget.vue')),
  },
]

export function widgetType(type: string): WidgetType | undefined {
  return WIDGET_TYPES.find((t) => t.type === type)
}

export const KIND_NAMES: Record<DataKind, string> = {
  contacts: 'contact map', signal: 'signal track', regionCollection: 'collection of region sets', signalCollection: 'collection of signal tracks',
}

/** A widget of this type can show the dataset or collection. */
export function shows(type: WidgetType, d: Source): boolean {
  if (d.kind !== COLLECTION) return d.kind === type.kind
  return type.kind === (d.facts.collection?.kind === 'signals' ? 'signalCollection' : 'regionCollection')
}
