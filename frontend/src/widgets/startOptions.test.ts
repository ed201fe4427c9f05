import { expect, it } from 'vitest'

import { parseAssociation } from './association/options'
import { parseAverage2d } from './average2d/options'
import { parseEmbedding } from './embedding/options'
import { WIDGET_TYPES } from './registry'
import { parseStackup } from './stackup/options'
import { startOptions } from './startOptions'

const chosen = { sequentialMap: 'magma', divergingMap: 'PuOr' }

it('writes nothing into the document of who has chosen nothing', () => {
  for (const t of WIDGET_TYPES) {
    expect(startOptions(t.type, null)).toEqual({})
    expect(startOptions(t.type, { sequentialMap: '', divergingMap: '' })).toEqual({})
  }
  expect(startOptions('no such widget', chosen)).toEqual({})
})

it('gives the chosen maps to every picture that has colours', () => {
  const map = parseAverage2d(startOptions('average2d', chosen))
  expect([map.iccf, map.raw, map.oe, map.ratio, map.difference].map((v) => v.colormap)).toEqual(['magma', 'magma', 'PuOr', 'PuOr', 'PuOr'])
  for (const type of ['embedding1d', 'embedding2d']) expect(parseEmbedding(startOptions(type, chosen)).colormap).toBe('magma')
  expect(parseAssociation(startOptions('association', chosen))).toMatchObject({ counts: 'magma', ratios: 'PuOr' })
  // Which of the two a stackup takes follows from its values.
  expect(parseStackup(startOptions('stackup', chosen))).toMatchObject({ colormap: null, sequential: 'magma', diverging: 'PuOr' })
})

it('changes one kind of map alone', () => {
  const map = parseAverage2d(startOptions('average2d', { sequentialMap: '', divergingMap: 'coolwarm' }))
  expect([map.iccf.colormap, map.oe.colormap]).toEqual([parseAverage2d({}).iccf.colormap, 'coolwarm'])
})
