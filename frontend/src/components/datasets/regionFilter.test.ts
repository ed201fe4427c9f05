import { expect, it } from 'vitest'

import { numberText, opsFor, sayCondition, toWhere, withRange } from './regionFilter'

it('says conditions to people and to the server', () => {
  const c = { column: 'score', op: 'ge', value: '5' } as const
  expect([toWhere(c), sayCondition(c)]).toEqual(['score:ge:5', 'score ≥ 5'])
  expect(opsFor(true)).not.toContain('has')
  expect(opsFor(false)).not.toContain('ge')
})

it('replaces the range of a column and leaves the others', () => {
  const kept = { column: 'kind', op: 'eq', value: 'x' } as const
  expect(withRange([kept, { column: 'score', op: 'ge', value: '1' }], 'score', 2.00000004, 1e6)).toEqual([
    kept, { column: 'score', op: 'ge', value: '2' }, { column: 'score', op: 'le', value: '1000000' },
  ])
})

it('separates thousands of whole numbers only', () => {
  expect(['12345', '1234', '-99999', '12345.6', 'chr12345', ''].map(numberText)).toEqual(['12,345', '1234', '-99,999', '12345.6', 'chr12345', ''])
})
