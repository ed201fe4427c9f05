import { expect, it, vi } from 'vitest'

import { moved, useDragList } from './useDragList'

it.each([
  [0, 2, 'bca'], [2, 0, 'cab'], [1, 1, 'abc'], [0, 3, 'abc'], [-1, 0, 'abc'],
])('moves %i to %i', (from, to, want) => {
  expect(moved(['a', 'b', 'c'], from, to).join('')).toBe(want)
})

it('moves by Alt and arrows, not beyond the ends, and not by arrows alone', () => {
  const move = vi.fn()
  const list = useDragList(() => 3, move)
  const press = (key: string, altKey: boolean, at: number): number | null => list.key(new KeyboardEvent('keydown', { key, altKey }), at)
  expect([press('ArrowDown', true, 0), press('ArrowUp', true, 0), press('ArrowDown', true, 2), press('ArrowDown', false, 0), press('x', true, 1)]).toEqual([1, null, null, null, null])
  expect(move.mock.calls).toEqual([[0, 1]])
})

it('drops where it is dropped, and nothing when nothing is dragged', () => {
  const move = vi.fn()
  const list = useDragList(() => 3, move)
  list.drop(1)
  list.start(new Event('dragstart') as DragEvent, 0)
  list.enter(2)
  expect(list.over.value).toBe(2)
  list.drop(2)
  expect(move.mock.calls).toEqual([[0, 2]])
  expect([list.dragging.value, list.over.value]).toEqual([-1, -1])
})
