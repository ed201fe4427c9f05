import { computed, onBeforeUnmount, onMounted, watch, type ComputedRef } from 'vue'

import { donorOf } from '@/lib/links'
import type { ValueScale } from '@/lib/valueScale'
import { useShared, type SharedRows } from '@/stores/shared'
import { useWorkspace } from '@/stores/workspace'

/**
 * The value scale of a widget and of the one that it follows. `own` is the scale as drawn, with `of` for which numbers it is; a follower is
 * given that of its donor as soon as that is drawn, live while a handle is dragged there.
 */
export function useLinkedScale(id: string, own: () => { scale: ValueScale; of: string } | null, of: () => string): ComputedRef<ValueScale | undefined> {
  const [workspace, shared] = [useWorkspace(), useShared()]
  const donor = computed(() => donorOf(workspace.doc, 'scale', id))
  // What is drawn depends on what this gives, so that it can only be asked for later.
  onMounted(() =>
    watch(
      [own, donor],
      ([o]) => {
        if (o && donor.value === null) shared.scales.set(id, { ...o.scale, of: o.of })
        else shared.scales.delete(id)
      },
      { immediate: true },
    ),
  )
  onBeforeUnmount(() => shared.scales.delete(id))
  return computed(() => {
    const s = donor.value === null ? undefined : shared.scales.get(donor.value)
    return s?.of === of() ? { kind: s.kind, min: s.min, max: s.max } : undefined
  })
}

/** The stackup whose values the rows are sorted by: that of the one that it follows, as far as that has one, else its own. */
export function useLinkedRows(id: string, own: () => SharedRows | null): ComputedRef<SharedRows | null> {
  const [workspace, shared] = [useWorkspace(), useShared()]
  const donor = computed(() => donorOf(workspace.doc, 'sort', id))
  watch(own, (o) => (o ? shared.rows.set(id, o) : shared.rows.delete(id)), { immediate: true })
  onBeforeUnmount(() => shared.rows.delete(id))
  return computed(() => (donor.value === null ? null : shared.rows.get(donor.value)) ?? own())
}
