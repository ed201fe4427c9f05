import { mount, RouterLinkStub } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { expect, it, vi } from 'vitest'

import HelpView from '@/views/HelpView.vue'

import { SECTIONS } from './sections'

vi.stubGlobal('IntersectionObserver', class { observe(): void {} disconnect(): void {} })

const page = mount(HelpView, { global: { plugins: [createPinia()], stubs: { RouterLink: RouterLinkStub } } })
const heads = page.findAll('h2[id], h3[id]').map((h) => ({ id: h.attributes('id'), title: h.text() }))

it('has a heading for every line of the contents, in that order, and no other', () => {
  expect(heads).toEqual(SECTIONS.flatMap((s) => [s, ...(s.parts ?? [])]).map(({ id, title }) => ({ id, title })))
})

it('has no anchor twice, and no link to one that is not there', () => {
  const ids = heads.map((h) => h.id)
  expect(new Set(ids).size).toBe(ids.length)
  const targets = page.findAll('a[href^="#"]').map((a) => a.attributes('href')?.slice(1))
  expect(targets.filter((t) => !ids.includes(t))).toEqual([])
})
