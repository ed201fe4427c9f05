import { expect, it } from 'vitest'

import type { Result, ResultMatrix } from '@/api/types'

import { matrixOf, nText } from './resultRows'

const result = (featureId: number, window: number, n: number, unavailable?: string): Result => ({ regionSetId: 1, featureId, window, bin: 100, n, total: 300, pipeline: 'stackup', unavailable }) as unknown as Result
const m = {
  with: [{ id: 3, name: 'b 10', kind: 'signal', state: 'ready' }, { id: 2, name: 'b 9', kind: 'signal', state: 'ready' }, { id: 4, name: 'map', kind: 'contacts', state: 'ready' }],
  results: [result(2, 0, 5), result(2, 2000, 7), result(2, 2000, 9), result(3, 1000, 1), result(4, 400000, 0, 'no 1 kb level')],
} as unknown as ResultMatrix

it('has a row per dataset and a column per window, variable last', () => {
  const { rows, columns } = matrixOf(m, 1)
  expect(columns).toEqual(['±1 kb', '±2 kb', '±400 kb', 'variable'])
  expect(rows.map((r) => r.name)).toEqual(['map', 'b 9', 'b 10'])
  expect(rows[1].cells.get('±2 kb')).toHaveLength(2)
})

it('says the fewest and the most regions', () => {
  expect(nText([result(2, 1, 7), result(2, 1, 9)])).toBe('n 7–9')
  expect(nText([result(2, 1, 1200)])).toBe('n 1,200')
  expect(nText([result(4, 1, 0, 'x')])).toBe('not possible')
})
