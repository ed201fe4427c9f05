import { expect, it } from 'vitest'

import { amount, fromGB, inGB } from './gigabytes'

it('reads sizes as people type them', () => {
  expect(fromGB(' 2.5 ')).toBe(2_500_000_000)
  expect(inGB(2_500_000_000)).toBe('2.5')
  expect(fromGB('0')).toBe(0)
})

it('says what is wrong with a number, and how much is too much', () => {
  for (const good of ['0', '2.5', '.5', '3.', ' 7 ']) expect(amount(good, 'GB'), good).toBe('')
  for (const bad of ['', '-1', '1e9', '1,5', 'lots', '0x10', 'Infinity']) expect(amount(bad, 'GB'), bad).toBe('Type a number of GB, such as 2.5.')
  expect(amount('366', 'days', 0.04, 365)).toBe('At most 365 days.')
  expect(amount('0', 'days', 0.04, 365)).toBe('At least 0.04 days.')
  expect(amount('99999999999', 'GB')).toMatch(/^At most 9007199 GB/)
})
