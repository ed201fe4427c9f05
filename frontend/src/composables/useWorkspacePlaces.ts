import { computed } from 'vue'

import type { Place } from '@/lib/place'
import { useAssemblies } from '@/stores/assemblies'
import { useDatasets } from '@/stores/datasets'
import { useLocus } from '@/stores/locus'
import { useWorkspace } from '@/stores/workspace'

import { useOpenLocus } from './useOpenLocus'

/** Going to places from the workspace: on the assembly of its first panel, with the data of that panel. */
export function useWorkspacePlaces() {
  const [workspace, datasets, assemblies, locus] = [useWorkspace(), useDatasets(), useAssemblies(), useLocus()]
  void assemblies.load()
  const panel = computed(() => workspace.doc.panels.find((p) => datasets.byId.has(p.regionSetId)))
  const set = computed(() => datasets.byId.get(panel.value?.regionSetId ?? 0))
  const assembly = computed(() => assemblies.byId.get(set.value?.assemblyId ?? 0))
  const opener = useOpenLocus(() => ({ regionSet: set.value, window: panel.value?.window ?? 0, panelId: panel.value?.id ?? '' }))
  function go(place: Place): void {
    if (assembly.value) locus.show({ assemblyId: assembly.value.id, regionSetId: set.value?.id ?? 0, order: null, at: 0, place, window: 0, features: [] })
  }
  return {
    assembly, go, goRegion: opener.openRow, regionSetId: computed(() => set.value?.id ?? 0),
    blocked: computed(() => (workspace.doc.panels.length === 0 ? 'Add a panel first: places are those of its assembly.' : '')),
  }
}
