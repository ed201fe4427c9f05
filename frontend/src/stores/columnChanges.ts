import { defineStore } from 'pinia'
import { ref } from 'vue'

/** Counts changes of the columns of region sets, so that what shows them reads them again. */
export const useColumnChanges = defineStore('columnChanges', () => {
  const counts = ref(new Map<number, number>())
  return {
    of: (setId: number): number => counts.value.get(setId) ?? 0,
    note: (setId: number): void => void counts.value.set(setId, (counts.value.get(setId) ?? 0) + 1),
  }
})
