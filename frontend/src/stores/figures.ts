import { defineStore } from 'pinia'

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

/** What is on the compare page, as it can be drawn: each widget and panel tells as long as it is there. */
export const useFigures = defineStore('figures', () => {
  const widgets = new Map<string, WidgetOnPage>()
  const panels = new Map<string, PanelOnPage>()
  function add<T>(all: Map<string, T>, id: string, what: T): () => void {
    all.set(id, what)
    return () => {
      if (all.get(id) === what) all.delete(id)
    }
  }
  return {
    widget: (id: string) => widgets.get(id),
    panel: (id: string) => panels.get(id),
    addWidget: (id: string, w: WidgetOnPage) => add(widgets, id, w),
    addPanel: (id: string, p: PanelOnPage) => add(panels, id, p),
  }
})
