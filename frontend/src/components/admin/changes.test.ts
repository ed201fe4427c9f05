import { expect, test } from 'vitest'

import { differences } from './changes'

test('only what differs is told, in words and units', () => {
  expect(differences({ before: { name: 'long', mode: 'open', memory: 0, version: 1 }, after: { name: 'long', mode: 'paused', memory: 0, version: 2 } })).toEqual([{ name: 'mode', before: 'open', after: 'paused' }])
  expect(differences({ before: { timeoutSeconds: 60, enabled: true }, after: { timeoutSeconds: 7200, enabled: false } })).toEqual([
    { name: 'time limit', before: '1 min 0 s', after: '2 h 0 min' },
    { name: 'switched on', before: 'yes', after: 'no' },
  ])
})

test('of a grid, what was added and removed', () => {
  const before = [{ window: 0, bin: 1 }, { window: 1000, bin: 10 }]
  const after = [{ window: 0, bin: 1 }, { window: 2000, bin: 20 }]
  expect(differences({ before, after })).toEqual([{ name: 'removed', after: '1000 bp in 10 bp' }, { name: 'added', after: '2000 bp in 20 bp' }])
})

test('what was not there has no before, what is gone no after', () => {
  expect(differences({ before: null, after: { email: 'a@example.org' } })).toEqual([{ name: 'email', after: 'a@example.org' }])
  expect(differences({ before: { baseUrl: 'x' }, after: null })).toEqual([{ name: 'baseUrl', before: 'x' }])
})
