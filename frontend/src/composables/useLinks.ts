import { computed, onBeforeUnmount, onMounted, watch, type ComputedRef } from 'vue'

import type { Facet } from '@/lib/facets'
import { donorOf } from '@/lib/links'
import type { ValueScale } from '@/lib/valueScale'
import { useShared, type SharedGroups, type SharedRows, type SharedScale } from '@/stores/shared'
import { useWorkspace } from '@/stores/workspace'

/**
 * The value scale of a widget and of the one that it follows. `own` is the scale as drawn, with `of` for which numbers it is; a follower is
 * given that of its donor as soon as that is drawn, live while a handle is dragged there.
 */
export function useLinkedScale(id: string, own: () => { scale: ValueScale; of: string } | null, of: () => string, facet?: () => Facet | undefined): ComputedRef<ValueScale | undefined> {
  const [workspace, shared] = [useWorkspace(), useShared()]
  if (facet?.()) return useFacetScale(id, facet()?.index ?? 0, own, of)
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

/** What is drawn depends on what is told: the same again is not told again. */
function tell(all: Map<string, SharedScale>, key: string, o: { scale: ValueScale; of: string } | null): void {
  const old = all.get(key)
  if (!o) all.delete(key)
  else if (!old || old.of !== o.of || old.kind !== o.scale.kind || old.min !== o.scale.min || old.max !== o.scale.max) all.set(key, { ...o.scale, of: o.of })
}

/** The axis of the colour bar that all facets of a widget have: it holds those that they would have by themselves. */
export function useFacetDomain(id: string, own: () => ValueScale | null, of: () => string, facet: Facet | undefined): ComputedRef<ValueScale | undefined> {
  if (!facet) return computed(() => undefined)
  const shared = useShared()
  const prefix = `${id} facet `
  const key = prefix + facet.index
  onMounted(() =>
    watch(
      [own, of] as const,
      ([o, kind]) => tell(shared.domains, key, o && { scale: o, of: kind }),
      { immediate: true },
    ),
  )
  onBeforeUnmount(() => shared.domains.delete(key))
  return computed(() => union([...shared.domains].flatMap(([k, s]) => (k.startsWith(prefix) && s.of === of() ? [s] : []))))
}

/** The scale that holds all of some; none: there are none. */
export function union(all: ValueScale[]): ValueScale | undefined {
  return all.length > 0 ? { kind: all[0].kind, min: Math.min(...all.map((s) => s.min)), max: Math.max(...all.map((s) => s.max)) } : undefined
}

/**
 * The facets of a widget have one scale, which holds the scales of all of them; when the widget follows another, it is that one's. `own` is the scale
 * that the facet would have by itself.
 */
function useFacetScale(id: string, index: number, own: () => { scale: ValueScale; of: string } | null, of: () => string): ComputedRef<ValueScale | undefined> {
  const [workspace, shared] = [useWorkspace(), useShared()]
  const donor = computed(() => donorOf(workspace.doc, 'scale', id))
  const prefix = `${id} facet `
  onMounted(() => watch(own, (o) => tell(shared.scales, prefix + index, o), { immediate: true }))
  onBeforeUnmount(() => shared.scales.delete(prefix + index))
  return computed(() => {
    const given = donor.value === null ? undefined : shared.scales.get(donor.value)
    if (given?.of === of()) return { kind: given.kind, min: given.min, max: given.max }
    return union([...shared.scales].flatMap(([key, s]) => (key.startsWith(prefix) && s.of === of() ? [s] : [])))
  })
}

/** The stackup whose values the rows are sorted by: that of the one that it follows, as far as that has one, else its own. */
export function useLinkedRows(id: string, facet: number, own: () => SharedRows | null): ComputedRef<SharedRows | null> {
  const [workspace, shared] = [useWorkspace(), useShared()]
  const donor = computed(() => donorOf(workspace.doc, 'sort', id))
  // Facets of a widget have the same result: one of them tells it.
  if (facet === 0) {
    watch(own, (o) => (o ? shared.rows.set(id, o) : shared.rows.delete(id)), { immediate: true })
    onBeforeUnmount(() => shared.rows.delete(id))
  }
  return computed(() => (donor.value === null ? null : shared.rows.get(donor.value)) ?? own())
}

/** Tells other widgets of the panel the groups of regions of this one. Facets have the same groups: one of them tells. */
export function useToldGroups(id: string, facet: number, own: () => SharedGroups | null): void {
  if (facet !== 0) return
  const shared = useShared()
  watch(own, (o) => (o && o.list.length > 0 ? shared.groups.set(id, o) : shared.groups.delete(id)), { immediate: true })
  onBeforeUnmount(() => shared.groups.delete(id))
}
