import { describe, expect, it } from 'vitest'

import { ago, bytes, duration, plural } from './units'

it.each([
  [0, '0 B'], [999, '999 B'], [1000, '1.00 kB'], [65_800, '65.8 kB'], [999_499, '999 kB'], [999_500, '1.00 MB'], [28.5e6, '28.5 MB'], [1.5e12, '1.50 TB'], [2e15, '2000 TB'],
])('%d bytes', (n, text) => expect(bytes(n)).toBe(text))

it.each([
  [-5, '0 s'], [0, '< 0.1 s'], [49, '< 0.1 s'], [120, '0.1 s'], [9_940, '9.9 s'], [9_960, '10 s'], [59_400, '59 s'], [59_600, '1 min 0 s'], [200_000, '3 min 20 s'], [7_500_000, '2 h 5 min'],
])('%d ms', (ms, text) => expect(duration(ms)).toBe(text))

it.each([[0, '0 regions'], [1, '1 region'], [2434, '2,434 regions']])('%d regions', (n, text) => expect(plural(n, 'region')).toBe(text))

describe('ago', () => {
  const now = new Date(2026, 5, 15, 14, 0, 0).getTime()
  const before = (s: number): string => ago(new Date(now - s * 1000).toISOString(), now)
  it.each([[-20, 'just now'], [44, 'just now'], [46, '1 min ago'], [3500, '58 min ago'], [2 * 3600, 'today 12:00'], [20 * 3600, 'yesterday 18:00'], [86_400 * 10, '5 Jun 2026']])('%d s', (s, text) => expect(before(s)).toBe(text))
})
