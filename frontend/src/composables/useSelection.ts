import { computed, type ComputedRef } from 'vue'

import type { Dataset } from '@/api/types'
import { bitsOf, combined, countBits, decode, encode, inverted, type Bits, type Combine } from '@/lib/selection'
import type { WorkspaceDoc } from '@/lib/workspaceDoc'
import * as ops from '@/lib/workspaceOps'
import { useWorkspace } from '@/stores/workspace'

export interface Selected {
  bits: Bits
  bitmap: string
  n: number
  label: string
}

export interface Selection {
  selected: ComputedRef<Selected | null>
  total: ComputedRef<number>
  /** Regions by their place in the file. */
  select: (rows: Iterable<number>, label: string, how?: Combine) => void
  invert: () => void
  clear: () => void
}

/** What is selected of a region set; null = nothing. */
export function selectedOf(doc: WorkspaceDoc, setId: number): Selected | null {
  const d = doc.selections?.find((s) => s.regionSetId === setId)
  const bits = d ? decode(d.bitmap) : null
  const n = bits ? countBits(bits) : 0
  return d && bits && n > 0 ? { bits, bitmap: d.bitmap, n, label: d.label } : null
}

/** The selection of a region set: one for all pictures of it, kept in the document, undone like any edit. */
export function useSelection(regionSet: () => Dataset | undefined): Selection {
  const workspace = useWorkspace()
  const id = computed(() => regionSet()?.id ?? 0)
  const total = computed(() => regionSet()?.facts.regions?.count ?? 0)
  const selected = computed(() => selectedOf(workspace.doc, id.value))

  function set(bits: Bits, label: string, what: string): void {
    if (id.value === 0) return
    const next = countBits(bits) > 0 ? { bitmap: encode(bits), label } : null
    workspace.edit(what, (d) => ops.select(d, id.value, next))
  }

  return {
    selected, total,
    select(rows, label, how = 'new') {
      const old = selected.value
      const words = old && how !== 'new' ? `${old.label} ${{ add: 'or', keep: 'and', remove: 'but not' }[how]} ${label}` : label
      set(combined(old?.bits ?? null, bitsOf(rows, total.value), how), words, 'select regions')
    },
    invert() {
      const old = selected.value
      if (old) set(inverted(old.bits, total.value), `not (${old.label})`, 'invert the selection')
    },
    clear() {
      workspace.edit('clear the selection', (d) => ops.select(d, id.value, null))
    },
  }
}
