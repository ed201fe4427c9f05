import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'

import type { Exported } from '@/lib/exported'

/** A widget on the page, for files of more than one. */
export interface WidgetOnPage {
  title: () => string
  caption: () => string
  exported: () => Exported | null
  root: () => HTMLElement | null
  /** The picture itself. */
  size: () => { width: number; height: number }
}

export interface PanelOnPage {
  title: () => string
  facts: () => string
  root: () => HTMLElement | null
}

/** A widget of a panel that is split into parts is there once for each. */
export function figureKey(w: { widget: { id: string }; facet?: { index: number } }): string {
  return w.facet ? `${w.widget.id}#${w.facet.index}` : w.widget.id
}

/** What is on the compare page, as it can be drawn: each widget and panel tells as long as it is there. */
export const useFigures = defineStore('figures', () => {
  const widgets = shallowReactive(new Map<string, WidgetOnPage>())
  const panels = shallowReactive(new Map<string, PanelOnPage>())
  function add<T>(all: Map<string, T>, id: string, what: T): () => void {
    all.set(id, what)
    return () => {
      if (all.get(id) === what) all.delete(id)
    }
  }
  return {
    widget: (key: string) => widgets.get(key),
    /** Of a widget, all parts, in their order. */
    partsOf: (id: string): string[] => [...widgets.keys()].filter((k) => k === id || k.startsWith(`${id}#`)).sort((a, b) => partOf(a) - partOf(b)),
    panel: (id: string) => panels.get(id),
    addWidget: (key: string, w: WidgetOnPage) => add(widgets, key, w),
    addPanel: (id: string, p: PanelOnPage) => add(panels, id, p),
  }
})

function partOf(key: string): number {
  return Number(key.split('#')[1] ?? 0)
}
