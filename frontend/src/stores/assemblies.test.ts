import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'

import { assemblies as api } from '@/api/calls'
import type { Assembly } from '@/api/types'

import { useAssemblies } from './assemblies'

it('reads the name of an assembly that is not in the list, once', async () => {
  setActivePinia(createPinia())
  vi.spyOn(api, 'list').mockResolvedValue([{ id: 1, name: 'hg38' } as Assembly])
  const get = vi.spyOn(api, 'get').mockImplementation((id) => (id === 6 ? Promise.resolve({ id: 6, name: 'demo1' } as Assembly) : Promise.reject(new Error('gone'))))
  const store = useAssemblies()
  expect(store.nameOf(6)).toBe('assembly 6')
  await store.load()
  expect(get).not.toHaveBeenCalled()
  expect([store.nameOf(1), store.nameOf(6), store.nameOf(6), store.nameOf(7)]).toEqual(['hg38', 'assembly 6', 'assembly 6', 'assembly 7'])
  await vi.waitFor(() => expect(store.nameOf(6)).toBe('demo1'))
  expect([store.nameOf(7), store.nameOf(7)]).toEqual(['assembly 7', 'assembly 7'])
  expect(get).toHaveBeenCalledTimes(2)
  expect(store.items.map((a) => a.id)).toEqual([1])
})
