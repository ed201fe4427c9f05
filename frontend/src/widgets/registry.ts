import { mdiChartBellCurve, mdiGrid, mdiViewSequentialOutline } from '@mdi/js'
import { defineAsyncComponent, type AsyncComponentLoader, type Component } from 'vue'

import type { Dataset, Kind } from '@/api/types'
import WidgetLoading from '@/components/workspace/WidgetLoading.vue'
import type { WidgetDoc } from '@/lib/workspaceDoc'

/** One kind of picture. Nothing outside this folder knows a widget by name. */
export interface WidgetType {
  type: string
  label: string
  description: string
  icon: string
  /** The datasets it shows. */
  kind: Extract<Kind, 'contacts' | 'signal'>
  pipeline: 'pileup' | 'stackup'
  /** Several datasets in one picture. */
  multiple: boolean
  component: Component
}

/** What every widget component is given. */
export interface WidgetProps {
  widget: WidgetDoc
  panelId: string
  regionSet: Dataset | undefined
  /** Half-width in bp, 0 for interval sets, -1 while it is not known. */
  window: number
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
]

export function widgetType(type: string): WidgetType | undefined {
  return WIDGET_TYPES.find((t) => t.type === type)
}

export const KIND_NAMES: Record<WidgetType['kind'], string> = { contacts: 'contact map', signal: 'signal track' }
