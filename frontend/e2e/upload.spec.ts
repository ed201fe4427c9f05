import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import type { Page, Route, TestInfo } from '@playwright/test'

import { unique } from './support/api'
import { file, stack } from './support/stack'
import { expect, signedIn, test } from './support/test'
import { UploadPage } from './support/upload'

const MiB = 1024 * 1024
/** A piece of the pages' uploads. */
const PIECE = 8 * MiB

/** A bigWig on disk with bytes behind it that no reader looks at: large, and ready as soon as it has arrived. */
function large(info: TestInfo, name: string, size: number, last = 7): string {
  const buffer = Buffer.alloc(size, 7)
  readFileSync(file('CTCF.bw')).copy(buffer)
  buffer[size - 1] = last
  const path = info.outputPath(`end-${last}`, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, buffer)
  return path
}

/** Drops files onto the page as a person does. */
async function drop(page: Page, files: { name: string; text: string }[]): Promise<void> {
  const data = await page.evaluateHandle((list) => {
    const d = new DataTransfer()
    for (const f of list) d.items.add(new File([f.text], f.name))
    return d
  }, files)
  const zone = page.getByText('Drop files here')
  await zone.dispatchEvent('dragover', { dataTransfer: data })
  await zone.dispatchEvent('drop', { dataTransfer: data })
}

/** Lets `count` pieces through and holds the others until it is opened. Gives where each piece began. */
async function gate(page: Page, count: number): Promise<{ offsets: number[]; open: () => void }> {
  const offsets: number[] = []
  const held: (() => void)[] = []
  let passed = 0
  let isOpen = false
  await page.route('**/api/v1/uploads/*', async (route: Route) => {
    if (route.request().method() !== 'PATCH') return route.continue()
    offsets.push(Number(route.request().headers()['upload-offset']))
    if (!isOpen && passed++ >= count) await new Promise<void>((resolve) => held.push(resolve))
    await route.continue().catch(() => undefined) // it was stopped meanwhile
  })
  return {
    offsets,
    open: () => {
      isOpen = true
      held.splice(0).forEach((go) => go())
    },
  }
}

test('P4 P6 several files are dropped at once, guessed, described together and sent', async ({ page, ada, shot }) => {
  const assembly = await ada.assembly()
  await signedIn(page, ada, '/upload')
  await expect(page.getByText('Drop files here')).toBeVisible()
  await shot(page, 'upload-empty')
  const upload = new UploadPage(page)
  const rows = (n: number, width: number): string => Array.from({ length: n }, (_, i) => `chr1\t${i * 1000}\t${i * 1000 + width}\n`).join('')
  await drop(page, [
    { name: 'peaks.bed', text: rows(50, 200) },
    { name: 'domains.bed', text: rows(5, 40_000) },
    { name: 'loops.bedpe', text: 'chr1\t1000\t2000\tchr1\t5000\t6000\n' },
    { name: 'broken.bed', text: 'chr1\t100\t200\nchr1\tabc\t300\nchr1\t500\t400\n' },
    { name: 'page.bed', text: '<!DOCTYPE html><html>Please sign in</html>' },
  ])
  await expect(upload.row('loops.bedpe')).toHaveAttribute('data-phase', 'confirm')
  await expect(upload.row('peaks.bed').getByRole('radio', { name: 'Point' })).toBeChecked()
  await expect(upload.row('domains.bed').getByRole('radio', { name: 'Interval' })).toBeChecked()
  await expect(upload.row('loops.bedpe')).toContainText('BEDPE')
  await expect(upload.row('page.bed')).toContainText('web page')
  await upload.assemblyOfAll(assembly.name)
  await shot(page, 'upload-confirm')
  await upload.start()
  await upload.ready('peaks.bed', 'domains.bed', 'loops.bedpe')
  await expect(upload.row('peaks.bed')).toContainText('SHA-256')
  // Errors are per file, with the lines; what was filled in stays.
  await expect(upload.row('broken.bed').getByTestId('upload-error').getByRole('row').filter({ hasText: 'abc' })).toContainText('2')
  await expect(upload.row('broken.bed').getByRole('textbox', { name: 'Name' })).toHaveValue('broken')
  await expect(upload.row('page.bed').getByTestId('upload-error')).toContainText('web page')
  await shot(page, 'upload-mixed')
})

test('an upload is paused and goes on, and survives lines that break', async ({ page, ada, shot }, info) => {
  const assembly = await ada.assembly()
  await signedIn(page, ada, '/upload')
  const upload = new UploadPage(page)
  await upload.add(large(info, 'paused.bw', 3 * PIECE))
  await upload.assembly('paused.bw', assembly.name)
  const pieces = await gate(page, 1)
  await upload.start()
  await expect.poll(() => pieces.offsets).toEqual([0, PIECE])
  await shot(page, 'upload-sending')
  await upload.row('paused.bw').getByRole('button', { name: 'Pause this upload' }).click()
  await expect(upload.row('paused.bw')).toContainText('Paused · 33 %')
  await shot(page, 'upload-paused')
  pieces.open()
  await upload.row('paused.bw').getByRole('button', { name: 'Go on with this upload' }).click()
  await upload.ready('paused.bw')
  expect(pieces.offsets.filter((at) => at === 0)).toHaveLength(1) // nothing that had arrived was sent again

  await page.unroute('**/api/v1/uploads/*')
  await upload.add(large(info, 'line.bw', 2 * PIECE))
  let broken = 0
  await page.route('**/api/v1/uploads/*', (route) => (route.request().method() === 'PATCH' && broken++ < 2 ? route.abort('connectionreset') : route.continue()))
  await upload.assembly('line.bw', assembly.name)
  await upload.start()
  await expect(upload.row('line.bw')).toContainText('Trying again in')
  await upload.ready('line.bw')
  expect((await ada.datasets()).map((d) => [d.name, d.size]).sort()).toEqual([['line', 2 * PIECE], ['paused', 3 * PIECE]])
})

test('after a reload unfinished uploads are offered, and go on with the same file only', async ({ page, ada, shot }, info) => {
  const assembly = await ada.assembly()
  await signedIn(page, ada, '/upload')
  const upload = new UploadPage(page)
  const content = large(info, 'reloaded.bw', 3 * PIECE)
  await upload.add(content)
  await upload.assembly('reloaded.bw', assembly.name)
  await upload.row('reloaded.bw').getByRole('textbox', { name: 'Name' }).fill('A name that was typed')
  const pieces = await gate(page, 1)
  await upload.start()
  await expect.poll(() => pieces.offsets).toEqual([0, PIECE])
  page.once('dialog', (d) => void d.accept()) // the page warns that something is on its way
  await page.reload()
  await page.unroute('**/api/v1/uploads/*')

  const row = page.getByTestId('unfinished-reloaded.bw')
  await expect(row).toContainText('8.39 MB of 25.2 MB')
  await shot(page, 'upload-unfinished')
  const other = large(info, 'reloaded.bw', 3 * PIECE, 8)
  const choose = async (c: string): Promise<void> => {
    const chooser = page.waitForEvent('filechooser')
    await row.getByRole('button', { name: 'Choose the file' }).click()
    await (await chooser).setFiles(c)
  }
  await choose(other)
  await expect(row.getByRole('alert')).toContainText('not the file that was begun')
  const after = await gate(page, 9)
  await choose(content)
  await upload.ready('reloaded.bw')
  expect(after.offsets[0]).toBe(PIECE)
  await expect(page.getByTestId('unfinished')).toHaveCount(0)
  expect((await ada.datasets()).map((d) => d.name)).toEqual(['A name that was typed'])
})

test('an administrator configures repositories and space; nobody else does', async ({ page, ada, browser, baseURL, shot }, info) => {
  const assembly = await ada.assembly()
  await signedIn(page, ada, '/admin/repositories')
  await expect(page.getByText('not an administrator')).toBeVisible()
  const theirs = await browser.newPage({ baseURL })
  await theirs.goto('/login?to=/admin/repositories')
  await theirs.getByLabel('User name').fill(stack().admin.username)
  await theirs.getByLabel('Password').fill(stack().admin.password)
  await theirs.getByRole('button', { name: 'Sign in' }).click()
  await theirs.getByRole('button', { name: 'Add a repository' }).click()
  const name = unique('Lab')
  await theirs.getByLabel('Name', { exact: true }).fill(name)
  await theirs.getByLabel('Address', { exact: true }).fill('ftp://lab.example.org')
  await theirs.getByLabel('Form of its accessions').fill('LAB[0-9]{4}')
  await theirs.getByRole('button', { name: 'Save', exact: true }).first().press('Enter')
  await expect(theirs.getByText('must begin with https://').first()).toBeVisible()
  await expect(theirs.getByLabel('Name', { exact: true })).toHaveValue(name)
  await shot(theirs, 'admin-repositories-error')
  await theirs.getByLabel('Address', { exact: true }).fill('https://lab.example.org')
  await theirs.getByRole('button', { name: 'Save', exact: true }).first().press('Enter')
  await expect(theirs.getByTestId(`repository-${name}`)).toContainText('https://lab.example.org')
  await shot(theirs, 'admin-repositories')

  // A quota of one's own is told on the upload page, and a file that does not fit is refused before it is sent.
  const mine = theirs.getByRole('row').filter({ hasText: ada.account.username })
  await mine.getByRole('textbox').fill('0.001')
  await mine.getByRole('button', { name: 'Save' }).click()
  await expect(theirs.getByText('is saved')).toBeVisible()
  await page.goto('/upload')
  await expect(page.getByText('of the 1.00 MB that you may')).toBeVisible()
  const upload = new UploadPage(page)
  await upload.add(large(info, 'much.bw', 2 * MiB))
  await upload.assembly('much.bw', assembly.name)
  await upload.start()
  await expect(upload.row('much.bw').getByTestId('upload-error')).toContainText('there is no room for')
  await shot(page, 'upload-over-quota')

  await theirs.getByRole('button', { name: `Delete ${name}` }).click()
  await theirs.getByTestId('confirm').click()
  await expect(theirs.getByTestId(`repository-${name}`)).toHaveCount(0)
  await theirs.close()
})

test('the pages of uploads in the dark', async ({ page, ada, shot }) => {
  await page.addInitScript(() => localStorage.setItem('regioscope.theme', 'dark'))
  await page.emulateMedia({ colorScheme: 'dark' })
  await signedIn(page, ada, '/upload')
  const upload = new UploadPage(page)
  await upload.add({ name: 'peaks.bed', mimeType: 'text/plain', buffer: Buffer.from('chr1\t100\t200\n') }, { name: 'page.bed', mimeType: 'text/plain', buffer: Buffer.from('<html>') })
  await page.getByTestId('import-text').locator('textarea').first().fill('nonsense http://127.0.0.1:9/x.bed')
  await page.getByTestId('import-look').click()
  await expect(upload.row('nonsense')).toContainText('neither')
  await page.getByRole('button', { name: 'Access keys' }).click()
  await shot(page, 'upload-dark')
})
