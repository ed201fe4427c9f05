import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** What the palette asks of a part of the page that has the dialog for it. Several may hear it: the first takes it. */
export interface AskedSelection {
  regionSetId: number
  what: 'set' | 'column'
  taken: boolean
}

export const useAsked = defineStore('asked', () => {
  const selection = shallowRef<AskedSelection | null>(null)
  /** The widget whose links are asked for, '' = none. */
  const link = shallowRef('')
  return {
    link,
    askLink: (widget: string) => void (link.value = widget),
    selection,
    askSelection: (regionSetId: number, what: AskedSelection['what']) => void (selection.value = { regionSetId, what, taken: false }),
  }
})
