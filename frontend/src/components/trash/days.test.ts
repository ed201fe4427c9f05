import { expect, test } from 'vitest'

import { stays } from './days'

test('whole days are told, and the last one is not called none', () => {
  const now = Date.parse('2026-03-01T12:00:00Z')
  expect(stays('2026-03-31T12:00:00Z', now)).toBe('for 30 more days')
  expect(stays('2026-03-02T12:00:00Z', now)).toBe('for 1 more day')
  expect(stays('2026-03-02T11:59:59Z', now)).toBe('for less than a day')
  expect(stays('2026-02-28T12:00:00Z', now)).toBe('for less than a day')
})
