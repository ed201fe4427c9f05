import { describe, expect, it } from 'vitest'

import { derivationOf, formOf, newForm, OPERATIONS, sayOrigin, suggestName, unfit, whole } from './operations'

describe('the form of a new region set', () => {
  it('reads numbers as people type them', () => {
    expect(['10,000', '10 000', '-5', '1e3', '', '1.5'].map(whole)).toEqual([10_000, 10_000, -5, NaN, NaN, NaN])
  })

  it('asks for what belongs to the operation only, whatever was typed for others', () => {
    const form = { ...newForm([1, 2]), where: [{ resultId: 0, column: 'score', op: 'ge' as const, value: ' 5 ' }], column: 'strand', name: ' new ' }
    const body = (operation: typeof form.operation) => derivationOf({ ...form, operation }).body
    expect(body('intersect')).toEqual({ operation: 'intersect', datasetIds: [1, 2], keep: 'regions', name: 'new' })
    expect(body('filter')).toEqual({ operation: 'filter', datasetIds: [1], where: [{ column: 'score', op: 'ge', value: '5' }], name: 'new' })
    expect(body('resize')).toEqual({ operation: 'resize', datasetIds: [1], mode: 'extend', upstream: 1000, downstream: 1000, name: 'new' })
    expect(body('split')).toEqual({ operation: 'split', datasetIds: [1], column: 'strand', collection: true, name: 'new' })
  })

  it('complains by field', () => {
    expect(derivationOf({ ...newForm([1]), operation: 'nearest', distance: 'far' }).complaints).toEqual({ distance: 'Give a whole number.', datasetIds: 'Choose at least one other region set.' })
    expect(Object.keys(derivationOf({ ...newForm([1]), operation: 'filter' }).complaints)).toEqual(['where.0.column', 'where.0.value'])
    expect(derivationOf({ ...newForm([1]), operation: 'sample', n: '0' }).complaints).toEqual({ n: 'This must be at least 1.' })
  })

  it('is filled in again from what the lineage keeps', () => {
    for (const o of OPERATIONS) {
      const form = { ...newForm([1, 2], o.key), stranded: true, gap: '7', distance: '8', seed: '9', n: '10', grouped: true, groups: '3', column: 'score', collection: false, where: [{ resultId: 4, column: 'mean', op: 'le' as const, value: '2' }] }
      const { body } = derivationOf(form)
      expect(derivationOf({ ...formOf(body.datasetIds, o.key, body), collection: false }).body).toEqual(body)
    }
  })

  it('suggests a name and says what was done', () => {
    expect(suggestName(newForm([1, 2], 'subtract'), (id) => ['', 'peaks', 'genes'][id])).toBe('peaks without genes')
    expect(sayOrigin('nearest', { distance: 10_000, beyond: true })).toBe('regions that have none within 10,000 bp')
    expect(sayOrigin('filter', { where: [{ column: 'mean', op: 'ge', value: '1', of: 'CTCF.bw, mean' }] })).toBe('mean ≥ 1 (CTCF.bw, mean)')
    expect(sayOrigin('subset', { indices: 3 })).toBe('indices 3')
  })

  it('leaves pairs to operations that keep coordinates', () => {
    expect(OPERATIONS.filter((o) => !unfit(o, { dimension: 2 })).map((o) => o.key)).toEqual(['union', 'filter', 'sample', 'split'])
  })
})
