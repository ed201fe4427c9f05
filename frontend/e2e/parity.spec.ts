import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import type { TestInfo } from '@playwright/test'

import type { Collection, Dataset } from '../src/api/types'

import { unique } from './support/api'
import { stack } from './support/stack'
import { choose, expect, signedIn, test } from './support/test'
import { UploadPage } from './support/upload'

/** A showcase of its own: a program whose visitors need no account. */
async function showcase(info: TestInfo): Promise<{ url: string; end: () => Promise<void> }> {
  const data = info.outputPath('data')
  mkdirSync(data, { recursive: true })
  const child = spawn(join(stack().bin, 'regioscope'), ['standalone', '--showcase', '--no-demo', '--listen', '127.0.0.1:0', '--data', data], {
    env: { ...process.env, REGIOSCOPE_ADMIN_USER: 'keeper', REGIOSCOPE_ADMIN_PASSWORD: 'correct horse battery' }, stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /is at (http:\S+)/.exec(line)
      if (found) resolve(found[1]!)
    })
    child.once('exit', (code) => reject(new Error(`the showcase did not start (status ${code})`)))
  })
  return { url, end: async () => { child.kill('SIGTERM'); await ended } }
}

test('P3 showcase: visitors look without a login, change nothing, and are told why; a session opens by link', async ({ browser, playwright, shot }, info) => {
  test.slow()
  const { url, end } = await showcase(info)
  try {
    const http = await playwright.request.newContext({ baseURL: url })
    const { accessToken } = (await (await http.post('/api/v1/auth/login', { data: { username: 'keeper', password: 'correct horse battery' } })).json()) as { accessToken: string }
    const headers = { Authorization: `Bearer ${accessToken}` }
    const assembly = (await (await http.get('/api/v1/assemblies', { headers })).json()) as { items: { id: number; name: string }[] }
    const hg38 = assembly.items.find((a) => a.name === 'hg38')!.id
    const add = async (name: string, isPublic: boolean): Promise<Dataset> => {
      const meta = JSON.stringify({ name, kind: 'regions', sizeType: 'point', assemblyId: hg38, public: isPublic })
      const answer = await http.post('/api/v1/datasets', { headers, multipart: { meta, file: { name: `${name}.bed`, mimeType: 'text/plain', buffer: Buffer.from('chr1\t100\t200\nchr1\t900\t1000\n') } } })
      return (await answer.json()) as Dataset
    }
    const shown = await add('to be seen', true)
    await add('not to be seen', false)
    await expect.poll(async () => ((await (await http.get(`/api/v1/datasets/${shown.id}`, { headers })).json()) as Dataset).state, { timeout: 60_000 }).toBe('ready')
    const document = { version: 1, panels: [{ id: 'p', title: 'Two regions', regionSetId: shown.id, window: -1, collapsed: false, span: 1, widgets: [] }] }
    const session = (await (await http.post('/api/v1/sessions', { headers, data: { name: 'Shown to all', public: true, document } })).json()) as { id: number }

    const page = await (await browser.newContext({ baseURL: url })).newPage()
    await page.goto('/datasets/regions')
    await expect(page.getByRole('link', { name: 'to be seen', exact: true })).toBeVisible()
    await expect(page.getByText('not to be seen')).toHaveCount(0)
    await expect(page.getByTestId('showcase')).toContainText('nothing is changed or kept')
    await shot(page, 'showcase-datasets')
    await page.goto(`/datasets/${shown.id}`)
    await expect(page.getByRole('heading', { name: 'to be seen' })).toBeVisible()
    for (const name of ['Edit', 'Delete']) await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0)
    await page.getByRole('button', { name: 'New set from this…' }).click()
    const dialog = page.getByRole('dialog', { name: 'New region set' })
    await dialog.getByRole('radio', { name: 'Resize or flank' }).click({ force: true })
    await expect(dialog.getByTestId('derive-count')).toContainText('2 regions')
    const why = page.getByRole('tooltip').filter({ hasText: 'This is a showcase: everything can be looked at, nothing changed. Sign in' })
    /** It is there, does nothing, and says why to whoever points at it or gets there by keyboard. */
    const refused = async (name: string, by: 'mouse' | 'keyboard' = 'mouse'): Promise<void> => {
      const button = page.getByRole('button', { name, exact: true })
      await expect(button).toHaveAttribute('aria-disabled', 'true')
      if (by === 'mouse') {
        await button.hover()
        await expect(why.first()).toBeVisible()
        return button.click({ force: true })
      }
      await page.keyboard.press('Tab') // from here on by keyboard
      await button.focus()
      await expect(why.first()).toBeVisible()
      await page.keyboard.press('Enter')
    }
    await refused('Make the set')
    await expect(dialog.getByTestId('deriving')).toHaveCount(0)
    await shot(page, 'showcase-refused')
    await page.keyboard.press('Escape')
    await page.goto('/datasets/regions')
    await page.getByRole('checkbox', { name: 'Select to be seen' }).click()
    for (const name of ['Edit', 'Make collection', 'Share', 'Delete']) await refused(name)
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await shot(page, 'showcase-selection')
    await page.goto('/assemblies')
    await refused('New assembly', 'keyboard')
    await expect(page.getByRole('form')).toHaveCount(0)
    await page.goto('/upload')
    await expect(page.getByRole('heading', { name: 'Nothing is uploaded to a showcase' })).toBeVisible()
    await expect(page.getByTestId('file-input')).toHaveCount(0)
    await shot(page, 'showcase-upload')
    const changed = await playwright.request.newContext({ baseURL: url })
    expect((await changed.post('/api/v1/datasets/delete', { data: { ids: [shown.id] } })).status()).toBe(403)
    await changed.dispose()
    await page.goto(`/compare/${session.id}`)
    await expect(page.getByRole('heading', { name: 'Compare · Shown to all' })).toBeVisible()
    await expect(page.getByText('Two regions').first()).toBeVisible()
    await shot(page, 'showcase-session')
    await page.getByTestId('showcase').getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('User name').fill('keeper')
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(new RegExp(`/compare/${session.id}$`))
    await expect(page.getByTestId('showcase')).toHaveCount(0)
    await page.context().close()
    await http.dispose()
  } finally {
    await end()
  }
})

test('P4 P6 every kind of file one by one and in bulk: own names, what is filled into all, point or interval, who may read', async ({ page, ada, shot }) => {
  const assembly = await ada.assembly()
  await signedIn(page, ada, '/upload')
  const upload = new UploadPage(page)
  const names = ['first', 'second'].map((n) => unique(n))
  await upload.add(
    { name: 'a.bed', mimeType: 'text/plain', buffer: Buffer.from('chr1\t100\t200\n') },
    { name: 'b.bed', mimeType: 'text/plain', buffer: Buffer.from('chr1\t100\t50200\n') },
  )
  await expect(upload.row('b.bed')).toHaveAttribute('data-phase', 'confirm')
  await upload.row('a.bed').getByRole('textbox', { name: 'Name' }).fill(names[0]!)
  await upload.row('b.bed').getByRole('textbox', { name: 'Name' }).fill(names[1]!)
  await upload.row('b.bed').getByRole('radio', { name: 'Point' }).click()
  await page.getByRole('button', { name: 'Apply to all' }).click()
  const all = page.locator('form.all')
  await choose(all.getByRole('combobox', { name: 'Assembly of all files' }), assembly.name)
  await all.getByLabel('Cell type').fill('HeLa')
  await all.getByLabel('Perturbation').fill('wild type')
  await all.getByLabel('Sample').fill('S-17')
  await all.getByLabel('Description').fill('of one experiment')
  await all.getByRole('switch', { name: 'Everyone with an account may read' }).click()
  await shot(page, 'upload-apply-to-all')
  await all.getByRole('button', { name: 'Fill into 2 files' }).click()
  await upload.start()
  await upload.ready('a.bed', 'b.bed')
  const of = (d: Dataset): unknown[] => [d.name, d.sizeType, d.assemblyId, d.cellType, d.perturbation, d.sampleId, d.description, d.public]
  const same = ['point', assembly.id, 'HeLa', 'wild type', 'S-17', 'of one experiment', true]
  expect((await ada.datasets()).map(of).sort()).toEqual(names.map((n) => [n, ...same]).sort())

  // One by one: what each kind of file is said to be.
  const [bed, pairs, track, map] = await ada.upload(assembly, 'promoters.bed', 'loops.bedpe', 'CTCF.bw', 'wild_type.mcool')
  expect([bed, pairs, track, map].map((d) => [d!.kind, d!.dimension])).toEqual([['regions', 1], ['regions', 2], ['signal', 1], ['contacts', 2]])
})

test('P4 where nothing says whether regions are points or intervals, the page asks and sends nothing; another word is refused beside its field', async ({ page, ada, shot }) => {
  const assembly = await ada.assembly()
  await signedIn(page, ada, '/upload')
  const upload = new UploadPage(page)
  const text = (name: string, content: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(content) })
  await upload.add(text('header.bed', '# made by a script that found nothing\n'))
  await upload.assembly('header.bed', assembly.name)
  const row = upload.row('header.bed')
  const type = row.getByRole('radiogroup', { name: 'Point or interval' })
  for (const name of ['Point', 'Interval']) await expect(type.getByRole('radio', { name })).not.toBeChecked()
  await expect(row).toContainText('Say whether its regions are points or intervals.')
  await expect(page.getByTestId('start-upload')).toBeDisabled()
  await shot(page, 'upload-without-type')
  await type.getByRole('radio', { name: 'Interval' }).click()
  await expect(page.getByTestId('start-upload')).toBeEnabled()

  // All at once, in place of what was guessed.
  await upload.add(text('peaks.bed', 'chr1\t100\t200\n'))
  await expect(upload.row('peaks.bed').getByRole('radio', { name: 'Point' })).toBeChecked()
  await page.getByRole('button', { name: 'Apply to all' }).click()
  await choose(page.getByRole('combobox', { name: 'Type of all region sets' }), 'Interval')
  await page.getByRole('button', { name: 'Fill into 2 files' }).click()
  await expect(upload.row('peaks.bed').getByRole('radio', { name: 'Interval' })).toBeChecked()
  await upload.takeOff('header.bed')
  await upload.assembly('peaks.bed', assembly.name)
  await page.route('**/api/v1/datasets', async (route) => route.continue({ postData: route.request().postData()!.replace('"sizeType":"interval"', '"sizeType":"square"') }))
  await upload.start()
  await expect(upload.row('peaks.bed').getByTestId('upload-error')).toContainText('point or interval')
  await page.unroute('**/api/v1/datasets')
  await upload.row('peaks.bed').getByRole('button', { name: /Try again/ }).click()
  await upload.ready('peaks.bed')
  expect((await ada.datasets()).map((d) => [d.name, d.sizeType])).toEqual([['peaks', 'interval']])
})

test('P7 descriptive fields are edited on the page; whether a set is of points or intervals stays', async ({ page, ada }) => {
  const [d] = await ada.upload(await ada.assembly(), 'promoters.bed')
  await signedIn(page, ada, `/datasets/${d!.id}`)
  await page.getByRole('button', { name: 'Edit' }).click()
  const form = page.locator('form').filter({ has: page.getByLabel('Cell type') })
  const typed = { Name: unique('edited'), 'Cell type': 'K562', Perturbation: 'RAD21-AID', Sample: 'S-3', Description: 'two replicates' }
  for (const [label, value] of Object.entries(typed)) await form.getByLabel(label, { exact: true }).fill(value)
  await expect(form.getByText(/^(Point|Interval)$/)).toHaveCount(0) // there is no field for it
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { name: typed.Name })).toBeVisible()
  const got = await ada.get<Dataset>(`/datasets/${d!.id}`)
  expect([got.name, got.cellType, got.perturbation, got.sampleId, got.description, got.sizeType]).toEqual([...Object.values(typed), d!.sizeType])
  const other = d!.sizeType === 'point' ? 'interval' : 'point'
  await expect(ada.patch(`/datasets/${d!.id}`, { sizeType: other })).rejects.toThrow(/answers 422.*sizeType/s)
  expect((await ada.get<Dataset>(`/datasets/${d!.id}`)).sizeType).toBe(d!.sizeType)
})

test('P9 tracks make a collection; maps and region sets do not join it', async ({ page, ada }) => {
  await ada.upload(await ada.assembly(), 'CTCF.bw', 'H3K27ac.bw', 'wild_type.mcool')
  await signedIn(page, ada, '/datasets/features')
  const bar = page.getByRole('region', { name: 'Selected datasets' })
  const dialog = page.getByRole('dialog')
  for (const name of ['CTCF', 'H3K27ac', 'wild_type']) await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).click()
  await bar.getByRole('button', { name: 'Make collection' }).click()
  await dialog.getByLabel('Name').fill('Marks')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('wild_type')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('checkbox', { name: 'Select wild_type', exact: true }).click()
  await bar.getByRole('button', { name: 'Make collection' }).click()
  await dialog.getByLabel('Name').fill('Marks')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Marks' })).toBeVisible()
  await expect(page.getByTestId('member')).toHaveCount(2)
  const id = Number(page.url().split('/').pop())
  expect((await ada.get<Collection>(`/collections/${id}`)).kind).toBe('signals')
})

test('P11 a table says that it is loading, that it is empty, that it failed, and what state each dataset is in; new ones appear by themselves', async ({ page, ada, shot }) => {
  const assembly = await ada.assembly()
  let held: (() => void) | undefined
  let state: 'hold' | 'fail' | 'pass' = 'hold'
  await page.route(/\/api\/v1\/datasets(\/ids)?\?/, async (route) => {
    if (state === 'hold') await new Promise<void>((resolve) => (held = resolve))
    if (state === 'fail') return route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ status: 500, code: 'internal', detail: 'The list cannot be read just now.' }) })
    return route.fallback()
  })
  await signedIn(page, ada, `/datasets/regions?assembly=${assembly.id}`)
  await expect(page.getByLabel('Loading datasets')).toBeVisible()
  state = 'fail'
  held?.()
  await expect(page.getByRole('alert').filter({ hasText: 'The list cannot be read just now.' })).toBeVisible()
  state = 'pass'
  await page.getByRole('button', { name: 'Try again' }).first().click()
  await expect(page.getByText('Nothing matches')).toBeVisible()
  await ada.upload(assembly, 'promoters.bed')
  await expect(page.getByRole('link', { name: 'promoters' })).toBeVisible() // without a reload
  await expect(page.getByRole('row').filter({ hasText: 'promoters' }).locator('[data-state="ready"]')).toBeVisible()
  await shot(page, 'tables-states')
})
