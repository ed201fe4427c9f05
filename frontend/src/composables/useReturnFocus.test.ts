import { mount } from '@vue/test-utils'
import { defineComponent, h, nextTick, ref } from 'vue'
import { expect, it } from 'vitest'

import { useReturnFocus } from './useReturnFocus'

const Dialog = defineComponent({ setup: () => (useReturnFocus(), () => h('input', { id: 'inside' })) })
const Page = defineComponent({
  setup() {
    const open = ref(false)
    return () => [h('button', { id: 'opener', onClick: () => (open.value = !open.value) }), h('input', { id: 'other' }), open.value ? h(Dialog) : null]
  },
})

async function openAndClose(focusBeforeClose: string): Promise<string | undefined> {
  const page = mount(Page, { attachTo: document.body })
  const opener = page.get<HTMLElement>('#opener')
  opener.element.focus()
  await opener.trigger('click')
  page.get<HTMLElement>(focusBeforeClose).element.focus()
  await opener.trigger('click')
  await nextTick()
  const id = document.activeElement?.id
  page.unmount()
  return id
}

it('gives the focus back that went down with the component', async () => expect(await openAndClose('#inside')).toBe('opener'))
it('leaves a focus alone that has moved on', async () => expect(await openAndClose('#other')).toBe('other'))
