import { expect, it } from 'vitest'

import type { Run } from '@/api/types'

import { inRunOrder } from './order'

const at = (s: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, s)).toISOString()

it('shows what is at work, then what waits, then what has ended last', () => {
  const runs = [
    { id: 1, state: 'finished', finishedAt: at(10) },
    { id: 2, state: 'queued', position: 2 },
    { id: 3, state: 'failed', finishedAt: at(20) },
    { id: 4, state: 'running', startedAt: at(9) },
    { id: 5, state: 'queued' },
    { id: 6, state: 'queued', position: 1 },
    { id: 7, state: 'cancelling', startedAt: at(5) },
    { id: 8, state: 'cancelled', finishedAt: at(20) },
  ] as Run[]
  expect(inRunOrder(runs).map((r) => r.id)).toEqual([7, 4, 6, 2, 5, 8, 3, 1])
})
