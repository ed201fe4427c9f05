import { expect, it } from 'vitest'

import { copyName } from './useSessionList'

it('5.8 a copy has a name that is not taken, without growing at every copy, and never longer than a name may be', () => {
  expect(copyName('Boundaries', ['Boundaries'])).toBe('Boundaries (copy)')
  expect(copyName('Boundaries (copy)', ['Boundaries', 'Boundaries (copy)'])).toBe('Boundaries (copy 2)')
  expect([...copyName('💡'.repeat(255), [])]).toHaveLength(255)
})
