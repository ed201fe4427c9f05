import { computed, ref } from 'vue'

import { asApiError } from '@/api/errors'
import { metadata } from '@/api/metadata'
import type { Dataset, Region } from '@/api/types'
import { useSelection } from '@/composables/useSelection'
import { formatCount } from '@/lib/format'
import { has, wordTable } from '@/lib/selection'
import { useColumnChanges } from '@/stores/columnChanges'
import { useLocus } from '@/stores/locus'
import { useWorkspace } from '@/stores/workspace'

/**
 * What somebody decides about regions while going through them: kept and dropped ones are in the selection of the set or not,
 * so that every picture of it follows; labels are words that can be selected by, and become a column of the set.
 */
export function useLocusMarks(set: () => Dataset | undefined, region: () => Region | null) {
  const locus = useLocus()
  const workspace = useWorkspace()
  const changes = useColumnChanges()
  void workspace.load()
  const selection = useSelection(set)
  const said = ref('')
  const busy = ref(false)
  const problem = ref('')

  const row = computed(() => region()?.index ?? -1)
  const words = computed(() => locus.labels[set()?.id ?? 0] ?? {})
  const word = computed(() => words.value[row.value] ?? '')
  const known = computed(() => {
    const n = new Map<string, number>()
    for (const w of Object.values(words.value)) n.set(w, (n.get(w) ?? 0) + 1)
    return [...n].map(([text, count]) => ({ text, count })).toSorted((a, b) => b.count - a.count || a.text.localeCompare(b.text))
  })
  /** '' while nothing is selected: then all regions count. */
  const state = computed(() => (selection.selected.value && row.value >= 0 ? (has(selection.selected.value.bits, row.value) ? 'kept' : 'dropped') : ''))
  const name = (): string => `Region ${formatCount(row.value + 1)}`

  /** True: the selection of the set has it now. Without a workspace there is nothing that could be changed. */
  function ready(): boolean {
    if (workspace.phase !== 'ready') said.value = workspace.phase === 'failed' ? `The workspace could not be read: ${workspace.loadError}` : 'The workspace is still being read.'
    return workspace.phase === 'ready' && row.value >= 0
  }
  function keep(): boolean {
    if (!ready()) return false
    if (state.value !== 'kept') selection.select([row.value], 'kept in the locus view', selection.selected.value ? 'add' : 'new')
    said.value = `${name()} kept`
    return true
  }
  function drop(): boolean {
    if (!ready()) return false
    if (!selection.selected.value) selection.select(others(), 'all but those dropped in the locus view')
    else if (state.value === 'kept') selection.select([row.value], 'dropped in the locus view', 'remove')
    said.value = `${name()} dropped`
    return true
  }
  function* others(): Generator<number> {
    for (let i = 0; i < selection.total.value; i++) if (i !== row.value) yield i
  }
  function label(text: string): void {
    const id = set()?.id
    if (!id || row.value < 0) return
    locus.label(id, row.value, text.trim())
    said.value = text.trim() ? `${name()} labelled “${text.trim()}”` : `${name()} has no label`
  }
  function selectWord(text: string): void {
    if (!ready()) return
    selection.select(Object.entries(words.value).filter(([, w]) => w === text).map(([r]) => Number(r)), `labelled “${text}”`)
    said.value = `${known.value.find((k) => k.text === text)?.count ?? 0} regions labelled “${text}” are selected`
  }
  /** Writes the labels into a new column of the set; they are taken from here once it is there. */
  async function saveColumn(column: string): Promise<boolean> {
    const d = set()
    if (!d) return false
    busy.value = true
    problem.value = ''
    let table = 0
    try {
      const text = wordTable(words.value, selection.total.value, 'label')
      table = (await metadata.upload(d.id, new File([text], 'labels.tsv', { type: 'text/tab-separated-values' }))).id
      await metadata.join(table, { by: 'order', header: true, separator: 'tab', name: 'Labels of the locus view', columns: [{ at: 0, name: column, type: 'categorical' }] })
      changes.note(d.id)
      locus.clearLabels(d.id)
      said.value = `${d.name} has a column “${column}”`
      return true
    } catch (e) {
      if (table > 0) await metadata.remove(table).catch(() => undefined)
      const err = asApiError(e)
      problem.value = err.field('columns[0]') ?? err.field('columns') ?? err.message
      return false
    } finally {
      busy.value = false
    }
  }
  return { selection, state, word, known, said, busy, problem, keep, drop, label, selectWord, saveColumn }
}
