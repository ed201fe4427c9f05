import type { Dataset } from '@/api/types'
import { formatCount } from '@/lib/format'
import { useDatasets } from '@/stores/datasets'
import { fileOrder, useLocus, type LocusOrder } from '@/stores/locus'
import { useWorkspace } from '@/stores/workspace'

/** Opens the locus view at regions of a panel, with the maps and tracks that the panel shows. */
export function useOpenLocus(panel: () => { regionSet: Dataset | undefined; window: number; panelId: string }): {
  /** The region at a place of an order. */
  open: (at: number, order: LocusOrder) => void
  /** Some regions of the set, by their rows in the file, one after the other. */
  openRows: (rows: ArrayLike<number>, label: string, at?: number) => void
  /** A region, with the others in the order of the file. */
  openRow: (row: number) => void
} {
  const [locus, datasets, workspace] = [useLocus(), useDatasets(), useWorkspace()]
  function open(at: number, order: LocusOrder): void {
    const { regionSet, window, panelId } = panel()
    if (!regionSet) return
    const shown = workspace.doc.panels.find((p) => p.id === panelId)?.widgets.flatMap((w) => w.featureIds) ?? []
    const features = [...new Set(shown)].filter((id) => datasets.byId.has(id))
    // With a map or a track alone the others of the last time stay.
    const kinds = new Set(features.map((id) => datasets.byId.get(id)?.kind))
    const others = (locus.chosen[regionSet.assemblyId] ?? []).filter((id) => !kinds.has(datasets.byId.get(id)?.kind))
    const more = others.length > 0 || kinds.size !== 1 ? others : firstOthers(regionSet.assemblyId, kinds.has('contacts'))
    locus.show({ assemblyId: regionSet.assemblyId, regionSetId: regionSet.id, order, at, place: null, window, features: features.length > 0 ? [...features, ...more] : [] })
  }
  function firstOthers(assemblyId: number, tracks: boolean): number[] {
    return datasets.features.filter((d) => d.state === 'ready' && d.assemblyId === assemblyId && (d.kind === 'signal') === tracks).slice(0, tracks ? 2 : 1).map((d) => d.id)
  }
  return {
    open,
    openRows: (rows, label, at = 0) => open(at, { label: `${label} (${formatCount(rows.length)})`, total: rows.length, rowAt: (i) => rows[i] }),
    openRow: (row) => open(row, fileOrder(panel().regionSet?.facts.regions?.count ?? 0)),
  }
}
