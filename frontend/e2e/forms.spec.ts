import type { Locator, Page } from '@playwright/test'

import type { Collection } from '../src/api/types'

import { unique, type Api } from './support/api'
import { tabTo } from './support/keyboard'
import { stack } from './support/stack'
import { expect, signedIn, signIn, test } from './support/test'

interface Form {
  name: string
  /** Makes what the form is about and gives the address of its page. */
  at: (api: Api) => Promise<string> | string
  who?: 'guest' | 'admin'
  /** What is typed in a search field first, to have the form without the many others of its page. */
  find?: [label: string, value: string]
  /** The button that shows the form. */
  opener?: string
  /** The button that is there once the opener was pressed, and shows the form. */
  inner?: string
  /** The button that sends it, where Enter in a field does not. */
  sender?: string
  within?: (page: Page) => Locator
  fields: [label: string | RegExp, value: string][]
  /** The request that fails once; without it the form is refused for what is left out. */
  request?: RegExp
  /** What is said beside a field or in the form. */
  says: RegExp
  done?: (page: Page) => Locator
}

const FAILED = /The server is being restarted/
const password = 'correct horse battery'
/** The name of the account that fills the form in. */
const OWN = '(own name)'
const empty = { version: 1, panels: [] }
/** A workspace that can be saved. */
async function withPanel(api: Api): Promise<string> {
  const [d] = await api.upload(await api.assembly(), 'promoters.bed')
  await api.put('/workspace', { document: { version: 1, panels: [{ id: 'p', title: '', regionSetId: d!.id, window: -1, collapsed: false, span: 1, widgets: [] }] }, revision: 0 })
  return '/compare'
}
const form = (name: string | RegExp) => (page: Page): Locator => page.getByRole('form', { name })

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
  { name: 'import', at: () => '/upload', within: form('Import from elsewhere'), fields: [['Accessions, web addresses, or a manifest', 'http://127.0.0.1:9/inside.bed']], sender: 'Look up', request: /imports\/parse$/, says: FAILED, done: (p) => p.getByText(/inside a private network/) },
  { name: 'import of nothing, refused by field', at: () => '/upload', within: form('Import from elsewhere'), fields: [['Accessions, web addresses, or a manifest', '# only a comment']], sender: 'Look up', says: /no accession and no address/ },
  { name: 'link to a session', at: async (api) => { await api.session('To show', empty); return '/sessions' }, opener: 'Share To show', within: form('New link'), fields: [['Whom it is for (optional)', 'the reviewers']], request: /sessions\/\d+\/links$/, says: FAILED, done: (p) => p.getByLabel('Address of the new link') },
  { name: 'save session', at: withPanel, opener: 'Save session', within: form('Save session as'), fields: [['Name', 'as I left it']], request: /\/sessions$/, says: FAILED, done: (p) => p.getByRole('heading', { name: 'Compare · as I left it' }) },
  { name: 'save session, refused by field', at: withPanel, opener: 'Save session', within: form('Save session as'), fields: [['Name', ' ']], says: /Please give the session a name/ },
  { name: 'leaving', at: () => '/account', opener: 'Delete the account', within: form('Delete the account'), fields: [[/^Type .* to confirm/, 'somebody else'], ['Your password', 'not this one']], says: /Type your user name/ },
  { name: 'leaving, while the server restarts', at: () => '/account', opener: 'Delete the account', within: form('Delete the account'), fields: [[/^Type .* to confirm/, OWN], ['Your password', password]], request: /account\/delete$/, says: FAILED, done: (p) => p.getByRole('button', { name: 'Sign in' }) },
  { name: 'access key of a repository', at: () => '/upload', opener: 'Access keys', within: form(/^Access key for /), fields: [['Key', 'my-key'], ['Secret', 'my-secret']], inner: 'Enter a key for ', request: /repositories\/\d+\/key$/, says: FAILED, done: (p) => p.getByRole('button', { name: /^Replace/ }).and(p.locator(':focus')) },
  { name: 'access key of a repository, refused by field', at: () => '/upload', opener: 'Access keys', within: form(/^Access key for /), fields: [['Key', 'my-key'], ['Secret', '']], inner: 'Enter a key for ', says: /Type the secret of the key/ },
  { name: 'space for everybody, refused by field', who: 'admin', at: () => '/admin/repositories', within: form('Space for everybody'), fields: [['One user may store', 'lots']], says: /Type a number of GB/ },
  { name: 'space for everybody', who: 'admin', at: () => '/admin/repositories', within: form('Space for everybody'), fields: [['Unfinished uploads are kept', '7']], request: /upload-limits$/, says: FAILED, done: (p) => p.getByText('The limits hold from now on.') },
  { name: 'limit of one user, refused by field', who: 'admin', at: () => '/admin/repositories', find: ['Find a user', 'admin'], within: form('Limit of admin'), fields: [['Limit of admin, GB', '-1']], says: /Type a number of GB/ },
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
    if (f.find) {
      await tabTo(page, page.getByLabel(f.find[0], { exact: true }))
      await page.keyboard.type(f.find[1])
    }
    if (f.opener) {
      await tabTo(page, page.getByRole('button', { name: f.opener, exact: true }).or(page.getByRole('button', { name: new RegExp(`^${f.opener}`) })).first())
      await page.keyboard.press('Enter')
    }
    if (f.inner) {
      await tabTo(page, page.getByRole('button', { name: new RegExp(`^${f.inner}`) }).first())
      await page.keyboard.press('Enter')
    }
    const fields = f.fields.map(([label, value]) => [label, value === OWN ? ada.account.username : value] as const)
    const scope = f.within?.(page) ?? page.locator('main')
    const field = (label: string | RegExp): Locator => scope.getByLabel(label, { exact: true })
    for (const [label, value] of fields) {
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
    const send = async (): Promise<void> => {
      if (f.sender) await tabTo(page, scope.getByRole('button', { name: f.sender }))
      await page.keyboard.press('Enter')
    }
    await send()
    await expect(scope.or(page.getByRole('alert')).filter({ hasText: f.says }).first()).toBeVisible()
    for (const [label, value] of fields) await expect(field(label)).toHaveValue(value)
    if (f.request && f.done) {
      await tabTo(page, field(fields.at(-1)![0]))
      await send()
      await expect(f.done(page).first()).toBeVisible()
    }
  })
}

test('form by keyboard, with what was typed kept: signing in again where the login has ended', async ({ page, ada }) => {
  const { id } = (await ada.upload(await ada.assembly(), 'CTCF_peaks.bed'))[0]!
  await signedIn(page, ada, `/datasets/${id}`)
  await tabTo(page, page.getByRole('button', { name: 'Edit', exact: true }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByLabel('Name', { exact: true }))
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('typed before')
  await page.context().clearCookies()
  let refused = false
  await page.route(`**/api/v1/datasets/${id}`, (route) => {
    if (refused || route.request().method() !== 'PATCH') return route.fallback()
    refused = true
    return route.fulfill({ status: 401, json: { code: 'unauthorized', status: 401 } })
  })
  await page.keyboard.press('Enter')
  const again = page.getByTestId('relogin')
  const typed = again.getByLabel('Password')
  await expect(typed).toBeFocused() // nobody has to look for it
  await page.keyboard.type('not the password')
  await page.keyboard.press('Enter')
  await expect(again.getByRole('alert')).toContainText(/password is wrong/i)
  await expect(typed).toHaveValue('not the password')
  await expect(typed).toHaveAccessibleDescription(/password is wrong/i)
  await tabTo(page, typed)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(ada.account.password)
  await page.keyboard.press('Enter')
  await expect(again).toHaveCount(0)
  await expect(page.getByRole('heading', { name: 'typed before' })).toBeVisible()
})

test('form: what the server refuses of a dataset stands beside its own field, and nothing is cleared', async ({ page, ada, shot }) => {
  const [d] = await ada.upload(await ada.assembly(), 'promoters.bed')
  await signedIn(page, ada, `/datasets/${d!.id}`)
  await page.getByRole('button', { name: 'Edit' }).click()
  const long = 'x'.repeat(101)
  await page.getByLabel('Cell type').fill('HeLa')
  await page.getByLabel('Tags (Enter after each)').fill(long)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Save' }).press('Enter')
  const tags = page.locator('.v-combobox').filter({ has: page.getByLabel('Tags (Enter after each)') })
  await expect(tags.getByRole('alert')).toContainText('A tag has at most 100 characters.')
  await expect(tags).toContainText(long)
  await expect(page.getByLabel('Cell type')).toHaveValue('HeLa')
  await shot(page, 'dataset-edit-refused')
  await tags.getByRole('button', { name: 'Close' }).click()
  await page.getByLabel('Tags (Enter after each)').fill('lab 7')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0)
  expect((await ada.get<{ tags: string[] }>(`/datasets/${d!.id}`)).tags).toEqual(['lab 7'])
})
