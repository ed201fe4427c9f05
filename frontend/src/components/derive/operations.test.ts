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

  it('reads a share of the region in per cent, and takes neither share nor strand elsewhere', () => {
    const form = { ...newForm([1, 2], 'intersect'), fraction: '12,5 %', strand: 'opposite' as const }
    expect(derivationOf(form)).toEqual({ body: { operation: 'intersect', datasetIds: [1, 2], keep: 'regions', fraction: 0.125, strand: 'opposite' }, complaints: {} })
    expect(derivationOf({ ...form, operation: 'union' }).body).toEqual({ operation: 'union', datasetIds: [1, 2], keep: 'merged' })
    for (const bad of ['0', '101', '-5', 'half']) expect(Object.keys(derivationOf({ ...form, fraction: bad }).complaints)).toEqual(['fraction'])
  })

  it('complains by field', () => {
    expect(derivationOf({ ...newForm([1]), operation: 'nearest', distance: 'far' }).complaints).toEqual({ distance: 'Give a whole number.', datasetIds: 'Choose at least one other region set.' })
    expect(Object.keys(derivationOf({ ...newForm([1]), operation: 'filter' }).complaints)).toEqual(['where.0.column', 'where.0.value'])
    expect(derivationOf({ ...newForm([1]), operation: 'sample', n: '0' }).complaints).toEqual({ n: 'This must be at least 1.' })
  })

  it('is filled in again from what the lineage keeps', () => {
    for (const o of OPERATIONS) {
      const form = { ...newForm([1, 2], o.key), stranded: true, fraction: '30', strand: 'same' as const, gap: '7', distance: '8', seed: '9', n: '10', grouped: true, groups: '3', column: 'score', collection: false, where: [{ resultId: 4, column: 'mean', op: 'le' as const, value: '2' }] }
      const { body } = derivationOf(form)
      expect(derivationOf({ ...formOf(body.datasetIds, o.key, body), collection: false }).body).toEqual(body)
    }
  })

  it('suggests a name and says what was done', () => {
    expect(suggestName(newForm([1], 'subtract'), () => 'peaks')).toBe('peaks without another set')
    expect(suggestName(newForm([1, 2], 'subtract'), (id) => ['', 'peaks', 'genes'][id])).toBe('peaks without genes')
    expect(sayOrigin('nearest', { distance: 10_000, beyond: true })).toBe('regions that have none within 10,000 bp')
    expect(sayOrigin('subtract', { keep: 'regions', fraction: 0.3, strand: 'same' })).toBe('the regions that the others do not overlap, by at least 30 % of the region, on the same strand')
    expect(sayOrigin('filter', { where: [{ column: 'mean', op: 'ge', value: '1', of: 'CTCF.bw, mean' }] })).toBe('mean ≥ 1 (CTCF.bw, mean)')
    expect(sayOrigin('subset', { indices: 3 })).toBe('indices 3')
  })

  it('leaves pairs to operations that keep coordinates', () => {
    expect(OPERATIONS.filter((o) => !unfit(o, { dimension: 2 })).map((o) => o.key)).toEqual(['union', 'filter', 'sample', 'split'])
  })
})
