import { expect, it } from 'vitest'

import { bulkPatch, type BulkForm } from './bulkEdit'
import { datasetColumns, defaultColumns, shownColumns } from './datasetColumns'

const form: BulkForm = { change: {}, cellType: 'HeLa', perturbation: '', sampleId: '', description: '', addTags: [], removeTags: [] }

it('changes what is ticked and nothing else', () => {
  expect(bulkPatch(form)).toEqual({})
  expect(bulkPatch({ ...form, change: { cellType: true, perturbation: true }, cellType: ' K562 ' })).toEqual({ cellType: 'K562', perturbation: '' })
  expect(bulkPatch({ ...form, addTags: ['a', ' a', ''], removeTags: ['b'] })).toEqual({ addTags: ['a'], removeTags: ['b'] })
})

it('always shows the name, in the order of the table, whatever was kept', () => {
  const all = datasetColumns('regions', String)
  expect(shownColumns(all, ['size', 'gone', 'cell']).map((c) => c.key)).toEqual(['name', 'cell', 'size'])
  for (const group of ['regions', 'features'] as const) {
    const keys = datasetColumns(group, String).map((c) => c.key)
    expect(defaultColumns[group].filter((k) => !keys.includes(k))).toEqual([])
  }
})
