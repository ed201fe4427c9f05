import { expect, it } from 'vitest'

import { ApiError } from '@/api/errors'

import { sortComplaints } from './useForm'

const refused = (...fields: { field?: string; message: string }[]): ApiError => new ApiError('invalid', 'The first of them.', 422, fields)

it('puts what the server says beside its field, also where the field lies deeper in the request', () =>
  expect(sortComplaints(refused({ field: 'meta.name', message: 'too long' }), ['name'])).toEqual({ complaints: { name: 'too long' }, rest: '' }))

it('says in the form what has no field there, and loses none of it', () => {
  expect(sortComplaints(refused({ field: 'version', message: 'Somebody was faster.' }, { field: 'name', message: 'too long' }), ['name'])).toEqual({ complaints: { name: 'too long' }, rest: 'Somebody was faster.' })
  expect(sortComplaints(refused({ field: 'version', message: 'x' }), ['name'])).toEqual({ complaints: {}, rest: 'The first of them.' })
})

/** Every component that sends a form with useForm, as text. */
const sources = import.meta.glob<string>('../{components,views}/**/*.vue', { query: '?raw', import: 'default', eager: true })
const forms = Object.entries(sources).filter(([, text]) => text.includes('useForm('))

it('finds the forms', () => expect(forms.length).toBeGreaterThan(10))

it.each(forms)('draws every complaint that it takes from the server: %s', (_, text) => {
  const template = text.slice(text.indexOf('<template>'))
  for (const [, list, key] of text.matchAll(/useForm\(\[([^\]]*)\][\s\S]*?(?:'(\w+)Form')?\)\n/g)) {
    for (const [, field] of list!.matchAll(/'(\w+)'/g)) expect(template, `${key ?? ''} ${field}`).toMatch(new RegExp(`omplaints\\??\\.${field}\\b`))
  }
})
