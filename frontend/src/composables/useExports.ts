import { asApiError } from '@/api/errors'
import { composePicture, type PanelPicture, type Placed } from '@/lib/composePicture'
import { fileName, saveBlob } from '@/lib/download'
import { isPicture, type ExportKind, type PictureKind } from '@/lib/exportKinds'
import type { Exported } from '@/lib/exported'
import { methodsText, type MethodsLine } from '@/lib/methods'
import { savePicture } from '@/lib/saveFigure'
import { useDatasets } from '@/stores/datasets'
import { useFigures } from '@/stores/figures'
import { useWorkspace } from '@/stores/workspace'

import { saveLabelled } from './saveLabelled'
import { manifestOf, type Manifest } from './useManifest'

/** A widget, some panels, or whole workspace as files. Errors are told by the caller, in the words of what is thrown. */
export function useExports() {
  const figures = useFigures()
  const datasets = useDatasets()
  const workspace = useWorkspace()

  /** Keys of the widgets of panels, with all parts. */
  const widgetsOf = (panelIds: string[]): string[] => workspace.doc.panels.filter((p) => panelIds.includes(p.id)).flatMap((p) => p.widgets.flatMap((w) => figures.partsOf(w.id)))
  const shown = (keys: string[]): Exported[] => keys.flatMap((key) => figures.widget(key)?.exported() ?? [])

  async function saveWidget(what: ExportKind, key: string): Promise<void> {
    const w = figures.widget(key)
    const e = w?.exported()
    if (!w || !e) throw new Error('There is no picture at the moment: wait until it is drawn, and try again.')
    if (what === 'bed') {
      const set = e.labels && datasets.byId.get(e.labels.regionSetId)
      if (!set || !e.labels) throw new Error('The region set of this picture is not among the datasets that you can read.')
      await saveLabelled(set, e.labels.column, e.name)
    } else if (isPicture(what)) await savePicture(what, { ...w.size(), draw: e.draw, name: e.name, note: noteOf(await manifests([e])) })
    else saveBlob(e.numbers[what](), fileName(e.name, what))
  }

  async function savePanels(what: PictureKind, panelIds: string[], name: string[]): Promise<void> {
    const pictures = panelIds.flatMap((id) => panelPicture(id) ?? [])
    if (pictures.length === 0) throw new Error('There is no picture yet: unfold a panel and wait until its pictures are drawn.')
    await savePicture(what, { ...composePicture(pictures), name, note: noteOf(await manifests(shown(widgetsOf(panelIds)))) })
  }

  function panelPicture(id: string): PanelPicture | null {
    const on = figures.panel(id)
    const box = on?.root()?.getBoundingClientRect()
    const doc = workspace.doc.panels.find((p) => p.id === id)
    if (!on || !box || !doc || doc.collapsed) return null
    const items = widgetsOf([id]).flatMap((key): Placed[] => {
      const f = figures.widget(key)
      const at = f?.root()?.getBoundingClientRect()
      if (!f || !at) return []
      const e = f.exported()
      return [{ left: at.left - box.left, width: at.width, title: f.title(), caption: e ? f.caption() : 'no picture', figure: e ? { ...f.size(), draw: e.draw } : null }]
    })
    return items.some((i) => i.figure) ? { left: box.left, width: box.width, title: on.title(), facts: on.facts(), items } : null
  }

  /** The text for a methods section about what is on show. */
  async function methods(keys: string[]): Promise<string> {
    return methodsText(await manifests(shown(keys)))
  }

  async function saveManifest(keys: string[], name: string[]): Promise<void> {
    saveBlob(new Blob([noteOf(await manifests(shown(keys)), 1)], { type: 'application/json' }), fileName([...name, 'manifest'], 'json'))
  }
  return { saveWidget, savePanels, methods, saveManifest, widgetsOf }
}

interface Made {
  manifest: Manifest
  hash: string
  selected: number
  lines?: MethodsLine[]
  layout?: Exported['layout']
}

async function manifests(list: Exported[]): Promise<Made[]> {
  const all = list.flatMap((e) =>
    e.results.map((r) => ({ r, selected: e.lines ? 0 : e.selected, lines: e.lines?.filter((l) => l.result.resultId === r.resultId).map(({ of, n, total }) => ({ of, n, total })), layout: e.layout })),
  )
  try {
    return await Promise.all(all.map(async ({ r, ...shown }) => ({ manifest: await manifestOf(r), hash: r.manifestHash, ...shown })))
  } catch (e) {
    throw new Error(`How the results were made could not be read: ${asApiError(e).message}`, { cause: e })
  }
}

/** What a file says about where it comes from. */
function noteOf(made: Made[], indent = 0): string {
  return JSON.stringify({ software: 'Regioscope', results: made.map((m) => ({ manifestHash: m.hash, selected: m.selected || undefined, lines: m.lines, layout: m.layout, manifest: m.manifest })) }, null, indent)
}
