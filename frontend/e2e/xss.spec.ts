import type { Page } from '@playwright/test'

import type { Assembly, Dataset, Session } from '../src/api/types'

import { asAdmin, unique } from './support/api'
import { stack } from './support/stack'
import { expect, signedIn, signIn, test } from './support/test'

/** A text that would make an element where it is not taken for text, inside of attributes too; each field has its own. */
const evil = (field: string): string => `"><img src=x id=xss-${field}>`
const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })

/** Every field is to be seen on the page, as it was typed, and none has become an element or an address of a script. */
async function asText(page: Page, ...fields: string[]): Promise<void> {
  for (const f of fields) {
    const seen = page.getByText(evil(f)).or(page.locator(`input[value*="xss-${f}"], [title*="xss-${f}"], [aria-label*="xss-${f}"]`))
    await expect(seen.first(), `the field ${f}`).toBeAttached()
  }
  await expect(page.locator('[id^="xss-"], a[href^="javascript:"], iframe')).toHaveCount(0)
}

/*
 * The fields are those columns of the database that hold what people write; TestEveryTextOfPeopleIsLookedAt in
 * backend/store knows which column is which field here, and fails when there is a new one.
 */
test('texts that people write are text on every page that shows them', async ({ page, ada, shot }) => {
  test.slow()
  const assembly = await ada.form<Assembly>('/assemblies', { meta: JSON.stringify({ name: unique(evil('assembly')), organism: evil('organism') }), sizes: file('x.sizes', 'chr1\t100000\n') })
  await ada.form(`/assemblies/${assembly.id}/annotations`, { meta: JSON.stringify({ name: evil('annotation'), public: false }),
    file: file(`${evil('annotation-file').replace('">', '')}.gtf`, `chr1\tx\texon\t1001\t2000\t.\t+\t.\tgene_id "<img id=xss-gene-id>"; gene_name "<img id=xss-gene>"; gene_biotype "<img id=xss-biotype>"\n`) })
  const [set] = await ada.upload(assembly, { name: 'peaks.bed', text: `chr1\t1000\t2000\t${evil('region')}\t5\t+\nchr1\t5000\t6000\tgeneB\t6\t-\n` })
  await ada.patch(`/datasets/${set.id}`, { name: evil('dataset'), description: evil('description'), tags: [evil('tag')], cellType: evil('cell'), perturbation: evil('perturbation'), sampleId: evil('sample') })
  const draft = await ada.form<{ id: number }>(`/datasets/${set.id}/metadata`, { file: file('table.csv', `x,y\n${evil('value').replace('"', '')},1\nb,2\n`) })
  await ada.post(`/metadata/${draft.id}/join`, { by: 'order', name: evil('table'), columns: [{ at: 0, name: evil('column'), type: 'categorical' }] })
  await ada.post('/collections', { name: evil('collection'), kind: 'regions', datasetIds: [set.id] })
  const session = await ada.post<Session>('/sessions', { name: evil('session'), public: false, document: { version: 1,
    panels: [{ id: 'p', title: evil('panel'), regionSetId: set.id, window: -1, collapsed: false, span: 1, widgets: [] }] } })
  await ada.post('/groups', { name: evil('group') + unique(''), description: evil('group-description'), members: [] })
  await ada.post('/account/tokens', { name: evil('token'), scope: 'read' })
  await ada.post(`/sessions/${session.id}/links`, { name: evil('link'), role: 'view' })
  await ada.post('/views', { page: 'regions', name: evil('view'), document: { query: {}, columns: ['name'] } })
  await ada.http.post('/api/v1/auth/login', { data: ada.account, headers: { 'User-Agent': evil('browser') } })
  const [doomed] = await ada.upload(assembly, { name: 'doomed.bed', text: 'chr1\t10\t20\n' })
  await ada.patch(`/datasets/${doomed.id}`, { name: evil('trash') })
  await ada.remove(`/datasets/${doomed.id}`)

  await signedIn(page, ada, '/datasets/regions')
  await asText(page, 'dataset', 'tag')
  await page.getByRole('button', { name: /views/i }).first().click()
  await asText(page, 'view')
  await page.keyboard.press('Escape')
  await shot(page, 'xss-datasets')
  await page.goto(`/datasets/${set.id}`)
  await asText(page, 'dataset', 'description', 'tag', 'cell', 'perturbation', 'sample', 'region', 'table', 'column')
  await shot(page, 'xss-dataset')
  await page.goto('/collections')
  await asText(page, 'collection')
  await page.goto('/assemblies')
  await asText(page, 'assembly', 'organism')
  await page.goto(`/assemblies/${assembly.id}`)
  await asText(page, 'annotation', 'annotation-file')
  await page.getByLabel('Name, id, or chr1:1,000,000-2,000,000', { exact: true }).fill('chr1:1,000-3,000')
  const gene = page.getByTestId('gene')
  for (const field of ['gene', 'gene-id', 'biotype']) await expect(gene).toContainText(`<img id=xss-${field}>`)
  await asText(page)
  await page.goto('/runs')
  await asText(page, 'dataset')
  await page.goto('/trash')
  await asText(page, 'trash')
  await page.goto('/sessions')
  await asText(page, 'session')
  await page.getByRole('button', { name: /^Share/ }).first().click()
  await asText(page, 'link')
  await page.goto(`/compare/${session.id}`)
  await asText(page, 'session', 'panel', 'dataset')
  await shot(page, 'xss-compare')
  await page.goto('/account')
  // What a browser calls itself is told in words of our own; it must not become anything either.
  await expect(page.getByText(/browser/i).first()).toBeVisible()
  await asText(page, 'group', 'group-description', 'token')
  await shot(page, 'xss-account')
  expect((await ada.get<{ items: Dataset[] }>('/datasets')).items.some((d) => d.name === evil('dataset'))).toBe(true)
})

test('texts that administrators write, and that others show them, are text', async ({ page, ada, shot }) => {
  const admin = await asAdmin(ada.http)
  const name = evil('repository') + unique('')
  await admin.post('/admin/repositories', { name, connector: '4dn', baseUrl: `${stack().standin}/as/x`, browseUrl: `${stack().standin}/?q=${encodeURIComponent(evil('browse'))}`, accessionPattern: 'XSS[0-9]{8}', enabled: true })
  await admin.post('/admin/invitations', { email: '', role: 'user', note: evil('note'), days: 1 })
  const script = await ada.http.post('/api/v1/admin/repositories', { data: { name: 'x', connector: '4dn', baseUrl: 'javascript:alert(1)', browseUrl: 'javascript:alert(1)', accessionPattern: 'X', enabled: true } })
  expect(script.status()).toBeGreaterThanOrEqual(400)
  const nobody = await ada.http.post('/api/v1/auth/register', { data: { username: evil('user'), password: 'correct horse battery' } })
  expect(nobody.status(), 'the name of an account is of letters, digits and few signs').toBe(422)
  await page.goto(`/login?to=${encodeURIComponent('/admin/repositories')}`)
  await signIn(page, stack().admin)
  await asText(page, 'repository')
  await page.getByRole('button', { name: `Edit ${name}` }).click()
  await expect(page.getByLabel('Page where people look for data (optional)')).toHaveValue(/xss-browse/)
  await asText(page)
  await page.goto('/admin/users')
  await asText(page, 'note')
  await shot(page, 'xss-users')
  await page.goto('/admin/changes')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await asText(page)
})
