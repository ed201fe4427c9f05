import type { Locator, Page } from '@playwright/test'

import type { Collection } from '../src/api/types'

import { unique, type Api } from './support/api'
import { stack } from './support/stack'
import { expect, signedIn, signIn, test } from './support/test'

/** Goes to an element as the keyboard does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let i = 0; i < 150; i++) {
    if (await target.evaluate((e) => e === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the keyboard does not get to ${target}`)
}

interface Form {
  name: string
  /** Makes what the form is about and gives the address of its page. */
  at: (api: Api) => Promise<string> | string
  who?: 'guest' | 'admin'
  /** The button that shows the form. */
  opener?: string
  within?: (page: Page) => Locator
  fields: [label: string, value: string][]
  /** The request that fails once; without it the form is refused for what is left out. */
  request?: RegExp
  /** What is said beside a field or in the form. */
  says: RegExp
  done?: (page: Page) => Locator
}

const FAILED = /The server is being restarted/
const password = 'correct horse battery'
const form = (name: string) => (page: Page): Locator => page.getByRole('form', { name })

const forms: Form[] = [
  { name: 'sign in', who: 'guest', at: () => '/login', fields: [['User name', 'nobody-here'], ['Password', 'wrong password']], request: /auth\/login$/, says: FAILED, done: (p) => p.getByText(/user name or the password is wrong/i) },
  { name: 'register', who: 'guest', at: () => '/register', fields: [['User name', unique('eve')], ['Password', password], ['Password, once more', password]], request: /auth\/register$/, says: FAILED, done: (p) => p.getByTestId('user-menu') },
  { name: 'register, refused by field', who: 'guest', at: () => '/register', fields: [['User name', 'eve'], ['Password', 'short'], ['Password, once more', 'short']], says: /at least 8 characters/i },
  { name: 'new password', at: () => '/account', within: form('Password'), fields: [['Password now', password], ['New password', 'another good one'], ['New password, once more', 'another good one']], request: /account\/password$/, says: FAILED },
  { name: 'new password, refused by field', at: () => '/account', within: form('Password'), fields: [['Password now', 'not this one'], ['New password', 'another good one'], ['New password, once more', 'another good one']], says: /wrong|not your password|password/i },
  { name: 'e-mail', at: () => '/account', within: form('E-mail'), fields: [['E-mail address', 'eve@example.org'], ['Your password', password]], request: /account\/email$/, says: FAILED },
  { name: 'API token', at: () => '/account', within: form('New API token'), fields: [['What it is for', 'a script']], request: /account\/tokens$/, says: FAILED, done: (p) => p.getByLabel('The new API token') },
  { name: 'group', at: () => '/account', opener: 'New group', within: form('New group'), fields: [['Name of the group', unique('lab')], ['What it is (optional)', 'people of the lab']], request: /\/groups$/, says: FAILED },
  { name: 'assembly without its file', at: () => '/assemblies', opener: 'New assembly', fields: [['Name', 'toy'], ['Organism', 'none']], says: /Choose the file of chromosome sizes/ },
  { name: 'gene annotation without its file', at: async (api) => `/assemblies/${(await api.assembly()).id}`, opener: 'Add genes', within: form('New gene annotation'), fields: [['Name', 'genes']], says: /Choose a GTF, GFF3 or BED12 file/ },
  { name: 'dataset', at: async (api) => `/datasets/${(await api.upload(await api.assembly(), 'promoters.bed'))[0]!.id}`, opener: 'Edit', fields: [['Name', 'renamed']], request: /\/datasets\/\d+$/, says: FAILED, done: (p) => p.getByRole('heading', { name: 'renamed' }) },
  { name: 'collection', at: async (api) => {
    const [d] = await api.upload(await api.assembly(), 'promoters.bed')
    return `/collections/${(await api.post<Collection>('/collections', { name: 'before', kind: 'regions', datasetIds: [d!.id] })).id}`
  }, fields: [['Name', 'after']], request: /\/collections\/\d+$/, says: FAILED, done: (p) => p.getByRole('heading', { name: 'after' }) },
  { name: 'invitation', who: 'admin', at: () => '/admin/users', within: form('Invite somebody'), fields: [['Whom it is for (optional)', unique('guest')]], request: /invitations$/, says: FAILED, done: (p) => p.getByLabel('Address of the invitation') },
]

for (const f of forms) {
  test(`form by keyboard, with what was typed kept: ${f.name}`, async ({ page, ada }) => {
    const path = await f.at(ada)
    if (f.who === 'guest') await page.goto(path)
    else if (f.who === 'admin') {
      await page.goto(`/login?to=${path}`)
      await signIn(page, stack().admin)
      await page.getByTestId('user-menu').waitFor()
    } else await signedIn(page, ada, path)
    if (f.opener) {
      await tabTo(page, page.getByRole('button', { name: f.opener, exact: true }).or(page.getByRole('button', { name: new RegExp(`^${f.opener}`) })).first())
      await page.keyboard.press('Enter')
    }
    const scope = f.within?.(page) ?? page.locator('main')
    const field = (label: string): Locator => scope.getByLabel(label, { exact: true })
    for (const [label, value] of f.fields) {
      await tabTo(page, field(label))
      await page.keyboard.press('ControlOrMeta+a')
      await page.keyboard.type(value)
    }
    if (f.request) {
      const request = f.request
      let failed = false
      await page.route((url) => request.test(url.pathname), (route) => {
        if (failed || route.request().method() === 'GET') return route.fallback()
        failed = true
        return route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ status: 503, code: 'unavailable', detail: 'The server is being restarted. Try again in a moment.' }) })
      })
    }
    await page.keyboard.press('Enter')
    await expect(scope.or(page.getByRole('alert')).filter({ hasText: f.says }).first()).toBeVisible()
    for (const [label, value] of f.fields) await expect(field(label)).toHaveValue(value)
    if (f.request && f.done) {
      await tabTo(page, field(f.fields.at(-1)![0]))
      await page.keyboard.press('Enter')
      await expect(f.done(page).first()).toBeVisible()
    }
  })
}
